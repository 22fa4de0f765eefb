"""Rules of the house that no single feature's test would notice: layout, imports, locks, documents."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.migrations.loader import MigrationLoader
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# From the top of the house to its ground floor: an app imports itself and those after it, neighbours apart.
APPS = ["apes_directory", "pages", "editing", "partners", "actors", "sources", "territories"]
# Those of one storey, which don't know each other.
NEIGHBOURS = {"pages", "editing", "partners"}
MODEL_APPS = ["pages", "editing", "partners", "actors", "sources", "territories"]
# Inside an app, a module imports those of its own layer or a lower one. Every module has its place
# here: a new kind of module is a decision.
LAYERS = {
    "admin_words": 0,
    "topology": 0,
    # What an app connects when everything is loaded; nothing imports it.
    "apps": 5,
    "enums": 0,
    "fields": 0,
    "text": 0,
    "grammar": 0,
    # Which database is read here and now.
    "reading": 0,
    "memory": 0,
    # Queries made once.
    "statement": 0,
    "known": 2,
    "detail": 2,
    "addresses": 0,
    "partial_date": 0,
    "models": 1,
    # What ``models`` of the app gathers.
    "letter_models": 1,
    "import_models": 1,
    "suggestion_models": 1,
    "request_models": 1,
    "freshness_models": 1,
    "home_models": 1,
    # What contacts and numbers look like: models may ask.
    "normalising": 0,
    # Files of people, read in a process of their own; knows no app.
    "confined": 1,
    "cells": 0,
    "tidying": 0,
    "erasure": 2,
    # The same list in a file beside the database.
    "kept_prints": 2,
    "demo": 2,
    "essglobal": 2,
    "statistics": 2,
    "roles": 2,
    "rights": 2,
    "timeline": 2,
    "guide": 2,
    "normalised": 2,
    "erasing": 3,
    # Both ends of outgoing mail: what code calls, what Django's mail ends in.
    "mail": 2,
    # Forms without cookie or account, of editing and partners alike.
    "visitors": 2,
    # Entering, staying in, being shut out.
    "accounts": 3,
    "duplicates": 2,
    "publication": 2,
    "conflicts": 3,
    "letters": 3,
    "suggestions": 3,
    "requests": 3,
    "freshness": 3,
    "exchange": 3,
    "home": 3,
    "placing": 2,
    "phrases": 0,
    "filters": 2,
    "index": 2,
    "wording": 2,
    "network": 2,
    "history": 2,
    "importers": 2,
    "actions": 2,
    # What partners take: identifiers, records, the formats records are written in, the API.
    "identifiers": 1,
    "problems": 1,
    "records": 2,
    "lasting": 3,
    # What is new among actors, for feeds and mails; pictures of what a link leads to; who takes what.
    "news": 3,
    "feeds": 4,
    "sharing": 3,
    "following": 4,
    "usage": 3,
    "linked": 3,
    "downloads": 3,
    "editions": 3,
    "formats": 3,
    "api": 4,
    "pagination": 3,
    "forms": 3,
    "presenters": 3,
    "templatetags": 3,
    "views": 4,
    # Frames on other sites: views and what they show, made of presenters.
    "embeds": 4,
    "sitemaps": 4,
    "urls": 5,
    "admin_base": 3,
    "admin": 4,
    "management": 4,
    "migrations": 4,
}
TOP_LEVEL = {
    *(
        "manage.py",
        "apes_directory",
        "pages",
        "editing",
        "partners",
        "actors",
        "sources",
        "territories",
        "templates",
        "static",
    ),
    *(
        "deploy",
        "fixtures",
        "tests",
        "docs",
        "pyproject.toml",
        "README.md",
        "Makefile",
        "CHANGELOG.md",
        "LICENSE",
    ),
}
# Lock file to the groups of pyproject.toml that it pins.
LOCKS = {
    "requirements.txt": ["dependencies"],
    "requirements-dev.txt": ["dependencies", "dev"],
    "requirements-territories.txt": ["territories"],
    "requirements-bench.txt": ["bench"],
    "requirements-audit.txt": ["audit"],
}


@cache
def files() -> tuple[str, ...]:
    """Every file of the repository, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted({name for name in listed.splitlines() if (ROOT / name).exists()}))


def texts() -> list[tuple[str, str]]:
    """Name and contents of every file that is text."""
    found = []
    for name in files():
        try:
            found.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


# -- layout ------------------------------------------------------------------------------------------


