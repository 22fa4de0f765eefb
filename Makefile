# Everything a developer or an operator types. Needs Python 3.11 or newer and make, nothing else;
# uses uv when it is there, since it installs in seconds what pip does in half a minute.

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# A Python to try before the usual names: make run PYTHON=/opt/python/bin/python3
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run upgrade editor test test-slow bench torture screenshots guide format lock audit clean

help:  ## Affiche cette liste
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: $(VENV)/.requirements.stamp  ## Prépare tout et sert l’annuaire sur http://127.0.0.1:8000/ (PORT=, HOST=)
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/gunicorn --config apes_directory/gunicorn_conf.py

upgrade: $(BIN)/python  ## Met le programme à jour (VERSION=), avec sauvegarde et retour en arrière si cela échoue
	@$(BIN)/python deploy/upgrade.py $(VERSION)

editor: $(VENV)/.requirements.stamp  ## Crée un compte pour modifier l’annuaire
	@$(BIN)/python manage.py create_editor

test: $(VENV)/.requirements-dev.stamp  ## Vérifie le code et passe les tests sur SQLite et PostgreSQL
	@$(BIN)/python -m tests.run

test-slow: $(VENV)/.requirements-dev.stamp  ## Passe les tests à 20 000 et 200 000 acteurs, et des milliers de demandes à l’API (une demi-heure)
	@API_EXAMPLES=200 $(BIN)/python -m tests.run tests/bench/large.py tests/partners/test_schema.py
	@$(BIN)/python -m pytest -q -s tests/bench/huge.py tests/bench/small.py

bench: $(VENV)/.requirements-dev.stamp $(VENV)/.requirements-bench.stamp  ## Mesure le site à côté d’autres, jusqu’à 200 000 acteurs (docs/performance.md)
	@$(BIN)/python -m tests.bench $(BENCH)

torture: $(VENV)/.requirements-dev.stamp  ## Casse le site en marche de toutes les façons de docs/faults.md, et dit ce qui s’est perdu
	@$(BIN)/python -m tests.torture $(TORTURE)

screenshots: $(VENV)/.requirements-dev.stamp  ## Photographie les pages à trois largeurs, claires et sombres (var/screenshots/)
	@$(BIN)/python -m tests.browser.screenshots $(PAGES)

guide: $(VENV)/.requirements-dev.stamp  ## Photographie l’administration pour le guide de l’éditeur (docs/guide/)
	@$(BIN)/python -m tests.browser.guide

format: $(VENV)/.requirements-dev.stamp  ## Met en forme le code et les gabarits
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

# Pins what pyproject.toml asks for, keeping the present pins where they fit; UPGRADE=--upgrade renews them all.
# No header and no annotations, hence no index address.
COMPILE = "$(UV)" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)

lock:  ## Recalcule requirements*.txt d’après pyproject.toml (UPGRADE=--upgrade pour tout renouveler)
	@test -n "$(UV)" || { echo "make lock a besoin de uv (python3 -m pip install uv)." >&2; exit 1; }
	@$(COMPILE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@$(COMPILE) --group bench --constraint requirements-dev.txt --output-file requirements-bench.txt
	@$(COMPILE) --group territories --constraint requirements.txt --output-file requirements-territories.txt
	@$(COMPILE) --group audit --constraint requirements-dev.txt --output-file requirements-audit.txt

audit: $(VENV)/.requirements-audit.stamp  ## Demande si une faille est connue dans les paquets verrouillés (docs/security.md)
	@$(BIN)/python -m tests.audit

clean:  ## Efface .venv, les fichiers statiques rassemblés et les caches (jamais la base de données)
	@rm -rf $(VENV) var/static .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# -- the environment, remade when a lock file is newer than its stamp -------------------------------

# Runs $(1) with a dot per second, on a terminal only: these steps have no progress of their own.
define with_dots
	if [ -t 1 ]; then (while sleep 1; do printf .; done) & dots=$$!; fi; \
	$(1); status=$$?; \
	if [ -n "$${dots:-}" ]; then kill $$dots; wait $$dots 2>/dev/null; echo; fi
endef

$(BIN)/python:
	@for python in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	if [ -z "$$python" ]; then echo "Il faut Python 3.11 ou plus récent (aucun trouvé)." >&2; exit 1; fi; \
	echo "Environnement Python : création de $(VENV)…"; \
	if [ -n "$(UV)" ]; then "$(UV)" venv --quiet --allow-existing --python "$$python" $(VENV); exit; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Ce Python n’a pas le module « venv » (sur Debian ou Ubuntu : apt install python3-venv)." >&2; exit 1; \
	fi; \
	$(call with_dots,"$$python" -m venv --clear $(VENV)); \
	[ $$status -eq 0 ] || { rm -rf $(VENV); exit $$status; }

$(VENV)/.%.stamp: %.txt | $(BIN)/python
	@echo "Paquets : installation d’après $<…"
	@if [ -n "$(UV)" ]; then \
		"$(UV)" pip install $$([ -t 1 ] || echo --quiet) --python $(BIN)/python --require-hashes -r $<; \
	else \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
		$(BIN)/python -m pip install $$([ -t 1 ] || echo --quiet) --disable-pip-version-check \
			--root-user-action=ignore --require-hashes -r $<; \
	fi
	@touch $@
