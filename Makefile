# Openbook: `make up` runs it, `make test` checks it. Both set up what they need.
PYTHON ?= python3
ARGS ?=
MAKEFLAGS += --no-print-directory

.PHONY: help up test bench faults
help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

up: ## Run Openbook with its demonstration bank; Ctrl-C stops it
	@$(PYTHON) -m config.launch

test: ## Set up and run everything that CI runs
	@PYTHON="$(PYTHON)" ./.ci/test

bench: ## Measure against the targets; ARGS=--json for machines
	@PYTHON="$(PYTHON)" ./.ci/bench $(ARGS)

faults: ## Kill processes during twenty runs, embedded and on servers; takes long
	@PYTHON="$(PYTHON)" ./.ci/faults $(ARGS)

messages: ## Bring the catalogues of the reports' languages up to date; ARGS=fr begins a new one
	@PYTHON="$(PYTHON)" ./.ci/messages $(ARGS)

golden: ## Write the reports' golden files anew; the commit then shows how the layout changed
	@$(PYTHON) -m config.launch.development && .venv/bin/python -m pytest tests/audit/reports/test_golden.py -q --update-golden