def test_top_level_is_the_one_agreed_on():
    names = {name.split("/")[0] for name in files()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL | set(LOCKS)


def test_no_file_names_a_registry_or_a_path_of_a_machine():
    # In pieces, so that this file does not name them either.
    hosts = ["pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.org", "yarn" + r"pkg\.com"]
    folders = ["wo" + "rk", "ro" + "ot", "ho" + "me"]
    forbidden = re.compile(rf"{'|'.join(hosts)}|(?<![\w./])/(?:{'|'.join(folders)})/\w")
    found = [f"{name}: {match[0]}" for name, text in texts() if (match := forbidden.search(text))]
    assert found == []


# What is worked out from its arguments alone, and from files that stay: such a memory can't grow stale.
REMEMBERED = {
    # Words of dates and numbers, and of what stands in no table.
    "actors/wording.py",
    "pages/templatetags/french.py",
    "pages/presenters/menu.py",
    # Keyed by all that they are written from.
    "pages/templatetags/compiled.py",
    "partners/templatetags/linked_data.py",
    "actors/index/tokens.py",
    "actors/network/labels.py",
    "apes_directory/compiled.py",
    "apes_directory/health.py",
    # What an address asks, before anything is read for it; the release.
    "apes_directory/page_cache.py",
    "apes_directory/release.py",
    # Where an address leads; the watch over the databases of the settings.
    "apes_directory/replicas/choosing.py",
    "apes_directory/replicas/watch.py",
    "editing/duplicates/traits.py",
    "editing/guide.py",
    # How its list is read on one day, and nothing that was read.
    "editing/home/completeness.py",
    "pages/presenters/editorial.py",
    "pages/presenters/card.py",
    "pages/presenters/words.py",
    "pages/templatetags/facets.py",
    "pages/templatetags/highlighting.py",
    "pages/embeds/palette.py",
    "pages/embeds/views.py",
    "partners/api/asking.py",
    "partners/api/guide.py",
    "partners/api/openapi.py",
    "partners/api/serializers/around.py",
    "partners/api/stamp.py",
    "partners/linked/serialising.py",
    "partners/linked/triples.py",
    "partners/records/actor_base.py",
    "partners/records/persons.py",
    "partners/sharing/drawing.py",
    "partners/sharing/views.py",
    # How a date reads.
    "sources/partial_date.py",
    "territories/addresses.py",
    "territories/models/level.py",
    # The labels of a closed list.
    "territories/rows.py",
    "territories/tidying.py",
}
# Keyed by what it was worked out from.
KEPT_BY_CONTENT = {"editing/duplicates/twins.py"}


def test_what_a_process_remembers_of_the_database_is_a_memory():
    """``territories/memory.py``: a memory of another make would keep what a preview shows, for every visitor."""
    remembering = re.compile(r"\blru_cache\b|@cache\b|functools\.cache\b")
    program = [(name, text) for name, text in texts() if name.split("/")[0] in APPS and name.endswith(".py")]
    assert {name for name, text in program if remembering.search(text)} == REMEMBERED
    assert {name for name, text in program if re.search(r"^ +global ", text, re.M)} == KEPT_BY_CONTENT


# -- imports -----------------------------------------------------------------------------------------


def imports(path: Path) -> set[str]:
    """Dotted names a file imports from the apps, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] in {*APPS, "tests"}}


def layer(module: str) -> int:
    name = module.split(".")[1]
    assert name in LAYERS, f"Give {module} its place in LAYERS: which modules may import it?"
    return LAYERS[name]


def modules(app: str) -> list[str]:
    return [name for name in files() if name.startswith(f"{app}/") and name.endswith(".py")]


@pytest.mark.parametrize("app", APPS)
def test_imports_between_apps_run_down(app):
    allowed = set(APPS[APPS.index(app) :])
    if app in NEIGHBOURS:
        allowed -= NEIGHBOURS - {app}
    found = {
        f"{name} imports {imported}"
        for name in modules(app)
        for imported in imports(ROOT / name)
        if imported.split(".")[0] not in allowed
    }
    assert found == set()


@pytest.mark.parametrize("app", [app for app in APPS if app != "apes_directory"])
def test_imports_inside_an_app_run_down(app):
    found = set()
    for name in modules(app):
        dotted = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if dotted == app:
            assert imports(ROOT / name) == set()
            continue
        for imported in imports(ROOT / name):
            if imported.split(".")[0] == app and imported.count(".") and layer(imported) > layer(dotted):
                found.add(f"{name} imports {imported}")
    assert found == set()


def test_relations_between_models_run_down():
    found = {
        f"{model._meta.label}.{field.name} points up to {field.related_model._meta.label}"
        for app in MODEL_APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.app_label in APPS
        if APPS.index(field.related_model._meta.app_label) < APPS.index(app)
    }
    assert found == set()


# -- settings and README -------------------------------------------------------------------------------


def variables_read() -> dict[str, str | None]:
    """Environment variables and their default as README writes it; None where it is worked out."""
    found = {}
    for name in modules("apes_directory"):
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(
                node.args[0] if node.args else None, ast.Constant
            ):
                continue
            function = (
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            )
            if function.startswith("env_"):
                given = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "default")]
                default = given[0].value if given and isinstance(given[0], ast.Constant) else None
                told = (
                    {True: "on", False: "off"}.get(default, default) if isinstance(default, bool) else default
                )
                found[node.args[0].value] = found.get(node.args[0].value) or (str(told) if told else None)
    return found


def test_readme_tells_every_environment_variable():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Environment\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", section, re.MULTILINE)
    read = variables_read()
    assert sorted(name for name, _ in rows) == sorted(read)
    assert {name: told for name, told in rows if read[name]} == {
        name: f"`{default}`" for name, default in read.items() if default
    }


# -- dependencies --------------------------------------------------------------------------------------


@cache
def requirements() -> dict[str, list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"dependencies": project["project"]["dependencies"], **project["dependency-groups"]}
    return {name: [Requirement(text) for text in group] for name, group in groups.items()}


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE)
    }


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    dependencies = [number for number, line in enumerate(lines) if re.match(r' +"[a-z].*[<>=].*",$', line)]
    assert len(dependencies) == sum(map(len, requirements().values()))
    without = [lines[number] for number in dependencies if not lines[number - 1].lstrip().startswith("# ")]
    assert without == []


@pytest.mark.parametrize(("lock", "groups"), LOCKS.items())
def test_lock_pins_what_is_asked_for(lock, groups):
    pinned = pins(lock)
    wrong = [
        str(requirement)
        for group in groups
        for requirement in requirements()[group]
        if not requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "0"))
    ]
    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) >= len(pins(lock)) > 0
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_tests_run_what_runs():
    """The environment of the tests holds the pins of the site itself."""
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


# -- models and templates ------------------------------------------------------------------------------


def own_models() -> list:
    return [model for app in MODEL_APPS for model in apps.get_app_config(app).get_models()]


def test_every_model_is_in_the_admin():
    there = set(admin.site._registry)
    for model_admin in admin.site._registry.values():
        there |= {inline.model for inline in model_admin.inlines}
    # A face stands for its table.
    there |= {model._meta.concrete_model for model in there}
    assert {model._meta.label for model in own_models() if model not in there} == set()


def test_every_constraint_says_in_french_what_is_wrong():
    without = {
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    }
    assert without == set()


@pytest.mark.parametrize("app", MODEL_APPS)
def test_migrations_are_linear_and_named_by_hand(app):
    graph = MigrationLoader(None).graph
    nodes = [node for node in graph.nodes if node[0] == app]
    assert len(graph.leaf_nodes(app)) == 1
    for node in nodes:
        parents = [parent for parent in graph.node_map[node].parents if parent.key[0] == app]
        assert len(parents) == (0 if node[1].startswith("0001_") else 1), node
    assert [name for _, name in nodes if "_auto_" in name or name.endswith("_and_more")] == []


def test_every_component_opens_with_its_parameters():
    components = sorted((ROOT / "templates" / "components").rglob("*.html"))
    assert components
    without = [
        path.name
        for path in components
        if not path.read_text(encoding="utf-8").startswith(("{#", "{% comment %}"))
    ]
    assert without == []


def test_components_are_included_with_only():
    """A component sees its parameters and nothing of the page around it."""
    leaky = [
        f"{name}: {tag}"
        for name, text in texts()
        if name.startswith("templates/")
        for tag in re.findall(r"{% include ['\"]components/[^%]*%}", text)
        if not tag.endswith(" only %}")
    ]
    assert leaky == []


def test_documents_link_to_what_is_there():
    broken = [
        f"{name}: {target}"
        for name, text in texts()
        # Those of fixtures/pages/ are addresses of the site: tests/pages/test_editorial.py follows them.
        if name.endswith(".md") and not name.startswith("fixtures/")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        if not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert broken == []
