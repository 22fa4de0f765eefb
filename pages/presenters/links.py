"""The cooperations of one actor as its page tells them: by kind and by side, then by what they are to a PTCE."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from actors.enums import CooperationKind
from actors.models import Actor, Cooperation
from pages.presenters.sourcing import distinct_sources
from sources.models import Source
from territories.rows import loaded

# A longer group folds what comes after.
FOLD = 12


@dataclass(frozen=True)
class LinkRow:
    """One link, seen from the page of one of its two actors."""

    link: Cooperation
    other: Actor


@dataclass(frozen=True)
class LinkGroup:
    """Links of one kind, seen from one side."""

    heading: str
    rows: list[LinkRow]
    # « L’Apes compte parmi ses membres », said once for all rows; '' where each row is a sentence of its own.
    lead: str = ""

    @property
    def shown(self) -> list[LinkRow]:
        return self.rows[:FOLD]

    @property
    def folded(self) -> list[LinkRow]:
        """Those after the first ones, behind a fold."""
        return self.rows[FOLD:]

    @cached_property
    def sources(self) -> list[Source]:
        return distinct_sources(each for row in self.rows for each in loaded(row.link, "citations"))


@dataclass(frozen=True)
class Chapter:
    """Groups of links under one heading; ``without`` is said where there are none."""

    anchor: str
    heading: str
    groups: list[LinkGroup]
    without: str = ""

    @cached_property
    def sources(self) -> list[Source]:
        return distinct_sources(
            each for group in self.groups for row in group.rows for each in loaded(row.link, "citations")
        )

    @property
    def is_wide(self) -> bool:
        """Whether its groups stand side by side; a single one leaves room for the next chapter."""
        return len(self.groups) > 1

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def groups_of(actor: Actor, links: Iterable[Cooperation]) -> list[LinkGroup]:
    """Links under the heading of the actor's side, in the order of the list of kinds."""
    kinds = list(CooperationKind.values)
    sides: dict[tuple[int, str], list[LinkRow]] = {}
    for link in links:
        mine = link.source_id == actor.pk
        heading = link.phrase.on_source if mine else link.phrase.on_target
        row = LinkRow(link, link.target if mine else link.source)
        sides.setdefault((kinds.index(link.kind), heading), []).append(row)
    return [LinkGroup(heading, rows, _lead(actor, rows)) for (_, heading), rows in sorted(sides.items())]


def _lead(actor: Actor, rows: list[LinkRow]) -> str:
    """Where the actor is the subject of several sentences alike, what they begin with."""
    link = rows[0].link
    subject, verb, _ = link.phrase.parts(link.source, link.target)
    if len(rows) == 1 or link.phrase.symmetric or subject != actor:
        return ""
    return f"{subject} {verb}"


def chapters_of(actor: Actor, links: Iterable[Cooperation]) -> list[Chapter]:
    """All its cooperations in one chapter."""
    none = "Aucune coopération documentée pour l’instant."
    return [Chapter("cooperations", "Coopérations", groups_of(actor, links), none)]


_K = CooperationKind
# What a link is to a PTCE: (kind, whether the PTCE is its source) by chapter.
_LEADING = {(_K.CARRIES, False), (_K.FACILITATES, False), (_K.RUNS, False), (_K.CREATED, False)}
_MEMBERS = {(_K.MEMBER_OF, False), (_K.SHAREHOLDER_OF, False), (_K.TAKES_PART_IN, False)}
_PROJECTS = {
    *((kind, True) for kind in (_K.CREATED, _K.CARRIES, _K.RUNS, _K.FACILITATES, _K.ORGANISES, _K.OWNS)),
    (_K.PART_OF, False),
    (_K.SPUN_OFF_FROM, False),
}
_BACKING = {(_K.ACCOMPANIES, False), (_K.SUPPORTS, False), (_K.FUNDS, False), (_K.LABELS, False)}


def chapters_of_ptce(ptce: Actor, links: Iterable[Cooperation]) -> list[Chapter]:
    """Who leads it, its members, its projects, who backs it, then the rest."""
    told = list(links)
    unsaid = "Non précisé par nos sources."
    chapters = []
    for anchor, heading, wanted, without in (
        ("portage", "Qui le porte", _LEADING, unsaid),
        ("membres", "Membres et participants", _MEMBERS, unsaid),
        ("projets", "Projets", _PROJECTS, "Nos sources ne citent pas encore de projet."),
        ("soutiens", "Qui l’accompagne et le soutient", _BACKING, ""),
    ):
        chosen, rest = [], []
        for link in told:
            (chosen if (link.kind, link.source_id == ptce.pk) in wanted else rest).append(link)
        told = rest
        chapters.append(Chapter(anchor, heading, groups_of(ptce, chosen), without))
    # The heading says so even where it is the only one with links.
    chapters.append(Chapter("cooperations", "Autres coopérations", groups_of(ptce, told)))
    return [chapter for chapter in chapters if chapter.groups or chapter.without]


def backing_of(ptce: Actor) -> list[Cooperation]:
    """Links by which others accompany, support, fund or label it; needs its links in."""
    return [link for link in loaded(ptce, "links_in") if (link.kind, False) in _BACKING]
