"""What parameters may hold leads to no other site and into no header, on any page; tables carry no formula.

Parameters are those the program reads, found in its own text, and those of the list's filters; all are given at once.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.test import Client

from actors.filters import ActorFilterSet
from editing.roles import ADMINISTRATOR
from tests.apes_directory.addresses import Rows, addresses, let_go
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
OURS = {"", "testserver", "annuaire.exemple.fr"}
NASTY = [
    "https://ailleurs.example/",
    "//ailleurs.example/",
    "/\\ailleurs.example",
    "x\r\nX-Injected: oui\r\n\r\n<b>",
]


def parameters() -> list[str]:
    asked = re.compile(r"""\b(?:GET|POST|posted|asked)(?:\.get(?:list)?\(|\[)"([\w-]+)\"""")
    files = [
        path
        for app in ("editing", "apes_directory", "pages", "partners")
        for path in (ROOT / app).rglob("*.py")
    ]
    found = {name for file in files for name in asked.findall(file.read_text(encoding="utf-8"))}
    assert {"version", "une", "merger", "page"} <= found
    return sorted(found | {"next", "url", "retour", "REDIRECT_FIELD_NAME", *ActorFilterSet.base_filters})


def faults(answer) -> list[str]:
    found = [f"{name}: {value}" for name, value in answer.headers.items() if "\n" in value or "\r" in value]
    if answer.headers.get("X-Injected"):
        found.append("a header of theirs")
    location = answer.headers.get("Location", "")
    if urlsplit(location).netloc not in OURS or location.startswith(("//", "/\\")):
        found.append(f"leads to {location}")
    if "ailleurs.example" in answer.headers.get("Refresh", ""):
        found.append("refreshes elsewhere")
    return found


@pytest.mark.parametrize("turn", range(len(NASTY)) if os.environ.get("TORTURE") else [0])
def test_no_parameter_leads_elsewhere_or_into_a_header(turn):
    """Each parameter has one of the values, another one from address to address; ``TORTURE=1`` gives it all of them."""
    rows = Rows.made()
    visitor, inside = Client(), logged_in(make_user(ADMINISTRATOR))
    names = parameters()
    wrong = {}
    # The forms of models are Django's own, hundreds alike: one of them stands for all.
    of_models = {f"admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry}
    for number, address in enumerate(addresses(rows), start=turn):
        begins = re.match(r"admin/\w+/\w+/", address.route.written)
        if address.route.name == "admin:logout" or (
            begins and begins[0] in of_models - {"admin/actors/place/"}
        ):
            continue
        client = inside if address.route.of_admin else visitor
        client.raise_request_exception = False
        data = {name: NASTY[(number + place) % len(NASTY)] for place, name in enumerate(names)}
        for answer in (
            client.get(f"{address.path}?{urlencode(data)}"),
            client.post(address.path, data, headers={"referer": NASTY[0]}),
        ):
            let_go(answer)
            found = faults(answer) + ([f"{answer.status_code}"] if answer.status_code == 500 else [])
            if found:
                wrong[str(address)] = found
    assert wrong == {}


def test_what_is_looked_for_is_found():
    """The same judgement on an answer that does lead elsewhere; Django itself writes the third one harmless."""
    for value in NASTY[:2]:
        assert faults(HttpResponseRedirect(value)), value
    assert not faults(HttpResponseRedirect("/acteurs/?q=https://ailleurs.example/"))
