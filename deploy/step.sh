#!/bin/sh
# step.sh "words" command…: runs a command quietly, says what goes on, how long it took, and everything when it failed.
set -u
words=$1
shift
log=$(mktemp "${TMPDIR:-/tmp}/fieldapp-step.XXXXXX")
trap 'rm -f "$log"' EXIT
printf '%s …' "$words"
begin=$(date +%s)
if "$@" >"$log" 2>&1; then
    printf ' 完成（%s 秒）\n' "$(($(date +%s) - begin))"
else
    code=$?
    printf ' 失败\n' && cat "$log"
    exit "$code"
fi
