# `make` or `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
ENGINE ?=

.DEFAULT_GOAL := help
.PHONY: help install install-test demo serve test lint types sure bench messages lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## make .venv with the pinned dependencies and the command `xiangyi`

install-test: $(VENV)/.installed-test ## the same, with what the tests need

demo: install ## the county of Youyang with a year of work, then the server on PORT (8000)
	$(BIN)/xiangyi demo --port $(PORT)

serve: install ## the server alone
	$(BIN)/xiangyi serve --port $(PORT)

test: install-test ## every test this machine can run; what is skipped is said and why
	$(BIN)/pytest -n 2 -r s $(if $(ENGINE),--engine $(ENGINE)) --ignore tests/journeys
	$(BIN)/pytest -r s tests/journeys

lint: install-test ## ruff, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: install-test ## mypy, strict on app/core and every rules room
	$(BIN)/mypy

sure: lint types test ## everything that CI runs

bench: install-test ## ratios to a limit measured in the same run
	$(BIN)/python -m bench

messages: install-test ## collect the words of the pages into translations/, for translating
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_pgettext:1c,2 --no-location --sort-output -o build/messages.pot .
	$(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete --ignore-pot-creation-date -i build/messages.pot -d translations -l en

lock: ## renew the lock files (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra test pyproject.toml -o requirements/test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements/test.txt pyproject.toml -o requirements/base.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements/test.txt requirements/build.in -o requirements/build.txt

clean: ## remove .venv and caches, keep the data in var/
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements/base.txt requirements/build.txt pyproject.toml $(wildcard translations/*/LC_MESSAGES/*.po) | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/base.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@if [ -d translations ]; then $(BIN)/pybabel -q compile -d translations; fi
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements/test.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@
