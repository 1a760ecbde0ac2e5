# fieldapp: make run serves it, make test proves it. Both need Python 3.11+ and make, nothing else.

PY := .venv/bin/python
STEP := sh deploy/step.sh
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r
WORKERS ?= 3
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run test test-unit test-browser test-long bench house mutants lint format clean
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

help: ## 显示这些命令
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: .venv/installed-run ## 建环境、建库、装入演示数据并启动（HOST、PORT 可改）
	@exec $(PY) deploy/run.py

test: .venv/installed-test ensure-servers ## 全部测试：SQLite、PostgreSQL 与真实浏览器
	@exec $(PYTEST) -m "not long"

test-unit: .venv/installed-test ensure-postgres ensure-nginx ensure-strace ## 不用浏览器的测试
	@exec $(PYTEST) -m "not long and not browser"

test-browser: .venv/installed-test ensure-servers ## 只跑浏览器测试
	@exec $(PYTEST) -m "browser and not long"

test-long: .venv/installed-test ensure-servers ## 耗时长的测试：故障、长时间、大数据量
	@exec $(PYTEST) -m long

bench: .venv/installed-test ensure-servers ## 性能测量
	@exec $(PY) -m benchmarks

house: ## 代码的尺寸：模块、函数、说明、类型、依赖方向、测试
	@exec $(or $(wildcard .venv/bin/python),python3) -m benchmarks.house

mutants: .venv/installed-test ensure-postgres ## 改坏规则看测试是否发现（很久；MODULES=… 只看几个，EVERY=3 多的抽查）
	@exec nice $(PY) -m benchmarks.mutants $(if $(EVERY),--every $(EVERY)) $(MODULES)

lint: .venv/installed-test ## 代码规范与类型检查
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: .venv/installed-test ## 统一代码格式
	@$(PY) -m ruff format .

clean: ## 删除环境与缓存（不动 instance/）
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: ensure-servers ensure-browser ensure-postgres ensure-nginx ensure-strace
ensure-servers: ensure-browser ensure-postgres ensure-nginx ensure-strace
ensure-browser:
	@sh deploy/ensure-browser.sh
ensure-postgres:
	@sh deploy/ensure-postgres.sh
ensure-nginx:
	@sh deploy/ensure-nginx.sh
ensure-strace:
	@sh deploy/ensure-strace.sh

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
