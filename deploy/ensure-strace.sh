#!/bin/sh
# ensure-strace.sh: the program that shows in which order the server asks the disk to keep and answers.
set -u
cd "$(dirname "$0")/.." || exit 1
command -v strace >/dev/null && exit 0
exec sh deploy/step.sh "安装 strace" sh deploy/ensure-packages.sh strace
