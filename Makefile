# Developer verbs; CI runs the same. Needs Python 3.11 or newer, make and pip: `make demo`, `make test`.
#   PYTHON=python3.13 make test     with another interpreter (after `make clean`)
#   make test ARGS="-k digest -x"   arguments for pytest

PYTHON ?= python3
VENV   := .venv
PEERS  := .venv-peers
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
JOBS   ?= 3
ARGS   ?=

# Tests start some hundred processes: each is quicker with its bytecode kept, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test lint format bench score screenshots constraints clean
.DELETE_ON_ERROR:

help: ## what each verb does
	@sed -n 's/^\([a-z]*\):.*## /  make \1 \t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(VENV)/ready ## set up, then the whole job on sample feeds served from this machine
	@$(BIN)/monitor demo --out demo

test: $(VENV)/ready-dev ## set up, then every test
	@$(BIN)/pytest -n $(JOBS) $(ARGS)

lint: $(VENV)/ready-dev ## ruff, mypy --strict and the import contract
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(VENV)/ready-dev $(PEERS)/ready ## measure what must stay fast, beside other programs that do parts of it
	@set -e; for bench in $(filter-out bench/score.py,$(wildcard bench/*.py)); do echo "== $$bench"; $(BIN)/python $$bench; done

score: $(VENV)/ready-dev ## how well the shipped rules judge labelled news, where that lies beside the checkout
	@$(BIN)/python bench/score.py $(ARGS)

screenshots: $(VENV)/ready-dev ## the pictures of the README; needs Chromium
	@$(BIN)/python docs/screenshots.py

format: $(VENV)/ready-dev ## let ruff lay out the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only .

constraints: $(VENV)/ready-dev ## write constraints.txt from what is installed and was tested
	@$(BIN)/python -m pip --disable-pip-version-check list --format=freeze --exclude-editable --exclude pip --exclude setuptools \
	  --exclude wheel | { sed -n '/^#/p' constraints.txt; LC_ALL=C sort -f; } >constraints.new
	@mv constraints.new constraints.txt

clean: ## remove the environment, caches and what a build or a demo left
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
	find monitor tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up: done again only when what it was made from changes ---------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "monitor needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.13 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# What bench/polling.py and bench/stories.py measure themselves against; newsboat is taken where it is installed.
$(PEERS)/ready: | $(BIN)/python
	@echo "setting up $(PEERS) with the programs to compare with ..."
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install reader==3.26 sgmllib3k rss2email==3.14 scikit-learn
	@touch $@

$(VENV)/ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "setting up $(VENV) ..."
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/ready-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "setting up $(VENV) with what the tests need ..."
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $(VENV)/ready $@
