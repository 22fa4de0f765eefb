"""What search engines read of a page, beside its text: ``<script type="application/ld+json">``.

Browsers take such an element for data and run nothing, so that the strict policy on scripts lets it pass.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from actors.models import Actor
from partners.linked import schema_org
from partners.records import Links
from partners.records.letters import letter_record
from partners.records.loaded import loaded_record
from partners.records.persons import Discretion
from sources.models import Letter
from territories.addresses import page_address
from territories.models import Territory

register = template.Library()

# Nothing in it may end the element, whatever a name holds: as in Django's own json_script.
_UNSAFE = re.compile("[<>&\u2028\u2029]")
_encoder = json.JSONEncoder(ensure_ascii=False)


def script(about: dict) -> SafeString:
    text = _encoder.encode({"@context": "https://schema.org", **about})
    text = _UNSAFE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def _links(context) -> Links | None:
    """A component included with ``only`` still has the request, beside its variables; the page of an error has none."""
    request: HttpRequest | None = getattr(context, "request", None) or context.get("request")
    return Links.of(request) if request else None


@register.simple_tag(takes_context=True)
def actor_data(context, actor: Actor) -> str:
    """Of the page of an actor of ``with_detail()``; nothing of an entry that is not public (1 query)."""
    links = _links(context)
    if links is None or not actor.is_public:
        return ""
    record = loaded_record(actor, links, Discretion.current(), schema_org.MEMBERSHIPS)
    return script(schema_org.actor(record))


@register.simple_tag(takes_context=True)
def territory_data(context, territory: Territory) -> str:
    links = _links(context)
    return script(schema_org.territory(territory, links)) if links else ""


@register.simple_tag(takes_context=True)
def letter_data(context, letter: Letter) -> str:
    """Of a letter's page; nothing of one that is not out (1 query)."""
    links = _links(context)
    if links is None or not letter.is_published:
        return ""
    return script(schema_org.letter(letter_record(letter, links, Discretion.current())))


@register.simple_tag(takes_context=True)
def site_data(context) -> str:
    links = _links(context)
    return script(schema_org.site(links, reverse("actor-list"))) if links else ""


@register.simple_tag(takes_context=True)
def breadcrumb_data(context, list_url: str, list_label: str, trail: Iterable | None, here: str) -> str:
    """Where a page stands, as ``components/breadcrumb.html`` shows it."""
    links = _links(context)
    if links is None:
        return ""
    steps: list[tuple[str, str | None]] = [("Accueil", f"{links.base}{page_address('home')}")]
    if list_url:
        steps.append((list_label, f"{links.base}{list_url}"))
    steps += [(str(step), f"{links.base}{step.get_absolute_url()}") for step in trail or ()]
    return _breadcrumb((*steps, (str(here), None)))


@lru_cache(maxsize=256)
def _breadcrumb(steps: tuple[tuple[str, str | None], ...]) -> str:
    return script(schema_org.breadcrumb(steps))


@register.simple_tag(takes_context=True)
def datasets_data(context, offered: Iterable) -> str:
    """The datasets of the page « Données », for those who search data."""
    links = _links(context)
    return script(schema_org.datasets(offered, links)) if links else ""
