# What one does with a checkout. `make demo` and `make test` work on a fresh
# Debian 12 or Ubuntu: they install what is missing first.

BIN = .venv/bin

.PHONY: setup demo test lint format bench grid clean

setup:
	@tools/setup.sh

demo: setup
	@$(BIN)/boardivr demo

test: lint
	@$(BIN)/python -m pytest -m "not grid" -n $$(($$(nproc) + 1)) --dist loadfile

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup
	@$(BIN)/python -m bench

grid: setup
	@$(BIN)/python -m pytest -m grid

clean:
	rm -rf .venv build boardivr.egg-info demo-out bench-out
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f boardivr/media/_engine*.so boardivr/media/_engine.c boardivr/media/*.o
	find boardivr tests bench -name __pycache__ -type d -exec rm -rf {} +
