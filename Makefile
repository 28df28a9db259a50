# Everything a contributor runs. `make help` lists it.
PY ?= python3
UV = .boot/bin/uv
LOCKS = infra/locks
RELANCE_SEEDS ?= 300
export UV_PYTHON_DOWNLOADS = never
export SAM_CLI_TELEMETRY = 0
PIN = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help setup lock demo demo-sheet test check bench prove replay pictures clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

$(UV): $(LOCKS)/uv.txt
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Relance needs Python 3.11 or newer; $(PY) is older or missing. Try: make setup PY=python3.12"; exit 1; }
	@echo "Preparing the tools (about 15 seconds the first time)..."
	@$(PY) -m venv .boot && .boot/bin/pip install -q --disable-pip-version-check --require-hashes -r $(LOCKS)/uv.txt
	@touch $(UV)

.venv/.ok: $(UV) $(LOCKS)/requirements-dev.txt pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Relance needs Python 3.11 or newer; $(PY) is older or missing. Try: make setup PY=python3.12"; exit 1; }
	@$(UV) venv -q --clear --python "$$($(PY) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip sync -q --python .venv/bin/python --require-hashes $(LOCKS)/requirements-dev.txt
	@$(UV) pip install -q --python .venv/bin/python --no-build-isolation --no-deps --offline -e .
	@PYTHONDONTWRITEBYTECODE= .venv/bin/python -m compileall -q -j 0 .venv/lib shared/relance
	@touch $@

setup: .venv/.ok ## Make .venv with everything pinned, and .venv/bin/relance

lock: $(UV) ## Pin the dependencies again (hashes, no host)
	$(PIN) pyproject.toml -o $(LOCKS)/requirements.txt
	$(PIN) -c $(LOCKS)/requirements.txt pyproject.toml $(LOCKS)/dev.in -o $(LOCKS)/requirements-dev.txt
	$(PIN) $(LOCKS)/uv.in -o $(LOCKS)/uv.txt

demo: setup ## Make a sample register in demo/ and chase it on three working days
	@.venv/bin/relance demo

demo-sheet: setup ## The same with the register in a Google Sheet, Google played by a double
	@.venv/bin/python -m tests.emulators.demo

test: setup ## Run the tests
	@.venv/bin/pytest -q -n auto

check: setup ## Lint, formats, types, import rules
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: setup ## Print speed and memory
	@.venv/bin/python -m tests.benchmarks

prove: setup ## The seeded world, on disk and on AWS: every single crash, every fault, RELANCE_SEEDS random histories
	@RELANCE_SEEDS=$(RELANCE_SEEDS) RELANCE_SHEET_SEEDS=$(RELANCE_SEEDS) RELANCE_CLOUD_SEEDS=$(RELANCE_SEEDS) RELANCE_CLOUD_CRASHES=all .venv/bin/pytest -q -n auto tests/world

replay: setup ## Replay a register of past invoices: make replay CSV=path
	@test -n "$(CSV)" || { echo "Which file? make replay CSV=path/to/invoices.csv"; exit 2; }
	@.venv/bin/python -m tests.benchmarks.replay "$(CSV)"

pictures: setup ## Make the pictures of the README and the guide from the demo
	@.venv/bin/python -m tests.pictures

clean: ## Remove what the targets made
	rm -rf .venv .boot demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
