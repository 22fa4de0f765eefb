"""The Atom feed of the letters that came out or changed last."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from partners.api.asking import Refused, read
from partners.api.stamp import Stamp
from partners.feeds.answering import answered
from partners.feeds.atom import MOST, MOST_GONE, TOLD, DirectoryAtom
from partners.records import LetterReader, Links
from partners.views.refused import refused_response
from sources.models import Letter
from territories.enums import ChangeFate
from territories.models import Change

_GONE = {
    ChangeFate.DELETED: "Lettre supprimée de l’annuaire.",
    ChangeFate.WITHDRAWN: "Lettre retirée de l’annuaire.",
}


@dataclass(frozen=True)
class _Told:
    """A letter's record with when visitors saw it first, and changed last."""

    record: dict
    published: datetime.datetime
    updated: datetime.datetime


class LetterFeed(Feed):
    """What each letter tells of, by the titles of its articles; never who wrote them."""

    feed_type = DirectoryAtom
    author_name = "Annuaire de l’économie solidaire en Hauts-de-France"
    feed_copyright = "Licence Ouverte 2.0"
    title = "Annuaire de l’économie solidaire : les lettres de l’Apes"
    subtitle = f"Les {MOST} dernières lettres parues ou corrigées dans l’annuaire."

    def __init__(self, links: Links, stamp: Stamp) -> None:
        self.links, self.stamp = links, stamp

    def link(self) -> str:
        return f"{self.links.base}{reverse('letter-list')}"

    def feed_url(self) -> str:
        return f"{self.links.base}{reverse('feed-letters')}"

    feed_guid = feed_url

    @cached_property
    def _dates(self) -> dict[str, list[datetime.datetime]]:
        """Slug -> when it changed, the earliest first (1 query)."""
        dates: dict[str, list[datetime.datetime]] = {}
        rows = Change.objects.filter(subject="letter", fate=ChangeFate.LIVE).order_by("number")
        for slug, at in rows.values_list("key", "at"):
            dates.setdefault(slug, []).append(at)
        return dates

    def items(self) -> list[_Told]:
        """Those changed last come first; a letter loaded with the directory is as old as its paper (4 queries)."""
        published = Letter.objects.published().values_list("pk", "slug", "latest")
        told = {pk: self._when(slug, latest) for pk, slug, latest in published}
        ids = sorted(told, key=lambda pk: (told[pk][1], pk), reverse=True)[:MOST]
        by_slug = {record["id"]: record for record in LetterReader(self.links, ["articles"]).read(ids)}
        slugs = {pk: slug for pk, slug, _ in published}
        return [_Told(by_slug[slugs[pk]], *told[pk]) for pk in ids if slugs[pk] in by_slug]

    def _when(self, slug: str, latest: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
        if times := self._dates.get(slug):
            return times[0], times[-1]
        paper = timezone.make_aware(datetime.datetime.combine(latest, datetime.time(12)))
        return paper, paper

    def feed_extra_kwargs(self, obj) -> dict:
        """Who is gone: letters withdrawn or deleted, not out again (1 query, none before the first change)."""
        if self.stamp.at is None:
            return {"gone": []}
        rows = Change.objects.filter(subject="letter", fate__in=_GONE, at__gte=self.stamp.at - TOLD)
        out = set(Letter.objects.published().values_list("slug", flat=True))
        latest = {
            key: (at, fate)
            for key, at, fate in rows.order_by("number").values_list("key", "at", "fate")
            if key not in out
        }
        found = sorted(latest.items(), key=lambda each: each[1][0], reverse=True)[:MOST_GONE]
        return {"gone": [(self.links.letter_identifier(slug), at, _GONE[fate]) for slug, (at, fate) in found]}

    def item_title(self, item: _Told) -> str:
        """« Lettre n° 71, 2022 – Titre »; of one without a number the label says the title already."""
        record = item.record
        return f"{record['label']} – {record['title']}" if record["number"] else record["label"]

    def item_link(self, item: _Told) -> str:
        return item.record["url"]

    def item_guid(self, item: _Told) -> str:
        return item.record["uri"]

    def item_description(self, item: _Told) -> str:
        """Atom calls it HTML: titles are text."""
        articles = item.record["articles"]
        titles = escape(" ; ".join(article["title"] for article in articles))
        return f"{len(articles)} article{'s' if len(articles) > 1 else ''} : {titles}." if titles else ""

    def item_pubdate(self, item: _Told) -> datetime.datetime:
        return item.published

    def item_updateddate(self, item: _Told) -> datetime.datetime:
        return item.updated


def letter_feed(request: HttpRequest) -> HttpResponse:
    """All letters that are out; the feed takes no filter (10 queries; 1 for whoever has the present one)."""
    try:
        read(request.GET, {})
    except Refused as refused:
        back = (reverse("letter-list"), "Les lettres")
        return refused_response(request, refused.errors, labels={}, what="ce flux", back=back)
    return answered(request, lambda stamp: LetterFeed(Links.of(request), stamp))
