# Every target sets up what it needs: a virtual environment in .venv with the pinned dependencies.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup qualify test lint bench lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "bmshil needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

setup: $(READY) ## make the virtual environment

qualify: $(READY) ## qualify the twin inverter and name the report
	$(BIN)/bmshil qualify rigs/twin.yaml

test: $(READY) ## all tests of the harness and all requirements on the twin
	$(BIN)/pytest

lint: $(READY) ## ruff, mypy (strict) and the layers of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## measured figures beside their peers, as JSON
	$(BIN)/python benchmarks/run.py

lock: ## pin the dependencies again (needs uv)
	uv pip compile --quiet --universal --no-header --no-emit-index-url --no-emit-find-links --generate-hashes \
	  --extra dev --python-version 3.11 pyproject.toml --output-file requirements.lock

clean: ## remove what the targets made, runs excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
