# Each verb sets up first what it needs; the second time that takes no time.
#
#   make lab PYTHON=python3.12    with this Python, where python3 is too old
#   make lab PORT=8889            on this port and no other
#   make lab BROWSER=none         without opening a browser, on a server

PYTHON ?= python3
RUN = $(PYTHON) labkit/environment.py run

# Tests wait for servers, kernels and browsers more than they compute; those of `make quick` less.
SIDE_BY_SIDE ?= 5
QUICK_SIDE_BY_SIDE ?= 3
QUICK_TESTS = "not browser and not nbgrader and not sandbox and not kernel and not program"

.DEFAULT_GOAL := help
.PHONY: help lab data test quick lint new build verify release judge grade class copies book lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1@/' | awk -F@ '{ printf "%-16s %s\n", $$1, $$2 }'

lab: ## open JupyterLab on the workbook
	@$(RUN) -m labkit.setup.jupyterlab $(if $(PORT),--port $(PORT)) $(if $(filter none,$(BROWSER)),--no-browser)

data: ## train the models that the labs serve into data/
	@$(RUN) -m labkit.setup.training

test: lint verify ## check everything: style, types, the course, the tests
	@$(RUN) -m pytest -n $(SIDE_BY_SIDE)

quick: lint ## check in two minutes what can be checked in that time, before each commit
	@said=$$(mktemp); $(RUN) -m autograder verify --changed > $$said 2>&1 & judging=$$!; \
	trap 'kill $$judging 2>/dev/null; rm -f $$said' EXIT; trap 'exit 130' INT TERM; \
	env -u PYTHONDONTWRITEBYTECODE $(RUN) -m pytest -n $(QUICK_SIDE_BY_SIDE) -m $(QUICK_TESTS); tested=$$?; \
	wait $$judging; judged=$$?; cat $$said; exit $$((tested + judged))

lint: ## check style, types, and which package imports which
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@$(RUN) -m mypy
	@$(RUN) -c "from importlinter.cli import lint_imports_command as lint; lint()" --no-cache

new: ## lay the skeleton of a lab: LAB=lab15_graphs TITLE="Graphs"
	@$(RUN) -m autograder new "$(LAB)" "$(TITLE)"

build: ## make the notebooks from course/ and solutions/
	@$(RUN) -m autograder build

verify: ## hold notebooks, stubs, solutions and checks against each other; LAB=lab01_hello for one lab
	@$(RUN) -m autograder verify $(if $(LAB),--lab $(LAB))

release: ## make dist/, the student's bundle, and the assignments in nbgrader
	@$(RUN) -m autograder release

judge: ## judge FILES="a.ipynb b.py", without a gradebook; JSON=results.json keeps the messages
	@$(RUN) -m autograder judge $(FILES) $(if $(JSON),--json $(JSON))

grade: ## judge what is in submitted/, record it, write feedback/, grades.csv and report.html
	@$(RUN) -m autograder grade

class: ## show a class live: CLASS=monday-a PORT=8700 HOST=127.0.0.1 ADDRESS=where-students-reach-it
	@$(RUN) -m autograder class $(CLASS) $(if $(PORT),--port $(PORT)) $(if $(HOST),--host $(HOST)) $(if $(ADDRESS),--address $(ADDRESS))

book: ## make dist/book/, the course as a static site to read
	@$(RUN) -m autograder book

copies: ## compare what is in submitted/: pairs to look at, in copies.html
	@$(RUN) -m autograder copies $(if $(LAB),--lab $(LAB))

lock: ## bring requirements.lock and environment.yml up to date with pyproject.toml
	@$(RUN) -m uv pip compile pyproject.toml --extra dev --extra cluster --universal --python-version 3.11 --fork-strategy fewest \
		--upgrade --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock
	@$(RUN) -m uv pip compile --group book --universal --python-version 3.11 --fork-strategy fewest \
		--upgrade --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o docs/book/requirements.lock
	@$(PYTHON) .ci/pin.py

clean: ## remove the environment and caches; keeps labs/, data/ and everything graded
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache
	find labkit autograder tests -name __pycache__ -type d -prune -exec rm -rf {} +
