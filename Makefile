# Mentorpost: two commands matter, `make run` and `make test`; both need only Python 3.11 or newer, make and a package index.

VENV   := .venv
PY     := $(VENV)/bin/python
ARGS   ?=
PIP    := $(PY) -m pip --disable-pip-version-check --no-input --quiet
PYTEST := $(PY) -m pytest
CODE   := mailer db tests

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint fuzz bench lock clean

help:  ## show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

# The environment. Each stamp is younger than the lock it was made from; nothing is installed again until a lock changes.

$(VENV)/pyvenv.cfg:
	@python=$$(for name in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	    if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$name"; break; fi; done); \
	if [ -z "$$python" ]; then \
	    echo "Python 3.11 or newer with venv is needed (Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python" >&2; exit 2; fi; \
	echo "creating $(VENV) with $$("$$python" --version)"; "$$python" -m venv --clear $(VENV)

$(VENV)/.ready-run: requirements.lock $(VENV)/pyvenv.cfg
	@echo "installing the locked dependencies"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-test: requirements-test.lock $(VENV)/.ready-run
	@echo "installing what the tests need"
	@$(PIP) install --require-hashes --requirement requirements-test.lock
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready-test
	@echo "installing what the checks need"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

setup: $(VENV)/.ready-run  ## create .venv with the locked dependencies

run: setup  ## start the service with settings.toml (ARGS="…" for another command)
	@exec $(VENV)/bin/mentorpost $(or $(ARGS),run)

test: $(VENV)/.ready-test  ## run every test
	@if [ -x tests/install_servers.sh ] && [ -f /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then \
	    tests/install_servers.sh || echo "some servers could not be installed; their tests will say so" >&2; fi
	@$(PYTEST) -n 2 -m "not alone" $(ARGS); many=$$?; \
	 $(PYTEST) -m alone $(ARGS); alone=$$?; [ $$alone -eq 5 ] && alone=0; \
	 [ $$many -eq 0 ] && [ $$alone -eq 0 ]

lint: $(VENV)/.ready-dev  ## format, lint, types and floors, no tests
	$(PY) -m ruff format --check $(CODE)
	$(PY) -m ruff check $(CODE)
	$(PY) -m mypy $(CODE)
	$(VENV)/bin/lint-imports

check: lint  ## everything a commit needs: lint and the fast tests, less than a minute
	@MENTORPOST_SEARCH=quick $(PYTEST) -n 2 --dist worksteal -q -m "not slow and not alone" $(ARGS)

fuzz: $(VENV)/.ready-test  ## 100,000 mutated messages, then every property test for much longer (FUZZ_SECONDS=900 bounds each part)
	@$(PY) -m tests.wire.fuzz --count 100000 --seconds $(or $(FUZZ_SECONDS),900)
	@MENTORPOST_SEARCH=long MENTORPOST_SEARCH_SECONDS=$(or $(FUZZ_SECONDS),900) $(PYTEST) -n 2 -q -raP -m hypothesis --timeout 3600 $(ARGS)

bench: $(VENV)/.ready-test  ## measure the hot paths, side by side with the plain way
	@for file in tests/*/bench_*.py; do \
	    name=$$(echo "$${file%.py}" | tr / .); echo "== $$name"; $(PY) -m "$$name" || exit 1; done

COMPILE := $(VENV)/bin/uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --quiet

lock: $(VENV)/.ready-dev  ## pin the newest versions that pyproject.toml allows
	$(COMPILE) --upgrade --output-file requirements.lock
	$(COMPILE) --upgrade --constraint requirements.lock --extra test --output-file requirements-test.lock
	$(COMPILE) --upgrade --constraint requirements-test.lock --extra dev --output-file requirements-dev.lock

clean:  ## remove the environment and every cache (not var/, where the data is)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info build dist
