# Komawari: `make run` opens the editor, `make test` checks everything. Both set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run demo sample test lint format clean help
.DEFAULT_GOAL := help

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): pyproject.toml packaging/preflight.py
	@$(PYTHON) packaging/preflight.py python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Installing into $(VENV) without a word; the first time fetches up to 5 GB, which takes minutes.'
	$(BIN)/python -m pip install --quiet --editable '.[app,train,dev]'
	@$(BIN)/python packaging/preflight.py libraries
	@touch $(STAMP)

run: $(STAMP) ## Open the editor; without a display, draw the sample page and the demo into out/
	@$(BIN)/python packaging/preflight.py window
	$(BIN)/komawari --out out
	@$(BIN)/python packaging/preflight.py display || $(MAKE) --no-print-directory demo

demo: $(STAMP) ## Redraw one character in new poses, expressions, scenes and framings, in out/demo
	$(BIN)/animeadapter demo --out out/demo

sample: $(STAMP) ## Make the sample project anew; DRAW=--draw lets the engine draw its panels
	$(BIN)/python -m komawari.samples shots out/sample/shots.json
	$(BIN)/python packaging/draw_sample.py out/sample/shots.json out/sample
	$(BIN)/python -m komawari.samples build out/sample $(DRAW)

test: $(STAMP) ## Run the tests
	$(BIN)/python -m pytest

lint: $(STAMP) ## Check style, types and the architecture's arrows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(STAMP) ## Rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove the environment and what was made (not build/, where trainings live)
	rm -rf $(VENV) out dist .mypy_cache .pytest_cache .ruff_cache
