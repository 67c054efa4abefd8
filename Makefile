# Everything here sets up what it needs in .venv and .tools, from locked and hashed requirements, and is quick the second time.
# An environment of your own: make VENV=/path/to/venv ...

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

VENV ?= .venv
TOOLS ?= .tools
HOME_DIR ?= var
ARGS ?=
BIN := $(VENV)/bin
UV := $(TOOLS)/bin/uv
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
# Two workers: each holds Great Expectations and pyod in memory. A file stays on one worker, and so do its costly fixtures.
WORKERS ?= 2

export AIRFLOW_HOME ?= $(abspath $(HOME_DIR))/airflow
AIRFLOW_ENV := AIRFLOW__CORE__DAGS_FOLDER=$(CURDIR)/dags AIRFLOW__CORE__LOAD_EXAMPLES=False \
	AIRFLOW__CORE__PLUGINS_FOLDER=$(CURDIR)/docker/airflow_plugins RISKWARN_HOME=$(abspath $(HOME_DIR))

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: demo
demo: $(VENV)/.compiled ## a synthetic country, its nights, its warning list, compared with the truth (ARGS="--seed 7")
	$(BIN)/riskwarn demo $(ARGS)

.PHONY: test
test: $(VENV)/.dev $(VENV)/.compiled ## all tests (ARGS="-k airflow")
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## lint, format, types; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy dags/*.py

.PHONY: fix
fix: $(VENV)/.dev ## what lint and format can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(VENV)/.dev ## measures time and memory on 5 million rows; takes some minutes
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file" $(ARGS); done

.PHONY: airflow
airflow: $(VENV)/.dev ## Airflow on this machine without Docker, with the two DAGs, on http://localhost:8080
	@mkdir -p "$(AIRFLOW_HOME)"
	@echo "Log in as admin; the password is in $(AIRFLOW_HOME)/simple_auth_manager_passwords.json.generated"
	$(AIRFLOW_ENV) $(BIN)/airflow standalone

.PHONY: airflow-test
airflow-test: $(VENV)/.dev ## one night of today under Airflow in this terminal, without a scheduler
	@mkdir -p "$(AIRFLOW_HOME)"
	$(AIRFLOW_ENV) $(BIN)/airflow db migrate
	$(AIRFLOW_ENV) RISKWARN_RETRY_DELAY_SECONDS=0 $(BIN)/airflow dags test riskwarn_nightly $(ARGS)

.PHONY: lock
lock: $(UV) ## rewrites requirements/ from pyproject.toml (ARGS=--upgrade takes newer versions)
	UV=$(UV) scripts/lock.sh $(ARGS)

.PHONY: clean
clean: ## removes the environment and caches, never var/
	rm -rf $(VENV) $(TOOLS) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

# Compiled at once: where Python may not write beside its packages (PYTHONDONTWRITEBYTECODE), every start would compile anew.
# uv installs ten times faster than pip; it comes from the registry that pip is set up for, hashed like everything else.
$(UV): requirements/uv.txt
	@python=$$(PYTHON="$${PYTHON:-}" scripts/python.sh) && "$$python" -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(BIN)/python: | $(UV)
	@python=$$(PYTHON="$${PYTHON:-}" scripts/python.sh) && $(UV) venv --quiet --no-python-downloads --allow-existing --python "$$python" $(VENV)

$(VENV)/.base: requirements/base.txt requirements/build.txt pyproject.toml | $(UV) $(BIN)/python
	@echo "Setting up riskwarn in $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements/base.txt -r requirements/build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# numba keeps what it compiled by the age of each module alone: a change in another one that is compiled into it would go unseen.
$(VENV)/.compiled: $(wildcard riskwarn/detect/*.py) $(VENV)/.base
	@find riskwarn -name '*.nb[ic]' -delete
	@$(BIN)/python scripts/warm.py
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "Adding Airflow and the tools of tests and checks ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
