# Every target works as the first command typed in a fresh checkout: all that is needed is make and
# Python 3.11 or later. `make PYTHON=/usr/bin/python3.13 test` chooses another Python.

.NOTPARALLEL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# What a user's shell sets for other projects must not reach this one's.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
    if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; \
  done)
VENV_PYTHON := .venv/bin/python
ENVIRONMENT = @'$(or $(PYTHON),$(error Python 3.11 or later is needed: make PYTHON=/path/to/python3 …))' tools/environment.py
DOCKER ?= docker
IMAGE ?= qtm-action:dev

.PHONY: help
help: ## Show this list.
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

.PHONY: demo
demo: ## Import the example results into an embedded QTM4J server, through the real steps.
	$(ENVIRONMENT) runtime
	@$(VENV_PYTHON) -m qtm_action demo

.PHONY: test
test: ## Run the unit and integration tests, measure branch coverage.
	$(ENVIRONMENT) dev
	$(VENV_PYTHON) -m pytest --numprocesses auto --dist worksteal --cov --cov-report term --cov-fail-under 95

.PHONY: lint
lint: ## Check style and types, run every validator: Python, workflows, pipelines, Dockerfile, shell, YAML.
	$(ENVIRONMENT) lint
	tools/lint.sh

.PHONY: generate
generate: ## Write what is made from the code: action.yml, the GitLab component, tables and pages of the docs.
	$(ENVIRONMENT) dev
	for each in action component readme spec_docs frameworks; do $(VENV_PYTHON) -m tools.render_$$each || exit; done

.PHONY: lock
lock: ## Renew the locks from pyproject.toml; `make lock UPGRADE=--upgrade` takes newer versions.
	$(ENVIRONMENT) lint
	tools/lock.sh $(UPGRADE)

# The time of the commit is the time of the build, so that a commit has one wheel and one sdist.
package package-test: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)

.PHONY: package
package: ## Build the wheel and the sdist into dist/.
	$(ENVIRONMENT) lint
	rm -rf dist
	$(VENV_PYTHON) -m build --no-isolation

.PHONY: package-test
package-test: ## Build the wheel and the sdist, check them as PyPI does, install them and run the demo.
	$(ENVIRONMENT) lint
	$(VENV_PYTHON) -m pytest tests/package

.PHONY: image
image: ## Build the container image.
	$(DOCKER) build --tag $(IMAGE) .

.PHONY: container-test
container-test: ## Build the image and run it as GitHub, GitLab and Jenkins do.
	$(ENVIRONMENT) dev
	tools/with-docker.sh $(VENV_PYTHON) -m pytest tests/container

.PHONY: runner-test
runner-test: ## Run the example pipelines in local runners of the CI platforms.
	$(ENVIRONMENT) lint
	@command -v npm >/dev/null || tools/install-debian.sh nodejs npm
	@command -v groovy >/dev/null || tools/install-debian.sh groovy
	@command -v rsync >/dev/null || tools/install-debian.sh rsync
	@command -v git >/dev/null || tools/install-debian.sh git
	tools/with-docker.sh $(VENV_PYTHON) -m pytest tests/runners

.PHONY: server-test
server-test: ## Import through the real servers and proxies that Debian has.
	$(ENVIRONMENT) dev
	tools/install-servers.sh
	$(VENV_PYTHON) -m pytest --numprocesses 2 --dist loadfile tests/servers

.PHONY: browser-test
browser-test: ## Look at the job summary and the sandbox's page in a headless Chromium.
	$(ENVIRONMENT) lint
	@command -v google-chrome || command -v chromium || tools/install-debian.sh chromium
	@command -v npm >/dev/null || tools/install-debian.sh nodejs npm
	@tools/install-debian.sh fonts-liberation fonts-noto-color-emoji
	$(VENV_PYTHON) -m pytest --numprocesses 2 tests/browser

.PHONY: screenshots
screenshots: ## Make the pictures of the README anew, from real runs.
	$(ENVIRONMENT) lint
	$(VENV_PYTHON) tools/screenshots.py

.PHONY: faults
faults: ## Run the fault matrix: every step, every fault, every attempt.
	$(ENVIRONMENT) dev
	$(VENV_PYTHON) -m tests.faults.matrix

.PHONY: fuzz
fuzz: ## Mutate import specs 10,000 times, try ten times as many examples of every property.
	$(ENVIRONMENT) dev
	QTM_FUZZ_SPECS=10000 $(VENV_PYTHON) -m pytest tests/fuzz
	$(VENV_PYTHON) -m pytest --numprocesses auto -m hypothesis --hypothesis-profile many

.PHONY: bench
bench: ## Run every benchmark and write docs/PERFORMANCE.md.
	$(ENVIRONMENT) dev
	$(VENV_PYTHON) -m bench

.PHONY: bench-quick
bench-quick: ## Run the benchmarks in under a minute, on less data.
	$(ENVIRONMENT) dev
	$(VENV_PYTHON) -m bench --quick

.PHONY: bench-image
bench-image: ## Measure the image's size, start and build; write docs/PERFORMANCE.md.
	$(ENVIRONMENT) dev
	tools/with-docker.sh $(VENV_PYTHON) -m bench.image --write

.PHONY: scale
scale: ## Run very large inputs for real (15 GB of temporary files, a quarter of an hour).
	$(ENVIRONMENT) dev
	$(VENV_PYTHON) -m bench.scale --write

.PHONY: clean
clean: ## Remove everything that the targets above made.
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
