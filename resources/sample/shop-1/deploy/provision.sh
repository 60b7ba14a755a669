#!/bin/sh
# Runs on the server that an image is made from, as its ordinary user: unpacks the site that was uploaded
# to /srv/app and compiles it, so that a server of this image starts at once.
set -eu
root=${SERVER_ROOT:-}
app=$root/srv/app
archive=$app/site.tar.gz

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || {
    echo "provision: there is no python3 on this server" >&2
    exit 1
}
[ -f "$archive" ] || {
    echo "provision: $archive is not there" >&2
    exit 1
}
echo "unpacking $archive"
tar -xzf "$archive" -C "$app"
rm -f "$archive"
mkdir -p "$root/var/lib/shop"

echo "compiling with $("$python" --version)"
"$python" -m compileall -q --invalidation-mode unchecked-hash "$app/main.py" "$app/shop"
echo "$app: $(find "$app" -type f | wc -l) files"
