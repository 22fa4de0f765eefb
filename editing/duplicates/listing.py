"""What the pages of the back-office show of pairs: a page of twins, two entries side by side."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Page, Paginator
from django.db.models import Count

from actors.actions.merge_columns import KEPT, MERGED, Choice, choices, lost
from actors.history import latest_ids
from actors.models import Actor, Merger, NotTwins, PublicId
from editing.duplicates.access import settled_by, undoable
from editing.duplicates.twins import Pair, Reason, all_twins

PER_PAGE = 20


@dataclass(frozen=True)
class Twins:
    """A pair as a page shows it."""

    one: Actor
    other: Actor
    reasons: tuple[Reason, ...]


class TwinList:
    """One page of the likely twins that somebody settles (15 queries at most, whatever the number of entries)."""

    def __init__(self, user: AbstractBaseUser, page: str | int = 1) -> None:
        self._user, self._asked = user, page

    @cached_property
    def page(self) -> Page:
        return Paginator(self._pairs(), PER_PAGE).get_page(self._asked)

    @cached_property
    def rows(self) -> list[Twins]:
        pairs = list(self.page.object_list)
        actors = Actor.objects.for_list().in_bulk({pk for pair in pairs for pk in pair.key})
        return [
            Twins(actors[pair.one], actors[pair.other], pair.reasons)
            for pair in pairs
            if pair.key <= actors.keys()
        ]

    def _pairs(self) -> list[Pair]:
        pairs = all_twins()
        mine = settled_by(self._user, {pk for pair in pairs for pk in pair.key})
        return [pair for pair in pairs if pair.key <= mine]


@dataclass(frozen=True)
class ToldApart:
    """A pair that somebody said to be two things."""

    row: NotTwins
    one: Actor
    other: Actor


class ToldApartList:
    """One page of the pairs said to be different, both entries of which are still there (5 queries)."""

    def __init__(self, user: AbstractBaseUser, page: str | int = 1) -> None:
        rows = NotTwins.objects.filter(first__actor__isnull=False, second__actor__isnull=False)
        rows = rows.select_related("first__actor", "second__actor", "said_by")
        ends = [pk for pair in rows.order_by().values_list("first__actor", "second__actor") for pk in pair]
        mine = settled_by(user, ends)
        rows = rows.filter(first__actor__in=mine, second__actor__in=mine)
        self.page = Paginator(rows, PER_PAGE).get_page(page)
        self.rows = [ToldApart(row, row.first.actor, row.second.actor) for row in self.page]


class MergerList:
    """One page of the mergers, the latest first, with whether the person may undo each (5 queries)."""

    def __init__(self, user: AbstractBaseUser, page: str | int = 1) -> None:
        mergers = Merger.objects.select_related("merged_by", "kept__actor", "merged_before").order_by(
            "-merged_at", "-pk"
        )
        self.page = Paginator(mergers, PER_PAGE).get_page(page)
        mine = undoable(user, self.page)
        self.rows = [(merger, merger.is_open and merger.pk in mine) for merger in self.page.object_list]


class Comparison:
    """Two entries side by side, one of which is to stay (some 20 queries)."""

    ROWS = (
        ("places", "lieu", "lieux"),
        ("areas", "territoire d’intervention", "territoires d’intervention"),
        ("contacts", "coordonnée", "coordonnées"),
        ("aliases", "autre nom", "autres noms"),
        ("spokespersons", "porte-parole", "porte-parole"),
        ("figures", "chiffre clé", "chiffres clés"),
        ("wishes", "envie de coopération", "envies de coopération"),
        ("citations", "source", "sources"),
    )

    def __init__(self, kept: Actor, merged: Actor, posted: dict[str, str] | None = None) -> None:
        self.kept, self.merged = kept, merged
        self.posted = posted or {}

    @cached_property
    def choices(self) -> list[Choice]:
        return choices(self.kept, self.merged)

    @property
    def differing(self) -> list[tuple[Choice, str]]:
        """Each choice to make, with what is ticked."""
        return [
            (choice, self.posted.get(choice.key) or choice.default)
            for choice in self.choices
            if choice.differs
        ]

    @property
    def same(self) -> list[Choice]:
        return [choice for choice in self.choices if not choice.differs]

    @property
    def lost(self) -> list[tuple[str, str]]:
        return lost(self.kept, self.merged)

    @cached_property
    def sides(self) -> list[tuple[str, Actor, list[str]]]:
        """« kept » and « merged » with the entry and how much belongs to it."""
        return [(KEPT, self.kept, self._counts(self.kept)), (MERGED, self.merged, self._counts(self.merged))]

    def _counts(self, actor: Actor) -> list[str]:
        found = []
        for relation, one, several in self.ROWS:
            number = getattr(actor, relation).count()
            if number:
                found.append(f"{number} {one if number == 1 else several}")
        links = actor.links_out.count() + actor.links_in.count()
        return [*found, f"{links} lien{'s' if links > 1 else ''}"] if links else found

    @cached_property
    def versions(self) -> str:
        """Which states are compared, so that a change made meanwhile is noticed."""
        latest = latest_ids([self.kept.pk, self.merged.pk])
        return f"{latest.get(self.kept.pk, 0)}-{latest.get(self.merged.pk, 0)}"


def likelier_to_stay(one: Actor, other: Actor) -> Actor:
    """The one of two to propose: published, told by more sources, older (2 queries)."""
    sources = {
        row["pk"]: row["sources"]
        for row in Actor.objects.filter(pk__in=[one.pk, other.pk])
        .order_by()
        .values("pk")
        .annotate(sources=Count("citations"))
    }
    return max((one, other), key=lambda actor: (actor.is_public, sources.get(actor.pk, 0), -actor.pk))


def tell_apart(one: Actor, other: Actor, user: AbstractBaseUser) -> None:
    """Remember that two entries are two things; once is enough, in whichever order."""
    ids = {one.public_id, other.public_id}
    if not NotTwins.objects.filter(first__in=ids, second__in=ids).exists():
        first, second = sorted(ids)
        NotTwins.objects.create(
            first=PublicId.objects.get(pk=first), second=PublicId.objects.get(pk=second), said_by=user
        )
