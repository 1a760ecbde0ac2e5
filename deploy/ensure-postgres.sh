#!/bin/sh
# ensure-postgres.sh: the programs of a PostgreSQL server; the tests start one of their own.
set -u
cd "$(dirname "$0")/.." || exit 1
for initdb in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb)"; do
    [ -x "$initdb" ] && exit 0
done
exec sh deploy/step.sh "安装 PostgreSQL" sh deploy/ensure-packages.sh postgresql
