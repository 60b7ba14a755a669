#!/bin/sh
# build.sh FOLDER: puts what a server needs into a folder.
set -eu
folder=$1
rm -rf "$folder"
mkdir -p "$folder/shop"
cp main.py "$folder/"
cp shop/*.py "$folder/shop/"
printf '{"commit": "%s"}\n' "${CIRCLE_SHA1:-unknown}" >"$folder/build.json"
echo "$folder: $(find "$folder" -type f | wc -l) files"
