#!/bin/bash
# The part of the image's entrypoint that compose.yaml relies on: options alone mean mongod.
set -e
[ "${1:0:1}" = - ] && set -- mongod "$@"
exec "$@"
