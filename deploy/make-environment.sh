#!/bin/sh
# make-environment.sh: makes .venv with a Python of at least 3.11 (tried: 3.11, 3.12, 3.13).
# Debian keeps the venv module in a package of its own.
set -u
cd "$(dirname "$0")/.." || exit 1

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    if is_new_enough "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then
    echo "缺少 Python 3.11 或更高版本。Debian 12:apt-get install python3 python3-venv" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    sh deploy/ensure-packages.sh "$version" || exit 1
fi
rm -rf .venv
"$python" -m venv .venv
