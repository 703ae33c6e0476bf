# Every target works on a bare clone: set-up comes first, and costs nothing when nothing has changed.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
OUT ?= audit-out
PYTEST_ARGS ?=

.PHONY: help setup setup-dev setup-spark demo test lint format pytest test-browser test-spark bench mutation pictures docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## lay .venv/ with what cspaudit needs to run
	@tools/setup.sh runtime

setup-dev: ## lay .venv/ with what the tests and linters need too
	@tools/setup.sh dev

setup-spark: ## lay .venv-spark/ with Spark and what its tests need (Java too)
	@tools/setup.sh spark

demo: setup ## audit the sample partner and say where the scorecard lies
	@$(BIN)/cspaudit demo --output $(OUT)
	@echo
	@echo "The sample partner's scorecard: $(OUT)/scorecard.html (PDF beside it: scorecard.pdf)"
	@echo "The figures and the findings:   $(OUT)/results.json, $(OUT)/findings.csv"
	@echo "Your own exports:               $(BIN)/cspaudit run PATH"

test: lint pytest ## lint, types, import rules and every test but the browser's, Spark's and the slow ones

lint: setup-dev ## ruff, mypy, import rules, SQL style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint checks

format: setup-dev ## let ruff and sqlfluff put right what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix checks

pytest: setup-dev ## the tests alone (PYTEST_ARGS="tests/model -k money" narrows them)
	$(BIN)/pytest -m "not browser and not slow and not spark" $(PYTEST_ARGS)

test-browser: setup-dev ## the tests that drive Chromium
	$(BIN)/pytest -m browser --numprocesses=0 $(PYTEST_ARGS)

test-spark: setup-spark ## the tests on Spark: every check finds there what it finds on DuckDB
	.venv-spark/bin/pytest -m spark --numprocesses=0 $(or $(PYTEST_ARGS),tests/spark)

bench: setup-dev ## time a run beside a bare load and a pandas script, and the readers beside what they stand on
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)
	$(BIN)/python benchmarks/mail.py
	$(BIN)/python benchmarks/large_exports.py

mutation: setup-dev ## change every check's SQL in every small way; each change must fail a case (MUTATION_ARGS="--check NAME")
	$(BIN)/python tools/mutate_checks.py $(MUTATION_ARGS)

pictures: setup-dev ## draw the sample's scorecard into docs/pictures/
	$(BIN)/python tools/pictures.py

docs: setup-dev ## write the generated pages of docs/
	$(BIN)/python tools/generate_docs.py

lock: setup-dev ## pin the newest allowed versions in requirements/
	tools/lock.sh

clean: ## remove everything that a target made
	rm -rf .venv .venv-spark audit-out build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
