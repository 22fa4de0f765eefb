"""Whatever the back-office is asked, by whoever may open it, it answers: never an error of ours.

Parameters are those the program reads, found in its own text, so that a new page brings its own. Examples are the
same each time; ``FUZZ_EXAMPLES=300 pytest tests/editing/test_fuzz.py`` looks further, at random.
"""

import os
import re
from functools import cache
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editing.admin.page import PAGES
from editing.import_models import ImportBatch, ImportState
from editing.roles import ADMINISTRATOR
from tests.editing.letters.typing import make_prepared
from tests.factories.actors import make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 3,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What means something to engines, shells, browsers, and to int() where it should not.
NASTY = [
    *("", " ", "0", "-1", "²", "１", "٣", "1_0", "1e9", "9" * 19, "9" * 25, "9" * 5000, "None", "true"),
    *(
        "x",
        "\0",
        "%00",
        "é",
        "'",
        '"',
        "<b>",
        "../..",
        "a" * 3000,
        "\ud800".encode(errors="replace").decode(),
    ),
    *("subject", "aliases:0:text", "pending-²", "citation-" + "9" * 25, "2024-02-30", "25:61", "1,2", "1,²"),
]
NUMBER = re.compile(r"<int:\w+>")
SLUG = re.compile(r"<(?:slug|str|path):\w+>")


@cache
def parameters() -> list[str]:
    """Every name that the back-office asks a request for."""
    asked = re.compile(
        r"""\b(?:GET|POST|posted|asked)(?:\.get(?:list)?\(|\[)"([\w-]+)\"|"([\w-]+)" in \w+\.(?:GET|POST)"""
    )
    files = [*(ROOT / "editing").rglob("*.py"), *(ROOT / "apes_directory").rglob("*.py")]
    found = {name for file in files for match in asked.findall(file.read_text()) for name in match if name}
    assert {"version", "une", "merger", "fiche", "de", "page"} <= found | {"de"}
    return sorted(found | {"de", "a", "one", "other"})


@pytest.fixture
def site():
    """Somebody who may do everything; an entry, a letter and an import to do it to."""
    user = make_user(ADMINISTRATOR, "adm")
    entry = make_organisation(name="La Fabrique")
    make_organisation(name="La Fabrique bis")
    letter = make_prepared()
    batch = ImportBatch.objects.create(
        created_by=user, file_name="a.csv", state=ImportState.SORTED, header=["Nom"], mapping=["name"]
    )
    client = logged_in(user)
    client.raise_request_exception = False
    numbers = [entry.pk, entry.pk + 1, batch.pk, letter.articles.get().pk]
    return client, numbers, letter.slug


def addresses(path: str, numbers: list[int], slug: str, wild: str) -> list[str]:
    """The page of something there is, of something strange, and of each way its numbers can be read."""
    filled = []
    for start in (0, 2, 3):
        each = cycle(numbers[start:] + numbers[:start])
        filled.append(SLUG.sub(slug, NUMBER.sub(lambda _, each=each: str(next(each)), path)))
    return list(dict.fromkeys([*filled, SLUG.sub(quote(wild, safe=""), NUMBER.sub("9" * 25, path))]))


def asked(numbers: list[int]) -> st.SearchStrategy[dict[str, str]]:
    value = st.sampled_from([*NASTY, *map(str, numbers)]) | st.text(max_size=6)
    return st.dictionaries(st.sampled_from(parameters()), value, max_size=6)


def failures(client, address: str, data: dict[str, str]) -> list[str]:
    data = {name: value.encode(errors="replace").decode() for name, value in data.items()}
    return [
        f"{method} {address} {data!r}"[:300]
        for method, ask in (("GET", client.get), ("POST", client.post))
        if ask(address, data).status_code >= 500
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_parameter_breaks_a_page(page, site):
    client, numbers, slug = site
    root = reverse("admin:index")
    found = []
    # Each parameter once as what int() or the database stumbles over.
    for value in ("²", "9" * 25, "x", "\0"):
        found += failures(
            client, addresses(root + page.path, numbers, slug, "²")[0], dict.fromkeys(parameters(), value)
        )

    @FUZZ
    @given(data=asked(numbers), wild=st.sampled_from(NASTY[2:]))
    def fuzz(data, wild):
        for address in addresses(root + page.path, numbers, slug, wild):
            found.extend(failures(client, address, data))

    fuzz()
    assert found == []


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_no_address_of_a_row_or_list_breaks_it(model, site):
    client, _, _ = site
    listing = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    wild = ["²", "9" * 25, "x", "1%2F", "%00", "-1"]
    addresses = [
        f"{listing}{row}/{page}" for row in wild for page in ("change/", "history/", "delete/", "effacer/")
    ]
    addresses += [f"{listing}?{query}" for query in QUERIES]
    found = [
        f"{method} {address}"
        for address in addresses
        for method, ask in (("GET", client.get), ("POST", client.post))
        if ask(address).status_code >= 500
    ]
    assert found == []


QUERIES = [
    *("q=%00", "q=²", "q=" + "a%20" * 99, "p=" + "9" * 25, "o=99.x", "e=1", "all=", "action=x"),
    *("id__in=" + "9" * 25, "id__exact=" + "9" * 25, "id__in=1," + "9" * 25, "id=%00", "id__gt=-" + "9" * 25),
    *("_popup=1&_to_field=id", "_to_field=%00", "publication__exact=%00", "nature__exact=²"),
]


@pytest.mark.parametrize("name", ["term", "page", "app_label", "model_name", "field_name"])
def test_no_choice_typed_breaks_the_choices(name, site):
    client, _, _ = site
    usual = {"app_label": "actors", "model_name": "cooperation", "field_name": "target", "term": "x"}
    found = [
        value
        for value in NASTY
        for told in failures(client, reverse("admin:autocomplete"), {**usual, name: value})
    ]
    assert found == []
