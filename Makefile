# Every target sets up what it needs: a virtual environment in .venv with the pinned dependencies.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
# The first Python that is new enough; choose another with `make clean` and `make PYTHON=python3.12`.
PYTHON ?= $(shell for one in python3 python3.11 python3.12 python3.13 python3.14; do \
  $$one -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$one && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup qualify test test-kernel test-safety lint bench killmatrix soak lock clean

help: ## list the targets
	@echo "bmshil: a bench for inverters that talk to lithium batteries. Start with make qualify."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'
	@echo
	@echo "Each of them makes the virtual environment $(VENV) when it is not there. Afterwards $(BIN)/bmshil --help."

# The marker is taken away while anything is being installed: what an interruption leaves is made anew.
$(READY): pyproject.toml requirements.lock
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	  echo "bmshil needs Python 3.11 or newer: install it, or name it with make PYTHON=..." >&2; exit 2; }
	@echo "setting up $(VENV) with $(PYTHON): a minute or two"
	@test -f $@ || "$(PYTHON)" -m venv --clear $(VENV)
	@rm -f $@
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## make the virtual environment

qualify: $(READY) ## qualify the twin inverter and name the report
	$(BIN)/bmshil qualify rigs/twin.yaml

# Three lanes: what watches real time does not share the machine with what loads it, and mostly waits: three at a time.
# Each begins with what takes longest, as tests_unit/conftest.py sorts it; requirements have a twin for each worker.
test: $(READY) ## all tests of the harness and all requirements on the twin
	$(BIN)/pytest tests_unit -m "not wall" -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest tests_unit -m wall -n 3 --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest tests_hil -n 2 --dist worksteal

test-kernel: $(READY) ## the real Linux CAN stack, in an emulated computer (ARGS='-k vcan' for some of it)
	.ci/guest/run $(ARGS)

test-safety: $(READY) ## the harness killed and stopped 400 times, every driver with every fault (half an hour)
	$(BIN)/python benchmarks/kill_campaign.py --jobs 3
	$(BIN)/python benchmarks/fault_campaign.py --jobs 2
	$(BIN)/python benchmarks/closed_loop.py

lint: $(READY) ## ruff, mypy (strict) and the layers of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## measured figures beside their peers, as JSON
	$(BIN)/python benchmarks/run.py

killmatrix: $(READY) ## every bad inverter is caught, no good one failed, no trouble of the rig blamed on one
	$(BIN)/bmshil killmatrix
	$(BIN)/bmshil killmatrix --rig-faults

soak: $(READY) ## an adapter unplugged 1000 times, then ten minutes of 16 packs (half an hour)
	$(BIN)/python benchmarks/soak_unplug.py
	$(BIN)/python benchmarks/ten_minutes.py

lock: ## pin the dependencies again (needs uv)
	uv pip compile --quiet --universal --no-header --no-emit-index-url --no-emit-find-links --generate-hashes \
	  --extra dev --extra peers --python-version 3.11 pyproject.toml --output-file requirements.lock

clean: ## remove what the targets made, runs excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
