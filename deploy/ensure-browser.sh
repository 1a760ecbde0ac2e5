#!/bin/sh
# ensure-browser.sh: Chromium with Chinese words, a Chinese font and emoji, for the browser tests; and the Chromium
# without a window, with which most of them take a third less time. Where there is none, the whole one does it all.
set -u
cd "$(dirname "$0")/.." || exit 1
missing=
command -v chromium >/dev/null || missing="chromium chromium-l10n"
[ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
[ -n "$(find /usr/share/fonts -name 'NotoColorEmoji*' -print -quit 2>/dev/null)" ] || missing="$missing fonts-noto-color-emoji"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # several packages
    sh deploy/step.sh "安装浏览器与中文字体($missing )" sh deploy/ensure-packages.sh $missing || exit
fi
command -v chromium-headless-shell >/dev/null ||
    sh deploy/step.sh "安装无窗口的浏览器（可缺，缺时测试较慢）" sh deploy/ensure-packages.sh chromium-headless-shell || true
