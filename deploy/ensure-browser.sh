#!/bin/sh
# ensure-browser.sh: Chromium with Chinese words, a Chinese font and emoji, for the browser tests.
set -u
cd "$(dirname "$0")/.." || exit 1
missing=
command -v chromium >/dev/null || missing="chromium chromium-l10n"
[ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
[ -n "$(find /usr/share/fonts -name 'NotoColorEmoji*' -print -quit 2>/dev/null)" ] || missing="$missing fonts-noto-color-emoji"
[ -z "$missing" ] && exit 0
# shellcheck disable=SC2086  # several packages
exec sh deploy/step.sh "安装浏览器与中文字体($missing )" sh deploy/ensure-packages.sh $missing
