# Two commands do everything: make brief, make test.
STUDY  ?= surakarta-2025
PYTHON ?= python3
UV     := .uv/bin/uv
SYNC   := UV_PYTHON_DOWNLOADS=never $(UV) sync --locked --quiet --inexact --python $(PYTHON)
BIN    := .venv/bin

.PHONY: brief test bench lab notebook-git lint lock pictures clean

# The hook that keeps restricted data out of git, where this is a clone.
HOOK   := $(if $(wildcard .git),$(shell git rev-parse --git-path hooks/pre-commit 2>/dev/null))

brief: .venv/.ready-brief $(HOOK)  ## regenerate the study and its policy brief
	$(BIN)/kajian run $(STUDY)

test: .venv/.ready-dev             ## run every test
	$(BIN)/python -m pytest

bench: .venv/.ready-bench          ## time ours beside stock papermill, pandas, polars, Dask, pyfixest and others
	$(BIN)/python benchmarks/pipeline.py
	$(BIN)/python benchmarks/households.py
	$(BIN)/python benchmarks/mapping.py
	$(BIN)/python benchmarks/causal.py

lab: .venv/.ready-lab notebook-git $(HOOK) ## open JupyterLab on the notebooks
	JUPYTER_PREFER_ENV_PATH=1 JUPYTER_CONFIG_PATH=tools/jupyter $(BIN)/jupyter lab $(LAB)

$(HOOK): | .venv/.ready-brief
	$(BIN)/kajian guard --install

# What JupyterLab writes into a notebook on saving, besides outputs and their counts.
SAVED := $(addprefix metadata.language_info.,codemirror_mode file_extension mimetype nbconvert_exporter \
  pygments_lexer version) $(addprefix cell.metadata.,editable jupyter slideshow)
SET   := @git config --file .venv/gitconfig

notebook-git: .venv/.ready-lab     ## in this clone, git sees notebooks without outputs, cell by cell
	$(SET) filter.nbstripout.clean '"$(CURDIR)/$(BIN)/nbstripout" --keep-id --extra-keys "$(SAVED)"'
	$(SET) diff.jupyternotebook.command '"$(CURDIR)/$(BIN)/git-nbdiffdriver" diff --use-filter'
	$(SET) merge.jupyternotebook.driver '"$(CURDIR)/$(BIN)/git-nbmergedriver" merge %O %A %B %L %P'
	@test ! -e .git || git config --replace-all include.path '$(CURDIR)/.venv/gitconfig' '/\.venv/gitconfig$$'

lint: .venv/.ready-dev             ## style and types
	$(BIN)/ruff check src tests tools benchmarks && $(BIN)/ruff format --check src tests tools benchmarks && $(BIN)/mypy

lock: $(UV)                        ## resolve anew: uv.lock and environment.yml
	$(UV) lock --upgrade --python $(PYTHON)
	$(MAKE) environment.yml

environment.yml: uv.lock tools/environment.py .venv/.ready-brief
	$(UV) export --frozen --quiet --all-groups --no-hashes --no-header --no-annotate --no-emit-project \
	  | $(BIN)/python tools/environment.py > $@.tmp && mv $@.tmp $@

pictures: brief .venv/.ready-dev   ## the pictures of the README, from the real output
	$(BIN)/python tools/pictures.py reports/$(STUDY) docs

clean:                             ## remove what is generated, keep the raw data
	rm -rf data/processed reports .venv .uv

$(UV): tools/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Perlu Python 3.11, 3.12, atau 3.13: coba 'make $(MAKECMDGOALS) PYTHON=python3.12'"; exit 1; }
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt
	@touch $@

.venv/.ready-brief: uv.lock pyproject.toml $(UV)
	$(SYNC) --no-default-groups
	@touch $@

.venv/.ready-dev: uv.lock pyproject.toml $(UV)
	$(SYNC) --group dev
	@touch $@ .venv/.ready-brief

.venv/.ready-bench: uv.lock pyproject.toml $(UV)
	$(SYNC) --group bench
	@touch $@ .venv/.ready-dev .venv/.ready-brief

.venv/.ready-lab: uv.lock pyproject.toml $(UV)
	$(SYNC) --group lab
	$(BIN)/python -m ipykernel install --prefix=.venv --name python3 --display-name "Kajian (Python)"
	@touch $@ .venv/.ready-brief
