#!/bin/sh
# ensure-webkit.sh: WebKit, the engine of every iPhone, with its driver and a screen in memory: for `make test-long` alone.
set -u
cd "$(dirname "$0")/.." || exit 1
missing=
command -v WebKitWebDriver >/dev/null || missing="webkit2gtk-driver"
command -v Xvfb >/dev/null || missing="$missing xvfb"
[ -z "$missing" ] && exit 0
# shellcheck disable=SC2086  # several packages
exec sh deploy/step.sh "安装第二种浏览器内核( $missing )" sh deploy/ensure-packages.sh $missing
