#!/bin/sh
# ensure-nginx.sh: nginx for the tests of the deployment; they start one of their own, the system's stays off.
set -u
cd "$(dirname "$0")/.." || exit 1
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null && exit 0
exec sh deploy/step.sh "安装 nginx" sh deploy/ensure-packages.sh nginx-light
