#!/bin/sh
# Starts nginx with /etc/moodrop/$1.conf, in which it fills in the host names and the network's name server.
set -eu
RESOLVER=$(sed -n 's/^nameserver //p' /etc/resolv.conf | head -n 1)
export RESOLVER
envsubst '$RESOLVER $PAGE_HOST $STORE_HOST' <"/etc/moodrop/$1.conf" >/tmp/nginx.conf
# nginx logs each error with the request that met it, in whose path and query there may be a token or a signature.
rm -f /tmp/errors
mkfifo -m 600 /tmp/errors
sed -u 's/, request: ".*//' </tmp/errors >&2 &
exec nginx -e stderr -c /tmp/nginx.conf 2>/tmp/errors
