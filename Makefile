# The everyday commands. `make check` is all that CI does, in your own virtual environment.
BIN := .venv/bin

.PHONY: setup fmt lint test check bench

setup:
	python3 -m venv .venv
	$(BIN)/pip install -c constraints.txt -e '.[forward,dev]'

fmt:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test:
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered

check: lint test

bench:
	$(BIN)/python benchmarks/run
