"""Every address the site answers, found in its own URL patterns: what is added is asked with the rest.

>>> for address in addresses(Rows.made()):
...     client.get(address.path)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.contrib import admin
from django.core.signals import request_finished
from django.db import close_old_connections
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from tests.editing.admin.rows import make_back_office, make_everything
from tests.editing.letters.typing import make_prepared
from tests.factories import building

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


# Beginning of a regular expression to an address it takes.
EXAMPLES = {
    "admin/^r/": "admin/r/1/1/",
    "admin/^(?P<app_label>": "admin/actors/",
    "admin/(?P<url>": "admin/nulle-part/",
    "^donnees/catalogue": "donnees/catalogue.ttl",
    "^(?P<rest>api/v1": "api/v1/actors/",
    "^api/": "api/nulle-part",
    "^integration/v1/(?P<name>": "integration/v1/cadre.js",
    "^integration/v1/(?:": "integration/v1/nulle-part/",
}


@dataclass(frozen=True)
class Route:
    """One pattern: its name with its namespace, and itself as it is written in ``urls.py``."""

    name: str
    written: str

    @property
    def of_admin(self) -> bool:
        return self.written.startswith("admin/")


@dataclass(frozen=True)
class Address:
    route: Route
    path: str

    def __str__(self) -> str:
        return f"{self.route.name} {self.path}"


@cache
def routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns, before: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        written = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(namespace + (pattern.name or ""), written)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, written, inner)


@dataclass(frozen=True)
class Rows:
    """What stands in addresses: a number and a word of something that is there, by name of the parameter."""

    numbers: dict[str, int]
    words: dict[str, str]

    @classmethod
    @building()
    def made(cls) -> "Rows":
        """A row of every model, which takes seconds: once for all addresses."""
        make_everything(1)
        make_back_office(1)
        letter = make_prepared()
        actor = apps.get_model("actors", "Actor").objects.published().first()
        territory = apps.get_model("territories", "Territory").objects.first()
        batch = apps.get_model("editing", "ImportBatch").objects.first()
        return cls(
            {"article": letter.articles.get().pk, "batch": batch.pk, "": actor.pk},
            {
                "letter": letter.slug,
                "territory": territory.slug,
                "public_id": actor.public_id,
                "": actor.slug,
            },
        )

    def of(self, route: Route, kind: str, parameter: str) -> str:
        if parameter == "object_id":
            return str(_first_of(route))
        if kind == "int":
            found = next((row for name, row in self.numbers.items() if name and name in parameter), None)
            return str(found or self.numbers[""])
        of_letter = "lettre" in route.written or parameter == "letter"
        of_territory = "territoire" in route.written
        return self.words["letter" if of_letter else "territory" if of_territory else ""]


def _first_of(route: Route) -> int | str:
    """A row of the admin that a route belongs to."""
    app, model = route.written.split("/")[1:3]
    if app not in apps.app_configs:
        return 1
    row = apps.get_model(app, model)._default_manager.first()
    return row.pk if row else 1


def addresses(rows: Rows) -> list[Address]:
    """One for each pattern."""
    found = []
    for route in routes():
        if "^" in route.written or "(?P<" in route.written:
            path = next((path for begins, path in EXAMPLES.items() if route.written.startswith(begins)), None)
            assert path, f"{route.written} is a regular expression: give it an example in EXAMPLES"
        else:
            path = _PARAMETER.sub(
                lambda match, route=route: rows.of(route, match[1] or "str", match[2]), route.written
            )
        found.append(Address(route, f"/{path}"))
    return found


def let_go(answer) -> None:
    """Close what an answer holds open, a file for instance, and not the database as a server does after each."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def actions() -> list[tuple[type, str]]:
    """Every action that some list of the back-office offers to whoever may do everything."""
    found = []
    for model, model_admin in admin.site._registry.items():
        names = {name for _function, name, _description in model_admin._get_base_actions()}
        found += [(model, name) for name in sorted(names)]
    return found
