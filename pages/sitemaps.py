"""What search engines are told to read: one file per kind of page, under ``/sitemap.xml``.

A date is told only where it is known: an actor's and a letter's from the changes recorded of them,
an editorial page's from its text. Each file costs a number of queries that no number of rows changes.
"""

import datetime
from functools import cached_property

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from actors import index
from actors.models import Actor
from pages.models import EditorialPage
from pages.presenters import menu
from sources.models import Letter
from territories.enums import TerritoryKind
from territories.models import Change, Territory

_ALWAYS = {TerritoryKind.REGION, TerritoryKind.DEPARTMENT, TerritoryKind.EPCI}


class _Listed(Sitemap):
    """Pages read as (address, date or None), all at once: ``items()`` is asked several times."""

    @cached_property
    def pages(self) -> list[tuple[str, datetime.date | None]]:
        raise NotImplementedError

    def items(self):
        return self.pages

    def location(self, item) -> str:
        return item[0]

    def lastmod(self, item) -> datetime.date | None:
        return item[1]

    def get_latest_lastmod(self) -> datetime.date | None:
        """The latest date known; Django's own gives up when one page has none."""
        return max((date for _, date in self.pages if date), default=None)


class EditorialSitemap(_Listed):
    @cached_property
    def pages(self):
        entrances = [reverse("home"), *(entry.href for entry in menu.sections()), reverse("site-plan")]
        texts = [(page.get_absolute_url(), page.updated_on) for page in EditorialPage.objects.order_by("pk")]
        return [*((address, None) for address in entrances), *texts]


class ActorSitemap(_Listed):
    @cached_property
    def pages(self):
        dates = Change.objects.latest_dates("actor")
        rows = Actor.objects.published().order_by("pk").values_list("slug", "public_id", "updated_at")
        return [
            (reverse("actor", args=[slug]), max(updated.date(), dates.get(public_id, datetime.date.min)))
            for slug, public_id, updated in rows
        ]


class TerritorySitemap(_Listed):
    """Every territory with an actor, and the levels above communes in any case: an empty commune tells little."""

    @cached_property
    def pages(self):
        rows = list(Territory.objects.order_by("pk").values_list("pk", "slug", "kind"))
        counts = index.counts_by_territory(pk for pk, _, _ in rows)
        return [
            (reverse("territory", args=[slug]), None)
            for pk, slug, kind in rows
            if counts[pk] or kind in _ALWAYS
        ]


class LetterSitemap(_Listed):
    @cached_property
    def pages(self):
        dates = Change.objects.latest_dates("letter")
        slugs = Letter.objects.published().order_by("pk").values_list("slug", flat=True)
        return [(reverse("letter", args=[slug]), dates.get(slug)) for slug in slugs]


SITEMAPS = {
    "pages": EditorialSitemap,
    "acteurs": ActorSitemap,
    "territoires": TerritorySitemap,
    "lettres": LetterSitemap,
}
