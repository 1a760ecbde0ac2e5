#!/bin/sh
# ensure-packages.sh package…: installs Debian packages where we may, else says in one line what is missing.
set -u
if ! command -v apt-get >/dev/null; then
    echo "缺少：$*。这里没有 apt-get，请自行安装后重试。" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "缺少：$*。请让管理员运行：apt-get install $*" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update || exit 1
exec $as_root apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
