#!/bin/sh
# A demo host: an sshd with one account, deploy, which a key opens that the host makes at its first start.
# /home is a volume: what Rekey changes there must outlive the container, as Vault does.
set -eu
umask 077
keys=/home/keys
# sshd's own, which the empty /run of a read-only container lacks.
mkdir -p /run/sshd
mkdir -p "$keys" /home/deploy/.ssh
for name in ssh_host_ed25519_key old-key; do
  [ -e "$keys/$name" ] || ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$keys/$name"
done
# Once: afterwards it is Rekey that says which keys are in it.
if [ ! -e "$keys/seeded" ]; then
  cp "$keys/old-key.pub" /home/deploy/.ssh/authorized_keys
  touch "$keys/seeded"
fi
chown -R deploy:deploy /home/deploy
chmod 0755 /home
exec /usr/sbin/sshd -D -e -f /dev/null -h "$keys/ssh_host_ed25519_key" -p "$HOST_PORT" \
  -o ListenAddress="$HOST_ADDRESS" -o UsePAM=yes -o PasswordAuthentication=no -o PidFile=none -o LogLevel=VERBOSE
