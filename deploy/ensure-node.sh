#!/bin/sh
# ensure-node.sh: Node.js 18 or newer and npm, for the tools that look at the scripts; the program needs neither.
set -u
cd "$(dirname "$0")/.." || exit 1
command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' && exit 0
exec sh deploy/step.sh "安装 Node.js" sh deploy/ensure-packages.sh nodejs npm
