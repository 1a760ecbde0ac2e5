#!/bin/sh
# lint-scripts.sh: looks at the scripts with ESLint and at their JSDoc types with tsc. Nothing is built.
# The tools come from npm as locked in deploy/js-tools/, without running a line of theirs while they are installed.
set -u
cd "$(dirname "$0")/.." || exit 1
tools=deploy/js-tools
sh deploy/ensure-node.sh || exit
if ! cmp -s "$tools/package-lock.json" "$tools/node_modules/installed-lock.json"; then
    sh deploy/step.sh "安装脚本检查工具（npm）" npm ci --prefix "$tools" --ignore-scripts --no-audit --no-fund || exit
    cp "$tools/package-lock.json" "$tools/node_modules/installed-lock.json"
fi
failed=0
"$tools/node_modules/.bin/eslint" --config "$tools/eslint.config.js" fieldapp/static/js tests || failed=1
for project in tsconfig tsconfig.field; do
    "$tools/node_modules/.bin/tsc" --project "$tools/$project.json" || failed=1
done
exit "$failed"
