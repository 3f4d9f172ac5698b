# Every target is one line over dev.py, which also works where there is no make.
PYTHON ?= python3

.PHONY: demo test lint bench bench-proofread
demo:
	$(PYTHON) dev.py demo $(if $(filter 0,$(SERVE)),--no-serve)
test:
	$(PYTHON) dev.py test
lint:
	$(PYTHON) dev.py lint
bench:
	$(PYTHON) dev.py bench
bench-proofread:
	$(PYTHON) dev.py python -m bench.proofreading
