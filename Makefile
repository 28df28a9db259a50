# Everything a contributor runs. `make help` lists it.
PY ?= python3
UV = .boot/bin/uv
LOCKS = infra/locks
RELANCE_SEEDS ?= 300
RUNTIME = 3.13
export UV_PYTHON_DOWNLOADS = never
export SAM_CLI_TELEMETRY = 0
export AWS_DEFAULT_REGION ?= eu-west-3
PIN = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help setup lock demo demo-sheet demo-aws test check build check-template bench prove replay pictures clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

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
	$(PIN) $(LOCKS)/tools.in -o $(LOCKS)/tools.txt
	$(PIN) $(LOCKS)/checks.in -o $(LOCKS)/checks.txt
	$(PIN) $(LOCKS)/runtime.in -o $(LOCKS)/runtime.txt

demo: setup ## Make a sample register in demo/ and chase it on three working days
	@.venv/bin/relance demo

demo-sheet: setup ## The same with the register in a Google Sheet, Google played by a double
	@.venv/bin/python -m tests.emulators.demo

demo-aws: setup build .runtime/.ok ## Three days of a deployment: the built functions, everything around them played
	@.venv/bin/python -m tests.emulators.cloud.demo

test: setup build .runtime/.ok ## Run the tests
	@.venv/bin/python -c "from tests.emulators.cloud import told; print(told())"
	@.venv/bin/pytest -q -n auto --dist loadgroup

check: setup ## Lint, formats, types, import rules
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

.tools/.ok .checks/.ok: .%/.ok: $(UV) $(LOCKS)/%.txt
	@$(UV) venv -q --clear --python "$$($(PY) -c 'import sys; print(sys.executable)')" .$*
	@$(UV) pip sync -q --python .$*/bin/python --require-hashes $(LOCKS)/$*.txt
	@touch $@

# What Lambda itself brings: the client of its runtime API, for the interpreter it has and for the one that is here.
.runtime/.ok: .venv/.ok $(LOCKS)/runtime.txt
	@for version in $(RUNTIME) "$$(.venv/bin/python -c 'import sys; print("3.%d" % sys.version_info[1])')"; do $(UV) pip install -q --require-hashes -r $(LOCKS)/runtime.txt --python-version $$version \
	    --only-binary :all: --target .runtime/$$version || exit 1; done
	@touch $@

build: .tools/.ok ## Build what is deployed, into .aws-sam/
	@.tools/bin/sam build
	@du -sm .aws-sam/build/Library | awk '{print "The layer has " $$1 " MB unzipped; Lambda takes 250."}'
	@test -d .aws-sam/build/Library/python/relance/__pycache__ || echo "No Python $(RUNTIME) was found to compile it: it works, and starts more slowly."

# `sam build` calls the targets build-<logical id>, with ARTIFACTS_DIR.
build-Library: $(UV)
	@$(UV) pip install -q --require-hashes -r $(LOCKS)/requirements.txt --python-version $(RUNTIME) \
	    --python-platform x86_64-manylinux2014 --only-binary :all: --target "$(ARTIFACTS_DIR)/python"
	@cp -r shared/relance "$(ARTIFACTS_DIR)/python/"
	@cp -r templates "$(ARTIFACTS_DIR)/"
	@cd "$(ARTIFACTS_DIR)/python" && rm -rf bin share certifi/tests .lock && find . -name __pycache__ -prune -exec rm -rf {} +
	@for python in python$(RUNTIME) "$$HOME"/.pyenv/versions/$(RUNTIME).*/bin/python$(RUNTIME); do \
	    if "$$python" -c '' 2>/dev/null; then \
	        cd "$(ARTIFACTS_DIR)/python" && exec "$$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -s . -p /opt/python . ; \
	    fi; done

build-StartFunction build-ChaseFunction build-WatchdogFunction build-MailEventsFunction:
	@cp functions/$(FOLDER)/app.py "$(ARTIFACTS_DIR)/"
build-StartFunction: FOLDER = start
build-ChaseFunction: FOLDER = chase
build-WatchdogFunction: FOLDER = watchdog
build-MailEventsFunction: FOLDER = mail_events

check-template: setup .tools/.ok .checks/.ok ## Lint the deployment: as written, and as CloudFormation sees it
	.tools/bin/sam validate --lint
	.venv/bin/cfn-lint template.yaml infra/*.yaml
	@rm -rf .aws-sam/transformed && .venv/bin/python -m tests.infra.transformed .aws-sam/transformed
	.venv/bin/cfn-lint --ignore-checks W -- .aws-sam/transformed/template.yaml
	.checks/bin/checkov -d .aws-sam/transformed --framework cloudformation --compact --quiet --skip-download

bench: setup build .runtime/.ok ## Print speed and memory
	@.venv/bin/python -m tests.benchmarks

prove: setup ## The seeded world, on disk and on AWS: every single crash, every fault, RELANCE_SEEDS random histories
	@RELANCE_SEEDS=$(RELANCE_SEEDS) RELANCE_SHEET_SEEDS=$(RELANCE_SEEDS) RELANCE_CLOUD_SEEDS=$(RELANCE_SEEDS) RELANCE_CLOUD_CRASHES=all .venv/bin/pytest -q -n auto tests/world

replay: setup ## Replay a register of past invoices: make replay CSV=path
	@test -n "$(CSV)" || { echo "Which file? make replay CSV=path/to/invoices.csv"; exit 2; }
	@.venv/bin/python -m tests.benchmarks.replay "$(CSV)"

pictures: setup ## Make the pictures of the README and the guide from the demo
	@.venv/bin/python -m tests.pictures

clean: ## Remove what the targets made
	rm -rf .venv .boot .runtime demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .tools .checks .aws-sam
