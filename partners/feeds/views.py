"""Atom feeds of actors, by the site's own filters, and the description of the search for browsers."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.generic import TemplateView

from actors import index
from actors.filters import ActorFilterSet
from actors.index import Answer, Selection
from actors.wording import title
from partners import news
from partners.api.asking import Refused, read
from partners.api.stamp import Stamp
from partners.feeds.answering import answered
from partners.feeds.atom import MOST, MOST_GONE, TOLD, DirectoryAtom
from partners.records import ActorReader, Links
from partners.views.refused import refused_response
from territories.enums import ChangeFate

_KEYS = ("id", "full_name", "url", "uri", "summary", "seat", "french")
_FATES = {
    ChangeFate.DELETED: "Fiche supprimée de l’annuaire.",
    ChangeFate.WITHDRAWN: "Fiche retirée de l’annuaire.",
    ChangeFate.MERGED: "Fiche réunie avec une autre : {into}",
}


@dataclass
class Asked:
    """What one address of a feed asks, read as the list of actors reads it."""

    request: HttpRequest
    selection: Selection
    stamp: Stamp

    @cached_property
    def links(self) -> Links:
        return Links.of(self.request)

    @cached_property
    def answer(self) -> Answer:
        return index.ask(self.selection)

    @cached_property
    def news(self) -> list[news.News]:
        return news.latest(self.answer, MOST)

    @property
    def query(self) -> str:
        return f"?{self.selection.query}" if self.selection else ""


class ActorFeed(Feed):
    """Actors that came or changed last among those of one address; Django's own machinery asks it piece by piece."""

    feed_type = DirectoryAtom
    author_name = "Annuaire de l’économie solidaire en Hauts-de-France"
    feed_copyright = "Licence Ouverte 2.0"

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def title(self) -> str:
        return f"Annuaire de l’économie solidaire : {title(self.asked.selection)}"

    def subtitle(self) -> str:
        return f"Les {MOST} dernières fiches nouvelles ou mises à jour."

    def link(self) -> str:
        return f"{self.asked.links.base}{reverse('actor-list')}{self.asked.query}"

    def feed_url(self) -> str:
        return f"{self.asked.links.base}{reverse('feed-actors')}{self.asked.query}"

    feed_guid = feed_url

    def feed_extra_kwargs(self, obj) -> dict:
        stamp = self.asked.stamp
        if stamp.at is None:
            return {"gone": []}
        found = news.gone(self.asked.answer.snapshot, stamp.at - TOLD, MOST_GONE)
        links = self.asked.links
        return {
            "gone": [
                (
                    links.identifier(each.public_id),
                    each.at,
                    _FATES[each.fate].format(into=links.identifier(each.into) if each.into else ""),
                )
                for each in found
            ]
        }

    def items(self) -> list[tuple[news.News, dict]]:
        records = ActorReader(self.asked.links, _KEYS).read_by_id([each.pk for each in self.asked.news])
        return [(each, records[each.pk]) for each in self.asked.news if each.pk in records]

    def item_title(self, item) -> str:
        return item[1]["full_name"]

    def item_link(self, item) -> str:
        return item[1]["url"]

    def item_guid(self, item) -> str:
        return item[1]["uri"]

    def item_description(self, item) -> str:
        """Atom calls it HTML: what editors wrote is text."""
        said, record = item
        where = f" ({record['seat']['name']})" if record["seat"] else ""
        summary = f" {record['summary']}" if record["summary"] else ""
        return escape(f"{said.what}. {record['full_name']}{where}.{summary}")

    def item_pubdate(self, item) -> datetime.datetime:
        return item[0].published

    def item_updateddate(self, item) -> datetime.datetime:
        return item[0].at

    def item_categories(self, item) -> list[str]:
        return item[1]["french"]["sectors"]


def actor_feed(request: HttpRequest) -> HttpResponse:
    """The feed of the address' selection; a mistyped filter answers 400 and names it.

    Some 20 queries and 3 more for each version; 1 for whoever has the present one.
    """
    try:
        _, filters = read(request.GET, {}, ActorFilterSet)
    except Refused as refused:
        labels = {name: str(each.field.label) for name, each in ActorFilterSet.base_filters.items()}
        back = (reverse("actor-list"), "La liste des acteurs, d’où part le flux de toute recherche")
        return refused_response(
            request, refused.errors, labels=labels, what="ce flux", back=back, status=refused.status
        )
    return answered(request, lambda stamp: ActorFeed(Asked(request, filters.selection, stamp)))


class OpenSearchView(TemplateView):
    """What a browser asks to search here from its own search box (OpenSearch 1.1)."""

    template_name = "partners/opensearch.xml"
    content_type = "application/opensearchdescription+xml; charset=utf-8"

    def get_context_data(self, **kwargs):
        return super().get_context_data(base=Links.of(self.request).base, **kwargs)
