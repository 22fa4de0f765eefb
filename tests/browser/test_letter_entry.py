"""N° 71 entered from nothing in a real Chromium, published, and compared with what the fixtures say of it.

What is typed comes from the fixtures; the letter itself is not read. The site is one of this module's own: only
territories, and the accounts.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor, watching
from tests.browser.site import COLLEAGUE, Site, as_installed, own, served, share_files
from tests.run import OWN
from tests.serving import ROOT, manage, run

LETTER = "71"
# Rows of an actor's file -> prefix of its lines on the work page.
LISTS = {
    "contacts": "contact",
    "places": "place",
    "areas": "place",
    "figures": "figure",
    "spokespersons": "spokesperson",
    "wishes": "wish",
    "aliases": "alias",
    "statuses": "status",
    "cooperations": "cooperation",
}
COMPARED = {
    "contacts": ("kind", "value", "network", "personal"),
    "places": ("role", "territory", "name", "address", "postal_code"),
    "areas": ("territory",),
    "figures": ("what", "low", "high", "qualifier", "unit", "year"),
    "spokespersons": ("person", "role", "category"),
    "wishes": ("text", "year"),
    "aliases": ("name", "kind"),
    "statuses": ("status", "date", "call"),
    "cooperations": ("kind", "target", "status", "certainty", "since", "until"),
}
SYMMETRIC = {"partner_of", "shares_resources_with", "shares_leader_with"}


# -- a site of its own -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(sites, tmp_path_factory) -> Iterator[Site]:
    """A site with territories and accounts and nothing else, on the database of the run."""
    folder = tmp_path_factory.mktemp("empty")
    plain = {name: value for name, value in os.environ.items() if name not in OWN - {"DATABASE_URL"}}
    environment = as_installed(own(plain, folder, "letter"))
    share_files(Path(sites.read.environment["DATA_DIR"]), folder)
    manage("migrate", environment=environment, quiet=True)
    manage("load_territories", "--wet-run", environment=environment, quiet=True)
    run("-m", "tests.browser.scene", "--accounts", environment=environment, quiet=True)
    with served(environment) as site:
        yield site


@pytest.fixture
def page(browser, empty, signed_in) -> Iterator[Page]:
    """An editor's page; what the browser complains of fails the test at its end."""
    with watching(Visitor(browser, empty.address, signed_in)) as visitor:
        yield visitor.open("/admin/saisie/", account=COLLEAGUE)


# -- what the fixtures say ---------------------------------------------------------------------------------


def read(folder: Path) -> tuple[dict, dict[str, dict], dict[str, str]]:
    """The letter, every actor by slug, names of persons by slug."""
    letter = json.loads((folder / "letters" / f"{LETTER}.json").read_text(encoding="utf-8"))
    actors = {}
    for path in sorted((folder / "actors").glob("*.json")):
        actor = json.loads(path.read_text(encoding="utf-8"))
        actors[actor["slug"]] = actor
    persons = json.loads((folder / "persons.json").read_text(encoding="utf-8"))
    return letter, actors, {person["slug"]: person["name"] for person in persons}


def full_name(actor: dict) -> str:
    return f"{actor['name']}, {actor['precision']}" if actor.get("precision") else actor["name"]


def told_by_letter(row: dict) -> list[str]:
    """Articles of the letter among the row's sources."""
    keys = [citation["source"] for citation in row.get("citations", []) if not citation.get("column")]
    return [key.partition("/")[2] for key in keys if key.startswith(f"{LETTER}/")]


def facts_of(folder: Path) -> set[tuple]:
    """Every fact of the letter as (actor, list, values, title of the article)."""
    letter, actors, persons = read(folder)
    titles = {article["slug"]: article["title"] for article in letter["articles"]}
    found = set()
    for actor in actors.values():
        name = full_name(actor)
        for citation in actor.get("citations", []):
            if citation["source"].startswith(f"{LETTER}/") and citation.get("role"):
                found.add((name, "role", (citation["role"],), titles[citation["source"].partition("/")[2]]))
        for kind, columns in COMPARED.items():
            for row in actor.get(kind, []):
                values = [shown(column, row.get(column), actors, persons) for column in columns]
                whose = name
                if row.get("kind") in SYMMETRIC and kind == "cooperations" and values[1] < name:
                    whose, values[1] = values[1], name
                for slug in told_by_letter(row):
                    found.add((whose, kind, tuple(values), titles[slug]))
    return found


DEFAULTS = {"status": "active", "certainty": "stated", "role": "seat", "qualifier": "exact"}


def shown(column: str, value, actors, persons) -> str:
    if column == "target":
        return full_name(actors[value])
    if column == "person":
        return persons[value]
    return str(value or "") if value is not None or column not in DEFAULTS else DEFAULTS[column]


# -- typing ------------------------------------------------------------------------------------------------


def territory(key: str) -> str:
    kind, _, code = key.partition(":")
    return f"{key} (region-{code})" if kind == "region" else f"{key} ({code})"


