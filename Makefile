# Everything is done by `make`; each target does its own set-up. DATABASE_URL, PORT and BASE override.
.PHONY: help run serve check test clients install install-dev lint types suite-sqlite suite-postgres mutants seed schema pictures fixtures clean
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
BASE ?= HEAD
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
# uv shows its progress on a terminal and is silent elsewhere.
QUIET := $(shell test -t 2 || echo --quiet)
UV := $(BIN)/uv pip install $(QUIET) --python $(BIN)/python --require-hashes --constraint constraints.txt
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadgroup
# Else each of the checks' many processes would compile everything anew, for six seconds.
unexport PYTHONDONTWRITEBYTECODE

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-15s %s\n", $$1, $$2}'

run: install  ## The API and the admin on 127.0.0.1:8000, with the curated data (PORT, DATABASE_URL)
	@$(MANAGE) migrate --verbosity=0
	@$(MANAGE) seed
	@$(MANAGE) collectstatic --no-input --verbosity=0
	@$(MANAGE) make_curator
	@echo "API http://127.0.0.1:$(PORT)/api/v1/  documentation /api/v1/docs/  admin /admin/  (Ctrl-C ends it)"
	@DJANGO_SETTINGS_MODULE=caucasus.settings.dev exec $(BIN)/granian --interface wsgi \
		--host 127.0.0.1 --port $(PORT) --workers 2 --blocking-threads 4 --backpressure 64 \
		--respawn-failed-workers --workers-kill-timeout 3 \
		--http1-header-read-timeout 5000 --http1-buffer-size 16384 --log-level warning caucasus.wsgi:application

serve: install  ## The server for production, looked after; its environment is as in deploy/environment.example
	@DJANGO_SETTINGS_MODULE=$${DJANGO_SETTINGS_MODULE:-caucasus.settings.production} $(MANAGE) upgrade
	@DJANGO_SETTINGS_MODULE=$${DJANGO_SETTINGS_MODULE:-caucasus.settings.production} exec $(MANAGE) serve

check: $(VENV)/installed-dev lint  ## While you work: style, types, and the tests of what differs from HEAD (BASE=main)
	@$(BIN)/mypy apps caucasus
	@tests=$$($(BIN)/python -m tests.house.touched_tests $(BASE)) && echo "Tests: $${tests:-none}" && \
		{ test -z "$$tests" || env -u DATABASE_URL $(PYTEST) -x $$tests; }

test: install-dev lint types suite-sqlite suite-postgres  ## All checks, on SQLite and on PostgreSQL
	@echo "All checks passed, on SQLite and on PostgreSQL."

lint:  ## Style, obvious faults, and that no migration is missing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@DJANGO_SETTINGS_MODULE=caucasus.settings.test $(MANAGE) makemigrations --check --dry-run --verbosity=0

types:  ## Types
	@$(BIN)/mypy --no-incremental apps caucasus  # from nothing: all checks trust no cache

suite-sqlite:  ## The tests on SQLite
	@env -u DATABASE_URL $(PYTEST)

suite-postgres:  ## The tests on PostgreSQL: one that answers at TEST_POSTGRES_URL, or one started for them
	@tests/with-postgres $(PYTEST)

mutants: install-dev  ## Change the code in one place at a time: do the tests notice? (PATHS=apps/core/dates.py ...)
	@env -u DATABASE_URL $(BIN)/python -m tests.mutants $(PATHS)

clients: $(VENV)/installed-clients  ## Make clients of the API's description, and read the API with them and with programs for tables
	@tests/install-system-packages clients
	@mkdir -p .clients && cp tests/clients/package*.json .clients && npm ci --prefix .clients --silent --no-audit --no-fund
	@env -u DATABASE_URL $(BIN)/python -m pytest -n0 -o python_files='check_*.py' tests/clients

install: $(VENV)/installed  ## The virtual environment with what the project runs on

install-dev: $(VENV)/installed-dev  ## ... and with what the checks need
	@tests/install-system-packages

seed: install  ## Load seeds/*.yaml into the database
	@$(MANAGE) migrate --verbosity=0 && $(MANAGE) seed

schema: install  ## Describe the API in docs/openapi.yaml and docs/api-surface.txt, as the code has it
	@DJANGO_SETTINGS_MODULE=caucasus.settings.test $(MANAGE) spectacular --validate --fail-on-warn \
		--file docs/openapi.yaml
	@$(BIN)/python -m tests.api.openapi.api_surface

pictures: install-dev  ## Take the pictures in docs/desk.md anew
	@PICTURES=docs $(PYTEST) -q tests/browser/test_story.py

fixtures: install  ## Build fixtures/*.json from the seeds
	@$(MANAGE) build_fixtures

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV) || { echo "Installing venv, which this Python lacks ..."; \
		tests/install-system-packages venv && $(PYTHON) -m venv --clear $(VENV); }
	@sed -n '/^uv==/,/[0-9a-f]$$/p' constraints.txt | \
		$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement /dev/stdin

$(VENV)/installed: requirements.txt constraints.txt | $(BIN)/uv
	@echo "Installing requirements.txt ..."
	@$(UV) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/uv
	@echo "Installing requirements-dev.txt ..."
	@$(UV) -r requirements-dev.txt
	@touch $@ $(VENV)/installed

$(VENV)/installed-clients: requirements-clients.txt $(VENV)/installed-dev
	@echo "Installing requirements-clients.txt ..."
	@$(UV) -r requirements-clients.txt
	@touch $@

clean:  ## Remove the virtual environment, caches and collected static files (not the database)
	rm -rf $(VENV) .clients static .mypy_cache .ruff_cache .pytest_cache .hypothesis
