#!/bin/sh
# Builds the images that are released, and refuses a base whose content is not pinned: sh deploy/docker/release.sh VERSION [IMAGE…]
# NODE_IMAGE and DEBIAN_IMAGE name the bases with their digests, as docker.io/library/node@sha256:…; BUILDER is docker unless set.
set -eu
cd "$(dirname "$0")/../.."
version=${1:?the version is to be named}
shift
[ $# -gt 0 ] || set -- api worker broker setup host
for name in NODE_IMAGE DEBIAN_IMAGE; do
  eval "base=\${$name:-}"
  # In one piece (-z), as a second line could be anything.
  if ! printf '%s' "$base" | grep -Ezqx '[^@[:space:]]+@sha256:[0-9a-f]{64}'; then
    echo "rekey: $name must be pinned by its digest, as docker.io/library/NAME@sha256:…; it is '$base'" >&2
    exit 1
  fi
done
for image; do
  "${BUILDER:-docker}" build --target "$image" --tag "rekey-$image:$version" \
    --build-arg "NODE_IMAGE=$NODE_IMAGE" --build-arg "DEBIAN_IMAGE=$DEBIAN_IMAGE" --file deploy/docker/Dockerfile .
done
