# The whole project from one file: `make run` runs the main job, `make test` runs the tests, `make check` is what CI runs.
# Needs Python 3.11 or newer, make and a package index; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
STAMP := $(VENV)/.installed-tools
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help install run test test-all bench bench-quick fuzz interop soak check format format-check lint types layers generate check-generated compare-contract build clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

install: $(STAMP) ## Create .venv with the project and its tools

# The project alone, which is all that `make run` needs.
$(RUN_STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[local]'
	@touch $@

$(STAMP): $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

run: $(RUN_STAMP) ## Run real predictions on the embedded engine: run, stream, cancel, save a file
	$(BIN)/python docs/examples/first_run.py

test: $(STAMP) ## Run all tests
	$(BIN)/python -m pytest -n auto

test-all: ## Run all tests on every CPython from 3.11 on that this machine has
	$(PYTHON) tests/every_python.py

bench: $(STAMP) ## Measure the client beside the official ones and bare httpx, in one run
	$(BIN)/python -m benchmarks

bench-quick: $(STAMP) ## The same with fewer rounds, in under three minutes on a quiet machine
	$(BIN)/python -m benchmarks --quick

fuzz: $(STAMP) ## Send the engine ten times the contract's test cases, from a new seed or SEED=number: about ten minutes
	$(BIN)/python tests/contract/fuzz.py $(SEED)

interop: $(STAMP) ## Run the official clients of Python and JavaScript against the engine: a table, in under a minute
	$(BIN)/python tests/interop/interop_table.py

soak: $(STAMP) ## Thousands of predictions with cancels, kills and streams: figures, in about a minute; COUNT=number
	$(BIN)/python tests/soak/soak.py $(COUNT)

check: format-check lint types check-generated layers test ## Everything CI runs

format: $(STAMP) ## Format the handwritten code and fix what the linter can fix
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

format-check: $(STAMP)
	$(BIN)/ruff format --check .

lint: $(STAMP) ## Lint
	$(BIN)/ruff check .

types: $(STAMP) ## mypy --strict and pyright strict
	$(BIN)/mypy
	$(BIN)/basedpyright

layers: $(STAMP) ## Check that each module imports only from rows below its own
	$(BIN)/lint-imports

generate: $(STAMP) ## Compile openapi.yaml into generated/replicate_api
	$(BIN)/python -m codegen generate

check-generated: $(STAMP) ## Fail if generated/ is not what openapi.yaml compiles to
	$(BIN)/python -m codegen check

compare-contract: $(STAMP) ## Compare openapi.yaml with a copy of the service's own description: DESCRIPTION=path
	$(BIN)/python -m codegen compare $(DESCRIPTION)

build: $(STAMP) ## Build the wheel and the sdist into dist/
	$(BIN)/python -m build

clean: ## Remove everything that make made
	rm -rf .venv .venv-* .build build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
