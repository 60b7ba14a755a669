#!/bin/sh
# package.sh FOLDER FILE: packs a folder. The same content gives the same bytes.
set -eu
tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --mtime=@0 \
    -C "$1" -cf - . | gzip -n -6 >"$2"
echo "$2: $(wc -c <"$2") bytes, SHA-256 $(sha256sum "$2" | cut -c1-12)"
