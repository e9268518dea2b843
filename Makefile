# Every target sets itself up: Python 3.11 to 3.13, make and the package registries are all it needs.
# PYTHON=python3.12 make test   picks the interpreter;   make test ARGS="tests/core -k verdict"   passes arguments on;
# make test WORKERS=0           runs all tests in one process, as a debugger wants it.

VENV ?= .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
OPENCV := opencv-python-headless>=4.11
ARGS ?=
DATA ?= ../shared/data
WORKERS ?= 2

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c "$(FITS)" >/dev/null 2>&1 && { echo $$p; break; }; done)

export UV_PYTHON_DOWNLOADS := never
UV_REMOVE = @$(BIN)/uv pip uninstall --quiet --python $(BIN)/python opencv-python opencv-contrib-python
UV_INSTALL = $(BIN)/uv pip install --python $(BIN)/python -c constraints.txt --overrides overrides.txt
MEND_OPENCV = @$(BIN)/python -c "import cv2" 2>/dev/null || $(UV_INSTALL) --reinstall '$(OPENCV)' --no-deps

# pytest-qt ends the whole run where Qt lacks a system library (libEGL on slim machines); without it the rest is tested.
QT_LOADS = $(BIN)/python -c "import PySide6.QtTest, PySide6.QtWidgets" 2>/dev/null

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench bench-gui fuzz killtest raytest model lock translations screenshots walk app app-archive clean

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMPS)/dev  ## Install everything for development (with torch) into .venv.

demo: $(STAMPS)/base  ## Make two short clips, analyse both, leave the reports in demo-output/.
	$(BIN)/python demo/demo.py --out demo-output $(ARGS)

test: $(STAMPS)/dev  ## Run the tests.
	$(BIN)/python -m pytest $$($(QT_LOADS) || echo "-p no:pytest-qt") -n $(WORKERS) --dist loadfile $(ARGS)

lint: $(STAMPS)/dev  ## Check style, types and the layering of the packages.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMPS)/base  ## Time the analysis stage by stage on a made 10 s clip, or on ARGS=FILE.
	$(BIN)/sjedd-video bench $(ARGS)

bench-gui: $(STAMPS)/dev  ## Measure the desktop app: start, stalls of the window, memory.
	$(BIN)/python -m sjedd_gui.bench $(ARGS)

fuzz: $(STAMPS)/dev  ## Scan 2,000 mutated files from a fixed seed; summary in build/fuzz/ (half an hour of one core).
	PYTHONPATH=tests $(BIN)/python -P -m batch.fuzzing --out build/fuzz $(ARGS)

killtest: $(STAMPS)/dev  ## Scan 500 files, killed 20 times and resumed, and compare; summary in build/killtest/.
	PYTHONPATH=tests $(BIN)/python -P -m batch.killing --out build/killtest $(ARGS)

raytest: $(STAMPS)/dev  ## Scan 120 files on two Ray nodes, one killed again and again; summary in build/raytest/.
	PYTHONPATH=tests $(BIN)/python -P -m batch.ray_killing --out build/raytest $(ARGS)

CARD_DATA := "9,379 real and 10,400 forged faces of DeepFake Detection Challenge training videos (one frame a video) and \
2,835 real still faces from public repositories, with forgeries made from them. EfficientNet-Lite2, begun on ImageNet."
CARD_LICENCE := "Research use only: the pictures that the weights were trained on belong to their owners, and several of \
their collections are licensed for non-commercial research. The code is Apache-2.0."
model: $(STAMPS)/dev  ## Make the shipped model from DATA=FOLDER into runs/sjedd-lite2 (some hours); call it again to go on.
	$(BIN)/sjedd-train fit lite2-embedded --data $(DATA) --out runs/lite2-embedded $(ARGS)
	test -f runs/sjedd-lite2/card.json || $(BIN)/sjedd-train export runs/lite2-embedded --half --data $(DATA) \
		--training-data $(CARD_DATA) --licence $(CARD_LICENCE) --out runs/sjedd-lite2

lock: $(STAMPS)/uv  ## Resolve constraints.txt again, for every supported Python and system.
	echo '$(OPENCV)' | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--overrides overrides.txt --no-header --no-emit-index-url pyproject.toml - --output-file constraints.txt

translations: $(STAMPS)/dev  ## Find all strings of the desktop app, merge them into the .ts files, compile what is translated.
	$(BIN)/python gui/translations.py

screenshots: $(STAMPS)/dev  ## Renew the pictures of the report and of the desktop app in docs/images (needs pdftoppm).
	rm -rf build/pictures  # a report of another model would be kept, and drawn
	$(BIN)/python demo/demo.py --out build/pictures
	pdftoppm -png -r 90 -f 1 -l 1 -singlefile build/pictures/altered.pdf docs/images/report-page-1
	$(BIN)/python packaging/screenshots.py docs/images

walk: $(STAMPS)/dev  ## Walk through the desktop app with mouse and keys on a screen of its own (needs Xvfb, xdotool).
	$(BIN)/python packaging/walk.py $(ARGS)

app: $(STAMPS)/uv  ## Freeze the desktop app into dist/sjedd-video/, which runs without Python, and try it.
	@test -x build/app-env/bin/python || $(BIN)/python -m venv --without-pip build/app-env
	$(BIN)/uv pip install --python build/app-env/bin/python -c constraints.txt --overrides overrides.txt \
		'.[gui]' '$(OPENCV)' pyinstaller
	build/app-env/bin/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/app packaging/desktop.spec
	build/app-env/bin/python packaging/smoke.py dist/sjedd-video/sjedd-video

app-archive: app  ## Pack the frozen app into dist/sjedd-video-linux-x86_64.tar.gz.
	tar -C dist -czf dist/sjedd-video-linux-x86_64.tar.gz sjedd-video

clean:  ## Remove the environment, made files and caches.
	rm -rf $(VENV) demo-output dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found; name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c "$(FITS)" || { echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(STAMPS)/uv: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@mkdir -p $(STAMPS) && touch $@

# An environment made by hand may hold opencv-python, which shares its folder with the headless variant.
$(STAMPS)/base: $(STAMPS)/uv pyproject.toml constraints.txt overrides.txt
	$(UV_REMOVE)
	$(UV_INSTALL) --editable . '$(OPENCV)' scikit-image
	$(MEND_OPENCV)
	@touch $@

$(STAMPS)/dev: $(STAMPS)/uv pyproject.toml constraints.txt overrides.txt
	$(UV_REMOVE)
	$(UV_INSTALL) --editable '.[dev]' '$(OPENCV)'
	$(MEND_OPENCV)
	@touch $@ $(STAMPS)/base
