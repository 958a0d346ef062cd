# The front door. Everything is installed into .venv and node_modules when it is first needed.
PYTHON ?= python3
BIN := .venv/bin
ROOT_USER := $(filter 0,$(shell id -u))
SUDO := $(if $(ROOT_USER),,sudo)
# As typed, because make would read the dollar sign of a price.
override TEXT := $(value TEXT)
export TEXT

.DEFAULT_GOAL := help
.PHONY: help demo lab test check bench build chromium

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /make \1 \t/p' Makefile | expand -t 14

demo: .venv/demo.done ## explain a text with the demo classifier: make demo TEXT="..."
	@$(BIN)/python -m flair_lig_widget $${TEXT:+"$$TEXT"}

lab: .venv/demo.done ## open the quickstart notebook in JupyterLab
	$(BIN)/jupyter lab $(if $(ROOT_USER),--allow-root) examples/01_quickstart.ipynb

test: check chromium ## run every check and every test, browser and notebooks included
	npm test
	$(BIN)/python -m pytest

check: .venv/test.done node_modules/.done ## lint, format and types of Python and JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run check

bench: .venv/bench.done ## measure time and accuracy beside Captum and others; an hour, alone on the machine
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/calibration.py

build: node_modules/.done ## build the JavaScript bundle that the package ships
	npm run build

.venv/%.done: pyproject.toml constraints.txt
	@echo "Installing flair_lig_widget[$*] into .venv; the first time takes a few minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[$*]'
	@touch $@

# This peer pins an old IPython, so it comes without its dependencies; the others have them.
.venv/bench.done: .venv/demo.done
	@$(BIN)/python -m pip install --quiet --no-deps transformers-interpret==0.10.0
	@touch $@

node_modules/.done: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

chromium: # for the browser tests; E2E_CHROMIUM names another one
	@test -n "$$E2E_CHROMIUM" || command -v chromium >/dev/null || { \
	  $(SUDO) apt-get update && $(SUDO) apt-get install --yes --no-install-recommends \
	    chromium fonts-dejavu-core fonts-noto-color-emoji; }
