#!/bin/sh
# For the Dockerfile: copies what one workspace runs on. sh gather.sh WORKSPACE FOLDER, in a built clone.
set -eu
npm ci --omit=dev --ignore-scripts --workspace "$1"
mkdir -p "$2"
cp -a node_modules "$2/"
# npm links every workspace that is needed; the others' links lead nowhere here.
for link in node_modules/@rekey/*; do
  workspace=$(readlink -f "$link")
  workspace=${workspace#"$PWD/"}
  if [ ! -d "$workspace/dist" ]; then
    rm "$2/$link"
    continue
  fi
  mkdir -p "$2/$workspace"
  cp -a "$workspace/package.json" "$workspace/dist" "$2/$workspace/"
  if [ -d "$workspace/node_modules" ]; then cp -a "$workspace/node_modules" "$2/$workspace/"; fi
done
find "$2" \( -name '*.map' -o -name '*.d.ts' -o -name '*.tsbuildinfo' \) -type f -delete
chmod -R go=u-w "$2"
