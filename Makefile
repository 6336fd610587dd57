# Everything a person types. Needs Python 3.11 or later and make; the rest goes into .venv, from hashed locks.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run serve test check lab testlab lock clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# One process more than there are cores (tests/turns.py says how many), and each file of tests in one of them.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder
export PYTHON
# The tests start hundreds of processes, and where none may keep what it compiled, each compiles all of it again.
export PYTHONDONTWRITEBYTECODE :=

help:  ## Say what can be typed
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name words; do printf '%-12s %s\n' "$$name" "$$words"; done

run: $(VENV)/.run  ## Read the notes in examples/ to the terminal and to build/examples.html
	@mkdir -p build
	@$(BIN)/epicrisis annotate examples/*.txt --html build/examples.html
	@echo "The same notes as a page: build/examples.html"

serve: $(VENV)/.run  ## Start the server on this machine alone
	@$(BIN)/epicrisis serve

test: $(VENV)/.dev  ## Run the suite
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

check: $(VENV)/.dev $(VENV)/.tools  ## Say what CI will say: format, lint, types, imports, word lists, licences, deployment, tests
	@$(BIN)/python scripts/check

lab: $(VENV)-lab/.lab  ## Install what training needs, PyTorch among it, into .venv-lab
	@$(VENV)-lab/bin/epicrisis-lab --help

testlab: $(VENV)-lab/.lab  ## Run the tests of training and of models of the hub, which need PyTorch
	@OMP_NUM_THREADS=1 $(VENV)-lab/bin/python -m pytest $(SIDE_BY_SIDE) tests/unit/lab/training tests/unit/lab/baselines tests/unit/lab/knowledge/test_teaching.py tests/unit/lab/knowledge/test_wording.py tests/hub tests/unit/engines/summary/models/test_pytorch.py

lock: $(VENV)/.dev  ## Renew requirements/*.lock after a change in pyproject.toml (needs uv)
	@scripts/lock

clean:  ## Remove what make has made
	rm -rf $(VENV) $(VENV)-lab build

%/bin/python:
	@scripts/venv $*

# The package itself is installed as a link to src/, so an edit there needs no new install; pyproject.toml does.
$(VENV)/.run: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing requirements/run.lock (about a minute)"
	@$(PIP) install --require-hashes --no-deps --requirement requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "Installing requirements/dev.lock (about a minute)"
	@$(PIP) install --require-hashes --no-deps --requirement requirements/dev.lock
	@touch $@

# Programs beside Python's: what reads the files that deploy us, and node.
$(VENV)/.tools: requirements/dev-tools.lock $(VENV)/.dev
	@echo "Installing requirements/dev-tools.lock (some seconds)"
	@$(PIP) install --require-hashes --no-deps --requirement requirements/dev-tools.lock
	@touch $@

# Training has its own environment: its libraries come with internet clients, and the one that reads notes has none.
$(VENV)-lab/.lab: pyproject.toml | $(VENV)-lab/bin/python
	@echo "Installing the lab (several minutes; where the index serves a CUDA build of torch, install a CPU build first)"
	@$(VENV)-lab/bin/python -m pip --disable-pip-version-check -qq install --editable '.[lab]' 'hypothesis>=6.150' 'pytest>=9.0' 'pytest-timeout>=2.4' 'pytest-xdist>=3.8'
	@touch $@
