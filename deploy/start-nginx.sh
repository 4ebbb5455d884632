#!/bin/sh
# Starts nginx with /etc/moodrop/$1.conf, in which it fills in the host names and the network's name server.
set -eu
RESOLVER=$(sed -n 's/^nameserver //p' /etc/resolv.conf | head -n 1)
export RESOLVER
envsubst '$RESOLVER $PAGE_HOST $STORE_HOST' <"/etc/moodrop/$1.conf" >/tmp/nginx.conf
exec nginx -e stderr -c /tmp/nginx.conf
