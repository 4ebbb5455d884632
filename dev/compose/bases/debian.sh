#!/bin/sh
# Completes the tree of Debian packages that all stand-ins share; mmdebstrap calls it with the tree's path.
set -eu
# Certificates that this machine trusts: pip and npm may reach their registries through a proxy of its own.
cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$1/etc/pip.conf"
mkdir -p "$1/usr/local/etc"
printf 'cafile=/etc/ssl/certs/ca-certificates.crt\n' >"$1/usr/local/etc/npmrc"
# As in the image python:3.12, pip may install into the system's folders, and `python` is a command.
rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED
ln -s ../../bin/python3 "$1/usr/local/bin/python"
