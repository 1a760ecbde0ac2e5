# fieldapp: make run serves it, make test proves it. Both need Python 3.11+ and make, nothing else.
# A line of help ends a target's first line, after two hash signs: whoever is new here must understand it.

PY := .venv/bin/python
STEP := sh deploy/step.sh
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r
WORKERS ?= 3
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run test test-unit test-browser test-long bench house mutants lint wheel format clean
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

help: ## 显示这张表
	@echo '用法：make 命令。第一次只需要 make run；改了程序以后用 make lint 和 make test。'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: .venv/installed-run ## 试用：装好一切，放进虚构的演示数据，启动并打印网址和账号（换端口：PORT=8001 make run）
	@exec $(PY) deploy/run.py

test: .venv/installed-test ensure-servers ## 跑全部测试：两种数据库、真实的浏览器（第一次会装上它们）
	@exec $(PYTEST) -m "not long"

test-unit: .venv/installed-test ensure-postgres ensure-nginx ensure-strace ## 只跑不用浏览器的测试，快一些
	@exec $(PYTEST) -m "not long and not browser"

test-browser: .venv/installed-test ensure-servers ## 只跑用浏览器的测试
	@exec $(PYTEST) -m "browser and not long"

test-long: .venv/installed-test ensure-servers ensure-webkit ## 跑很久的测试：断电、磁盘满、成千上万份记录
	@exec $(PYTEST) -m long

bench: .venv/installed-test ensure-servers ## 测速度和内存，打印成表
	@exec $(PY) -m benchmarks

house: ## 打印代码有多大：每个模块、函数多长，谁依赖谁，有多少测试
	@exec $(or $(wildcard .venv/bin/python),python3) -m benchmarks.house

mutants: .venv/installed-test ensure-postgres ## 故意改坏一处规则，看测试能不能发现，逐处来（很久；MODULES=calendar.rules 只看一个，EVERY=3 每三处抽一处）
	@exec nice $(PY) -m benchmarks.mutants $(if $(EVERY),--every $(EVERY)) $(MODULES)

lint: lint-python lint-scripts ## 查代码有没有写错：Python 与脚本的规范和类型（提交前运行，不改文件）

.PHONY: lint-python lint-scripts
lint-python: .venv/installed-test
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

lint-scripts:
	@sh deploy/lint-scripts.sh

wheel: .venv/installed-test ## 打包成一个可安装的文件，放进 dist/
	@$(PY) -m pip wheel . --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist
	@ls dist/*.whl

format: .venv/installed-test ## 把 Python 代码排成统一的格式（会改文件）
	@$(PY) -m ruff format .

clean: ## 删掉装上的工具和缓存；数据（instance/）不动
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis deploy/js-tools/node_modules build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: ensure-servers ensure-browser ensure-postgres ensure-nginx ensure-strace ensure-webkit
ensure-servers: ensure-browser ensure-postgres ensure-nginx ensure-strace
ensure-browser:
	@sh deploy/ensure-browser.sh
ensure-postgres:
	@sh deploy/ensure-postgres.sh
ensure-nginx:
	@sh deploy/ensure-nginx.sh
ensure-strace:
	@sh deploy/ensure-strace.sh
ensure-webkit:
	@sh deploy/ensure-webkit.sh

.venv/bin/python:
	@$(STEP) "建立 Python 环境 .venv" sh deploy/make-environment.sh

# An environment for tests holds everything that running needs, at the same versions.
.venv/installed-run: deploy/lock/run.txt | .venv/bin/python
	@if [ ! -e .venv/installed-test ] || [ deploy/lock/test.txt -nt .venv/installed-test ]; then \
	    $(STEP) "安装依赖" $(PIP) deploy/lock/run.txt; fi
	@touch $@

.venv/installed-test: deploy/lock/test.txt | .venv/bin/python
	@$(STEP) "安装测试依赖" $(PIP) deploy/lock/test.txt
	@touch $@ .venv/installed-run
