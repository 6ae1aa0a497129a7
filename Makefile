# SPDX-License-Identifier: GPL-3.0-or-later
# Every target sets up what it needs, once: stamps in .venv say what is installed, and change with what they stand for.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := render_service/portal/frontend
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input

.PHONY: help demo wardrobe serve viewer test test-blender test-crash screens load bench extension lint format clean

help:  ## what one can do here
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 20

demo: $(VENV)/.demo  ## four people dressed and photographed, into out/demo (10 minutes the first time)
	@$(BIN)/python -m render_service.demo --out out/demo

wardrobe: $(VENV)/.demo  ## every garment on three bodies, hair, skin and looks on contact sheets, into out/wardrobe (half an hour)
	@$(BIN)/python -m render_service.wardrobe_sheets --out out/wardrobe

serve: $(VENV)/.serve  ## the web portal, at port 8080 of this machine
	@$(BIN)/atelier serve

viewer: $(FRONTEND)/node_modules/.package-lock.json  ## the portal's 3D viewer, made again from its sources
	@cd $(FRONTEND) && npm run -s build

test: $(VENV)/.test tests/gltf/node_modules/.package-lock.json $(FRONTEND)/node_modules/.package-lock.json lint  ## linters, types, import rules and all tests
	@rm -f out/tests-ended
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
	@test -e out/tests-ended || { echo "a test ended the whole run"; exit 1; }

test-blender: $(VENV)/.test  ## the extension in Blender 4.2 to 5.2, windows and a real mouse included (an hour, as root)
	@$(BIN)/python scripts/test_blender.py

test-crash: $(VENV)/.test  ## kill portal and render worker 50 times each, and look for what they confirmed
	ATELIER_KILLS=50 $(BIN)/python -m pytest -rP tests/portal/test_crashes.py tests/jobs/test_executor.py

screens: $(VENV)/.test $(FRONTEND)/node_modules/.package-lock.json  ## the portal's pages as a browser's journey sees them, into out/screens (5 minutes)
	ATELIER_SCREENSHOTS=out/screens $(BIN)/python -m pytest tests/journeys

load: $(VENV)/.test  ## 200 visitors at once for a minute: how long pages and avatars take
	$(BIN)/python -m render_service.bench_portal

bench: $(VENV)/.bench  ## measurements -> body: latency, accuracy; images per hour; clothes: times, what goes through skin or cloth
	$(BIN)/python -m training.bench
	$(BIN)/python -m render_service.worker.bench_batch
	@rm -f out/bench_fit.jsonl
	$(BIN)/python -m render_service.bench_fit --bodies 4
	$(BIN)/python -m render_service.bench_fit --bodies 2 --quality final --garment t-shirt --garment trousers-straight

extension: $(VENV)/.test  ## the extension for Blender, dist/atelier-X.Y.Z.zip
	$(BIN)/python scripts/build_extension.py

lint: $(VENV)/.test  ## ruff, mypy --strict, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test  ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove what was built; packages in .venv too
	rm -rf $(VENV) out build dist *.egg-info tests/gltf/node_modules $(FRONTEND)/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache

$(VENV)/bin/python:
	@scripts/system_libraries.sh python || { scripts/find_python.sh >/dev/null; exit 3; }
	@python=$$(scripts/find_python.sh) && echo "making $(VENV) with $$python" && "$$python" -m venv $(VENV)

# One installation at a time, whatever is asked of make: pip does not like company.
$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/python
	@scripts/system_libraries.sh blender
	@echo "installing packages for the demo" && $(PIP) install -c constraints.txt -e '.[render,fit,pattern]'
	@echo "compiling the cloth solver" && $(BIN)/python -c "from avatar_engine.fitting.finish import warm; warm()" && touch $@

$(VENV)/.test: $(VENV)/.demo
	@scripts/system_libraries.sh open3d chromium postgresql
	@echo "installing packages for the tests" && $(PIP) install -c constraints.txt -e '.[render,fit,pattern,portal,train,scan,evaluate,dev]' && touch $@

$(VENV)/.serve: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing packages for the portal" && $(PIP) install -c constraints.txt -e '.[portal,fit,pattern]' && touch $@

$(VENV)/.bench: $(VENV)/.demo
	@scripts/system_libraries.sh open3d
	@echo "installing packages for the benchmark" && $(PIP) install -c constraints.txt -e '.[render,fit,train,scan,dev]' && touch $@

tests/gltf/node_modules/.package-lock.json: tests/gltf/package-lock.json
	@scripts/system_libraries.sh node
	@cd tests/gltf && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json

$(FRONTEND)/node_modules/.package-lock.json: $(FRONTEND)/package-lock.json
	@scripts/system_libraries.sh node
	@cd $(FRONTEND) && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json
