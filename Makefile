# `make` alone lists the targets. They need only Python 3.11 or later, with venv.

PYTHON ?= python3
BIN := .venv/bin
# The launcher reads these: `make run STORE=moto`, `PORT=5001 make run`.
export STORE PORT

DAYS ?= 31 366 3653
HOUSES := $(addprefix tests/,accounts companion operations server shared store uploads worker)

.DEFAULT_GOAL := help
.PHONY: help run test unit other-days check lint format types imports walk web web-check openapi openapi-check collection collection-check lock bench picture clean packages torture audit mutants test-compose test-stores

##@ Use it

run: ## Start Moodrop on http://127.0.0.1:5000 with its own MinIO and MongoDB (STORE=versitygw: another store; STORE=moto: nothing kept)
	@$(PYTHON) -m dev.run

##@ Work on it

test: ## Run every test, on real MinIO and MongoDB and in Chromium (ARGS="-k confirm": some)
	@$(PYTHON) -m dev.test $(ARGS)

unit: packages ## Run the tests of the service that need no server: a minute
	@$(BIN)/python -m pytest -q -n auto -m "not real and not browser" $(HOUSES)

other-days: packages ## Run the tests that need no server as if it were in a month, a year and ten years (DAYS=31: in a month)
	@for days in $(DAYS); do \
	  echo "In $$days days:"; \
	  $(BIN)/python -m pytest -q -n auto -p tests.other_day --day $$days tests || exit 1; \
	done

check: lint types imports openapi-check collection-check test ## Do all that CI does: lint, types, import contracts, tests

lint: packages ## Show what ruff and oxlint object to; change nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(PYTHON) -m dev.web lint

format: packages ## Format the Python code and fix what ruff can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: packages ## Check types: mypy (strict) and tsc
	@$(BIN)/mypy
	@$(PYTHON) -m dev.web types

walk: packages ## List the files of the service that an upload, a confirm and Uppy's part enter
	@$(BIN)/python -m dev.walk

imports: packages ## Check the import contracts
	@$(BIN)/lint-imports

##@ The page

web: ## Build web/dist if a source changed
	@$(PYTHON) -m dev.web

web-check: ## Lint, types, tests, build and size of the page alone
	@$(PYTHON) -m dev.web check

openapi: packages ## Generate the page's types from the service's OpenAPI document
	@mkdir -p -m 700 .moodrop
	@$(BIN)/python -m dev.openapi .moodrop/openapi.json
	@$(PYTHON) -m dev.web openapi -- $(CURDIR)/.moodrop/openapi.json

openapi-check: packages ## Fail if those types differ from the service's
	@mkdir -p -m 700 .moodrop
	@$(BIN)/python -m dev.openapi .moodrop/openapi.json
	@$(PYTHON) -m dev.web openapi -- $(CURDIR)/.moodrop/openapi.json --check

collection: packages ## Generate docs/collection (Postman) from the service's OpenAPI document
	@$(BIN)/python -m dev.collection

collection-check: packages ## Fail if that collection differs from the document
	@$(BIN)/python -m dev.collection --check

##@ Now and then

audit: ## Look up known vulnerabilities in all packages, and report if the data cannot be reached
	@$(PYTHON) -m dev.audit

bench: packages ## Measure speed and size against baselines of the same run, and write docs/benchmarks.md
	@$(BIN)/python -m bench $(ARGS)

test-compose: packages ## Run compose.yaml in podman's containers and test it (ARGS="https versitygw": these parts)
	@$(BIN)/python -m dev.compose $(ARGS)

test-stores: packages ## Run the doctor and the contract tests on MinIO, VersityGW, SeaweedFS and Garage, and write docs/providers.md
	@$(BIN)/python -m dev.providers $(ARGS)

torture: ## Run the attacks at full size, resume after an interruption, and write docs/torture.md
	@$(PYTHON) -m dev.torture $(ARGS)

mutants: ## Count the changes to signing, confirm and auth that no test notices
	@$(PYTHON) -m dev.mutants $(ARGS)

lock: packages ## Write requirements/*.lock from *.in (ARGS=--upgrade: with the newest versions)
	@for name in service passkeys otel granian worker recommend recommender demo dev audit mutants; do \
	  case $$name in \
	    passkeys) more="service.in -c service.lock";; \
	    otel) more="service.in passkeys.in -c passkeys.lock";; \
	    granian) more="service.in passkeys.in otel.in -c otel.lock";; \
	    *) more=;; \
	  esac; \
	  (cd requirements && ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header $(ARGS) $$name.in $$more -o $$name.lock) || exit 1; \
	done

picture: web ## Take the README's pictures of the page again, and its film of the first minute
	@$(BIN)/python -m pytest -q tests/e2e/picture.py tests/e2e/first_minute.py

clean: ## Remove what was built or cached here; keep .venv and all data
	rm -rf web/dist web/node_modules .moodrop/*.stamp .moodrop/logs .mypy_cache .ruff_cache .pytest_cache
	rm -rf .hypothesis .import_linter_cache test-results
	find dev moodrop service worker tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

packages:
	@$(PYTHON) -m dev.packages dev

help:
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
