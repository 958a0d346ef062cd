# The entry point. What a target needs is installed into .venv and node_modules on first use.
PYTHON ?= python3
BIN := .venv/bin
ROOT_USER := $(filter 0,$(shell id -u))
SUDO := $(if $(ROOT_USER),,sudo)
# Taken literally, because make would expand the dollar sign of a price.
override TEXT := $(value TEXT)
export TEXT

# Folders whose tests only compute: they neither time threads nor fork, so two processes share them.
COMPUTING := $(addprefix tests/,model integration evaluation result export)

.DEFAULT_GOAL := help
.PHONY: help demo demo-corpus lab docs gallery test test-fast test-install check faults bench build chromium

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1 \t/p' Makefile | expand -t 20

demo: .venv/demo.done ## explain a text with the demo classifier: make demo TEXT="..."
	@$(BIN)/python -m flair_lig_widget $${TEXT:+"$$TEXT"}

demo-corpus: .venv/demo.done .venv/corpus.done ## explain 150 news reports with the demo classifier: what has it learnt?
	@$(BIN)/python -m flair_lig_widget corpus --out why --html why.html

lab: .venv/demo.done ## open the quickstart notebook in JupyterLab
	$(BIN)/jupyter lab $(if $(ROOT_USER),--allow-root) examples/01_quickstart.ipynb

docs: .venv/test.done node_modules/.done ## build the documentation site, docs/_build/html, with its notebooks executed
	$(BIN)/sphinx-build -E -W --keep-going -j auto -b html -c docs -d docs/_build/doctrees . docs/_build/html

gallery: .venv/demo.done .venv/corpus.done ## compute the pages of docs/gallery: make gallery PAGES="news", or PAGES=--redraw
	$(BIN)/python docs/gallery/make.py $(PAGES)

test: check chromium ## run every check and every test, in a browser and in notebooks too
	npm test
	$(BIN)/python -m pytest $(COMPUTING) --numprocesses 2 --dist loadfile
	$(BIN)/python -m pytest $(COMPUTING:%=--ignore=%)

test-fast: .venv/test.done node_modules/.done ## run the tests that need no browser and are not slow
	npm run test:fast
	$(BIN)/python -m pytest -m "not e2e and not slow"

test-install: ## install the package into empty environments and run the quickstart: make test-install PYTHONS="..."
	PYTHONPATH=tests $(PYTHON) -m support.installing $(INSTALL) $(PYTHONS)

check: .venv/test.done node_modules/.done ## check lint, format and types of Python and JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run check

faults: .venv/test.done ## try faults for a minute each and print what held: make faults FAULTS="--full"
	PYTHONPATH=tests $(BIN)/python -m faults $(FAULTS)

bench: .venv/bench.done ## compare time and accuracy with Captum and others; takes two hours, run it alone
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/many.py
	$(BIN)/python benchmarks/first_result.py
	$(BIN)/python benchmarks/calibration.py

build: node_modules/.done ## build the JavaScript bundle that the package ships
	npm run build

.venv/%.done: pyproject.toml constraints.txt
	@echo "Installing flair_lig_widget[$*] into .venv; this takes a few minutes the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[$*]'
	@touch $@

# This package pins an old IPython, so it is installed without dependencies; others provide them.
.venv/bench.done: .venv/demo.done
	@$(BIN)/python -m pip install --quiet --no-deps transformers-interpret==0.10.0
	@touch $@

node_modules/.done: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

chromium: # for the browser tests; E2E_CHROMIUM is the path of another browser
	@test -n "$$E2E_CHROMIUM" || command -v chromium >/dev/null || { \
	  $(SUDO) apt-get update && $(SUDO) apt-get install --yes --no-install-recommends \
	    chromium fonts-dejavu-core fonts-noto-color-emoji; }
