"""Which actors, and what each page needs of them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from actors.enums import LifeStatus, Nature, PublicationStatus, PublicIdFate
from actors.models.address import PublicId
from actors.models.citation import Citation
from actors.models.cooperation import Cooperation
from actors.models.freshness import MONTHS_FRESH, months_before
from actors.models.naming import ActorSector, Alias
from actors.models.place import AreaServed, Place
from actors.models.ptce_status import PtceStatusEntry
from actors.models.search_document import SearchDocument
from actors.models.spokesperson import Spokesperson
from actors.models.unfinished import UnfinishedQuerySet
from sources.models import Letter
from territories.models import Containment, Territory
from territories.text import fold

if TYPE_CHECKING:
    from actors.models.actor import Actor


class ActorQuerySet(UnfinishedQuerySet):
    """Which actors, and what each page needs of them."""

    def delete(self):
        """Delete, leaving each permanent id marked as deleted (1 query more)."""
        with transaction.atomic():
            PublicId.objects.filter(actor__in=self.order_by()).update(
                actor=None, fate=PublicIdFate.DELETED, ended_on=timezone.localdate()
            )
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def published(self) -> "ActorQuerySet":
        return self.filter(publication=PublicationStatus.PUBLISHED)

    def listed_by_default(self) -> "ActorQuerySet":
        """Published, and not known to have ceased: whom lists and counts hold unless asked otherwise."""
        return self.published().exclude(life_status=LifeStatus.CLOSED)

    def to_confirm(self, months: int = MONTHS_FRESH) -> "ActorQuerySet":
        """Those of lists by default whom nobody confirmed for so many months: never, or longest ago, first."""
        since = months_before(timezone.localdate(), months)
        rows = self.listed_by_default().exclude(life_status=LifeStatus.ENDED)
        return rows.filter(Q(last_confirmed_on=None) | Q(last_confirmed_on__lt=since)).order_by(
            F("last_confirmed_on").asc(nulls_first=True), "name_key", "pk"
        )

    def in_territory(self, territory: Territory) -> "ActorQuerySet":
        """Actors with a place in ``territory`` or in anything wholly inside it.

        An actor of which no place is known at all is there when it serves an area inside. Wider
        areas and elsewhere do not count. Adds conditions only, no query of its own.
        """
        inside = Q(territory=territory) | Q(
            territory__in=Containment.objects.filter(container=territory, whole=True).values("member")
        )
        of_actor = {"actor": models.OuterRef("pk")}
        return self.filter(
            models.Exists(Place.objects.filter(inside, **of_actor))
            | (
                ~models.Exists(Place.objects.filter(**of_actor))
                & models.Exists(AreaServed.objects.filter(inside, **of_actor))
            )
        )

    def wholly_inside(self, territories: models.QuerySet) -> "ActorQuerySet":
        """Actors of whom nothing lies outside ``territories`` (ids): every place, or where none is known every area.

        An actor of which neither is known is in none. Adds conditions only, no query of its own.
        """
        inside = Q(territory__in=territories) | Q(
            territory__in=Containment.objects.filter(container__in=territories, whole=True).values("member")
        )
        places = Place.objects.filter(actor=models.OuterRef("pk"))
        areas = AreaServed.objects.filter(actor=models.OuterRef("pk"))
        return self.filter(
            (models.Exists(places) & ~models.Exists(places.exclude(inside)))
            | (~models.Exists(places) & models.Exists(areas) & ~models.Exists(areas.exclude(inside)))
        )

    def in_sectors(self, sectors: Iterable[str]) -> "ActorQuerySet":
        """Actors with at least one of these fields of activity."""
        rows = ActorSector.objects.filter(actor=models.OuterRef("pk"), sector__in=list(sectors))
        return self.filter(models.Exists(rows))

    def in_ptce(self, ptce: "Actor") -> "ActorQuerySet":
        """Actors linked to a PTCE in any way, stated or inferred."""
        links = Cooperation.objects.of(ptce.pk).filter(
            Q(source=models.OuterRef("pk")) | Q(target=models.OuterRef("pk"))
        )
        return self.filter(models.Exists(links)).exclude(pk=ptce.pk)

    def cited_in(self, letter: Letter) -> "ActorQuerySet":
        """Actors that an article of ``letter`` presents, names or describes."""
        rows = Citation.objects.told_by(letter).filter(actor=models.OuterRef("pk"))
        return self.filter(models.Exists(rows))

    def search(self, text: str) -> "ActorQuerySet":
        """Actors of whom one word begins with each word of ``text``, folded; all when it holds no word."""
        documents = SearchDocument.objects.filter(actor=models.OuterRef("pk"))
        words = fold(text).split()
        for word in words:
            documents = documents.filter(Q(words__startswith=word) | Q(words__contains=f" {word}"))
        return self.filter(models.Exists(documents)) if words else self

    def named_first(self, text: str) -> "ActorQuerySet":
        """In the order of who may be meant: so named, named beginning so, named with these words, others."""
        key = fold(text)
        if not key:
            return self.in_order()
        aliases = Alias.objects.filter(actor=models.OuterRef("pk"), name_key=key)
        in_name = Q()
        for word in key.split():
            in_name &= Q(name_key__contains=word)
        rank = models.Case(
            models.When(Q(name_key=key) | models.Exists(aliases), then=0),
            models.When(name_key__startswith=key, then=1),
            models.When(in_name, then=2),
            default=3,
        )
        return self.order_by(rank, "name_key", "pk")

    def called(self, text: str) -> "list[Actor]":
        """Those of exactly this address, else of this full name, else of this name or another one (1 query)."""
        key, short = fold(text), fold(text.rpartition(",")[0])
        if "\0" in text or not key:
            return []
        aliases = Alias.objects.filter(actor=models.OuterRef("pk"), name_key=key)
        so_named = Q(slug=text) | Q(name_key__in={key, short} - {""}) | models.Exists(aliases)
        rows = self.filter(so_named).annotate(has_alias=models.Exists(aliases)).in_order()
        for meant in (
            lambda row: row.slug == text,
            lambda row: fold(row.full_name) == key,
            lambda row: row.name_key == key or row.has_alias,
        ):
            if found := [row for row in rows if meant(row)]:
                return found
        return []

    def in_order(self) -> "ActorQuerySet":
        """By name, alike on every database."""
        return self.order_by("name_key", "pk")

    def ptces(self) -> "ActorQuerySet":
        """Published PTCE, by name."""
        return self.published().filter(nature=Nature.PTCE).in_order()

    def possible_ptces(self) -> "ActorQuerySet":
        """Published initiatives that may become a PTCE, by name."""
        return self.published().filter(potential_ptce=True).in_order()

    def with_status(self) -> "ActorQuerySet":
        """What the list of PTCE shows: labels, statuses, places, who carries it, its members and sources (8 queries
        more)."""
        cited = models.Prefetch("citations", queryset=Citation.objects.for_display())
        return self.prefetch_related(
            cited,
            "labels",
            models.Prefetch("statuses", queryset=PtceStatusEntry.objects.prefetch_related(cited)),
            models.Prefetch("places", queryset=Place.objects.for_display()),
            models.Prefetch("areas", queryset=AreaServed.objects.select_related("territory")),
            models.Prefetch("links_in", queryset=Cooperation.objects.public().for_target()),
        )

    def listed(self, ids: Sequence[int], *, found: bool = False, printed: bool = False) -> list["Actor"]:
        """The actors of these ids, in that order, with what a card shows (3 queries; none for no id).

        ``found``: by words, hence with what tells why (7 queries more); ``printed``: with their contacts (1 more).
        """
        if not ids:
            return []
        rows = self.for_list()
        rows = rows.for_search() if found else rows
        by_id = (rows.prefetch_related("contacts") if printed else rows).in_bulk(ids)
        return [by_id[pk] for pk in ids if pk in by_id]

    def for_list(self) -> "ActorQuerySet":
        """What a card shows (2 queries more: sectors, places with their territory).

        ``link_count``: its public cooperations; ``told_on``: latest possible date of the latest letter that
        tells of it, None without one.
        """
        this = models.OuterRef("pk")
        links = Cooperation.objects.public().filter(Q(source=this) | Q(target=this)).order_by()
        letters = (
            Citation.objects.public()
            .filter(actor=this, source__article__isnull=False)
            .order_by(F("source__article__letter__latest").desc())
        )
        return self.annotate(
            link_count=models.Subquery(
                links.annotate(number=models.Func(F("pk"), function="COUNT")).values("number")
            ),
            told_on=models.Subquery(letters.values("source__article__letter__latest")[:1]),
        ).prefetch_related("sectors", models.Prefetch("places", queryset=Place.objects.for_display()))

    def for_search(self) -> "ActorQuerySet":
        """What may tell why words found an actor; after ``for_list()`` (7 queries more)."""
        return self.prefetch_related(
            "aliases",
            "labels",
            "activities",
            "places__territory__parent",
            models.Prefetch("areas", queryset=AreaServed.objects.select_related("territory__parent")),
            models.Prefetch("spokespersons", queryset=Spokesperson.objects.shown()),
        )
