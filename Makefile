# `make demo` shows the product with a department at work, `make run` starts it empty, `make test` proves it.
# PORT (8000), ACTIVESALES_HOME (./var), DEMO_PASSWORD (demo), DATABASE_URL, REDIS_URL, EMAIL_URL are honoured.

PYTHON_BIN = .venv/bin/python
# Where it is set, every process compiles all it imports anew: a start would take three times as long.
unexport PYTHONDONTWRITEBYTECODE
# Tests and checks run on servers of their own, whatever a developer's shell points at.
OWN_SERVERS = env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL -u ACTIVESALES_HOME $(PYTHON_BIN) -m activesales.embedded exec

.PHONY: demo run setup test check bench format
.NOTPARALLEL:

demo: setup
	@exec $(PYTHON_BIN) -m activesales.embedded serve --demo

run: setup
	@exec $(PYTHON_BIN) -m activesales.embedded serve

setup:
	@sh tools/setup.sh

test: setup
	@CHROMIUM="$$($(PYTHON_BIN) tools/browser.py)" && export CHROMIUM && \
	  $(OWN_SERVERS) --home var/test -- $(PYTHON_BIN) -m pytest -n 2 --dist worksteal $(ARGS)

check: setup
	@$(OWN_SERVERS) --home var/test -- $(PYTHON_BIN) tools/check.py

bench: setup
	@$(OWN_SERVERS) --home var/bench -- $(PYTHON_BIN) -m tests.bench $(ONLY)

format: setup
	@$(PYTHON_BIN) -m ruff check --fix --quiet --exit-zero .
	@$(PYTHON_BIN) -m ruff format .