def typed(kind: str, row: dict, addresses: dict, persons: dict) -> dict[str, str]:
    """A row as its line takes it, by field."""
    text = {name: "" if value is None else str(value) for name, value in row.items()}
    if kind == "contacts":
        return {
            "value": text["value"],
            "sort": text["kind"],
            "network": text.get("network", ""),
            "personal": row.get("personal", False),
        }
    if kind == "areas":
        return {"territory": territory(row["territory"]), "role": "area"}
    if kind == "places":
        kept = {name: text.get(name, "") for name in ("name", "address", "postal_code")}
        return {**kept, "territory": territory(row["territory"]), "role": text.get("role", "seat")}
    if kind == "figures":
        low, high = text.get("low", ""), text.get("high", "")
        return {
            "qualifier": text.get("qualifier", "exact"),
            "low": (low or high).replace(".", ","),
            "high": (high if low else "").replace(".", ","),
            "what": text["what"],
            "unit": text["unit"],
            "year": text["year"],
        }
    if kind == "spokespersons":
        return {"person": persons[row["person"]], "role": text.get("role", ""), "category": text["category"]}
    if kind == "aliases":
        return {"name": text["name"], "sort": text["kind"]}
    if kind == "wishes":
        return {"text": text["text"], "year": text["year"]}
    if kind == "statuses":
        return {name: text.get(name, "") for name in ("status", "date", "call")}
    return {
        "phrase": f"{row['kind']}:source",
        # As the suggestions write it, which tells entries of one name apart.
        "other": f"({addresses[row['target']]})",
        "status": text.get("status", "active"),
        "reason": text.get("reason", ""),
        "since": text.get("since", ""),
        "until": text.get("until", ""),
    }


def fill(page: Page, name: str, value) -> None:
    field = page.locator(f'[name="{name}"]')
    if isinstance(value, bool):
        field.set_checked(value)
    elif field.evaluate("element => element.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def open_page(page: Page, address: str) -> None:
    page.goto(address, wait_until="domcontentloaded")


def save(page: Page, button) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        button.click()
    mistakes = page.locator(".errorlist, .errornote").all_inner_texts()
    assert mistakes == [], f"{page.url}: {mistakes}"


def kind_of(actor: dict) -> str:
    return f"{actor['nature']}:{actor.get('organisation_kind') or actor.get('initiative_kind') or ''}"


def addresses_of(actors: dict, site: Site, folder: Path) -> dict[str, str]:
    """The fixtures' address of an actor -> the one it got here, told by name and kind."""
    site.manage("export_fixtures", "--to", str(folder))
    made = {(full_name(actor), kind_of(actor)): slug for slug, actor in read(folder)[1].items()}
    return {slug: made.get((full_name(actor), kind_of(actor)), "") for slug, actor in actors.items()}


def test_the_letter_is_entered_from_nothing_and_says_what_the_fixtures_say(empty, page, tmp_path):
    letter, actors, persons = read(ROOT / "fixtures")
    enter_letter(page, letter, persons)
    articles = dict(
        page.locator(".entry-articles a").evaluate_all("links => links.map(a => [a.textContent, a.href])")
    )
    work: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    roles: dict[str, dict[str, str]] = defaultdict(dict)
    for slug, actor in actors.items():
        for citation in actor.get("citations", []):
            if citation["source"].startswith(f"{LETTER}/") and citation.get("role"):
                roles[citation["source"].partition("/")[2]][slug] = citation["role"]
        for kind in LISTS:
            for row in actor.get(kind, []):
                for article in told_by_letter(row):
                    work[article][slug].append((kind, row))
    numbers: dict[str, str] = {}
    # Everybody first, then what is said: a link needs both its ends.
    for article in letter["articles"]:
        for slug, role in roles[article["slug"]].items():
            open_page(page, articles[article["title"]])
            known = slug in numbers
            fill(page, "name", actors[slug]["name"])
            fill(page, "precision", actors[slug].get("precision", ""))
            fill(page, "role", role)
            fill(page, "kind", "" if known else kind_of(actors[slug]))
            save(page, page.get_by_role("button", name="Ajouter cet acteur"))
            if "acteur=" not in page.url:
                answer = numbers[slug] if known else "new"
                save(page, page.locator(f'[name=chosen][value="{answer}"]'))
            numbers[slug] = page.url.partition("acteur=")[2].partition("#")[0]
    addresses = addresses_of(actors, empty, tmp_path / "entries")
    for article in letter["articles"]:
        for slug, rows in work[article["slug"]].items():
            open_page(page, f"{articles[article['title']]}?acteur={numbers[slug]}")
            ranks: dict[str, int] = defaultdict(int)
            for kind, row in rows:
                prefix = LISTS[kind]
                for name, value in typed(kind, row, addresses, persons).items():
                    if value:
                        fill(page, f"{prefix}-{ranks[prefix]}-{name}", value)
                ranks[prefix] += 1
            save(page, page.locator("[name=facts]"))
    page.goto(f"/admin/saisie/lettres/{LETTER}/parution/")
    assert page.goto(f"/l/{LETTER}").text().count("Cette lettre paraîtra bientôt") > 0
    page.goto(f"/admin/saisie/lettres/{LETTER}/parution/")
    save(page, page.locator("[name=publish]"))
    assert page.goto(f"/l/{LETTER}").url.endswith(f"/lettres/{LETTER}/")
    empty.manage("export_fixtures", "--to", str(tmp_path / "published"))
    expected, entered = facts_of(ROOT / "fixtures"), facts_of(tmp_path / "published")
    assert len({fact[0] for fact in expected}) > 45
    assert sorted(expected - entered) == []
    assert sorted(entered - expected) == []


def enter_letter(page: Page, letter: dict, persons: dict) -> None:
    page.get_by_role("link", name="Nouvelle lettre").click()
    values = {
        "number": letter["number"],
        "title": letter["title"],
        "start": letter["earliest"],
        "end": letter["latest"],
        "date_reason": letter["date_reason"],
    }
    for name, value in values.items():
        fill(page, name, value)
    save(page, page.locator("form [type=submit]").last)
    for rank, article in enumerate(letter["articles"]):
        # The next line appears once this one is begun.
        fill(page, f"form-{rank}-title", article["title"])
        fill(page, f"form-{rank}-kind", article.get("kind", "article"))
        fill(page, f"form-{rank}-rubric", article.get("rubric", ""))
        fill(page, f"form-{rank}-authors", ", ".join(persons[slug] for slug in article.get("authors", [])))
    save(page, page.locator("[name=articles]"))
