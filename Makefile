# The commands of the house. Each one first makes `.venv` and installs what is missing (tools/house.py),
# so that a fresh clone needs nothing but Python 3.11 or newer and make.

PYTHON ?= python3
HOUSE := $(PYTHON) tools/house.py

.DEFAULT_GOAL := help
.PHONY: help setup run tour test lint format bench install-check clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

setup: ## make the environment with everything for development, and start nothing
	@$(HOUSE) setup

run: ## start the program (without a display: its first minute, as pictures)
	@$(HOUSE) run $(ARGS)

tour: ## the program's first minute on a virtual screen, as pictures in build/tour/
	@$(HOUSE) tour

test: ## all tests, under a virtual screen; ARGS="tests/core -k adam" chooses
	@$(HOUSE) test $(ARGS)

lint: ## style, format, types and imports
	@$(HOUSE) lint

format: ## put the code into the style that `make lint` asks for
	@$(HOUSE) format

bench: ## measure speed against limits and peers
	@$(HOUSE) bench $(ARGS)

install-check: ## build the wheel, install it read-only, and use it from there
	@$(HOUSE) test tests/test_install.py $(ARGS)

clean: ## remove everything that these commands made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
