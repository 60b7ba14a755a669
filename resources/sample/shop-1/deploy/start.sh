#!/bin/sh
# The service of a server. BIND_ADDR, PORT, SERVER_NAME, RELEASE and COMMIT come from the environment.
set -eu
app=${SERVER_ROOT:-}/srv/app
python=/usr/bin/python3
[ -x "$python" ] || python=python3
export MAINTENANCE_FILE="${MAINTENANCE_FILE:-$app/maintenance}"
export PYTHONUNBUFFERED=1
# -S: no site packages; nothing but the standard library and the folder of main.py is looked at.
exec "$python" -S "$app/main.py"
