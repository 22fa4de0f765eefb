"""The cooperations as a list of sentences and as a drawing with its twin in sentences."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from actors.enums import Certainty, CooperationKind, CooperationStatus
from actors.models import Actor, Cooperation
from actors.network import drawing as places
from actors.network import graph
from actors.network.graph import Link, LinkSelection, Network
from actors.phrases import PHRASES
from pages.pagination import Pager, PageRequest
from pages.presenters.network_drawing import Drawing, draw


class CooperationList:
    """One page of the links that meet a selection (1 query for the version, 2 for the page)."""

    def __init__(self, selection: LinkSelection, asked: PageRequest) -> None:
        self._asked = asked
        self.links = graph.current().find(selection)
        self.filtered = selection != LinkSelection()

    @cached_property
    def pager(self) -> Pager:
        return self._asked.over(len(self.links))

    @cached_property
    def cooperations(self) -> list[Cooperation]:
        if self.pager.error:
            return []
        of_page = self.links[self._asked.offset : self._asked.offset + self._asked.size]
        return Cooperation.objects.public().listed([link.pk for link in of_page])


@dataclass(frozen=True)
class Sentence:
    """One link told from the page of an actor: its words and actors, and what weakens it, or nothing."""

    parts: list
    note: str = ""


@dataclass(frozen=True)
class Told:
    """An actor and its links in sentences."""

    actor: Actor
    sentences: list[Sentence]


class NetworkPage:
    """The drawing of a selection. The whole network keeps its places whatever the filters; where it is
    too large, what surrounds one actor is drawn, and the page says so.

    3 queries: version, places, actors; 1 more for a letter.
    """

    def __init__(self, selection: LinkSelection) -> None:
        self.selection = selection
        self.network: Network = graph.current()
        self.links = self.network.find(selection)
        self._stored = places.stored_places(self.network)
        self.filtered = selection != LinkSelection()

    @cached_property
    def _found(self) -> set[int]:
        return {rank for link in self.links for rank in (link.source, link.target)}

    @property
    def actor_count(self) -> int:
        """Actors that the selection holds, drawn or not."""
        return len(self._found)

    @cached_property
    def is_part(self) -> bool:
        """Whether only what surrounds one actor is drawn."""
        too_many = len(self._found) > places.MOST_DRAWN
        return too_many or (
            bool(self._found) and not self._stored and len(self.network.of) > places.MOST_DRAWN
        )

    @cached_property
    def centre(self) -> int | None:
        """The actor around which a part is drawn: the one asked for, else the one of most links that is no hub."""
        if not self.is_part:
            return None
        if self.selection.actor:
            return self.network.snapshot.ranks[self.selection.actor.pk]
        if self.selection.ptce:
            return self.network.snapshot.ranks[self.selection.ptce.pk]
        plain = self._found - self.network.hubs or self._found
        return min(plain, key=lambda rank: (-self.network.degree(rank), rank))

    @property
    def centre_actor(self) -> Actor | None:
        return None if self.centre is None else self._actors[self.centre]

    @cached_property
    def shown_links(self) -> list[Link]:
        """Those of the drawing and of its twin."""
        if not self.is_part:
            return self.links
        near = set(self._around)
        return [link for link in self.links if link.source in near and link.target in near]

    @cached_property
    def _around(self) -> list[int]:
        return self.network.around(self.centre, 2, places.MOST_AROUND)

    @cached_property
    def drawing(self) -> Drawing | None:
        """None before the first drawing was computed, and where nothing is linked."""
        where = self._stored
        if self.is_part and not where:
            where = places.rings(self.network, self.centre, self._around)
        found = draw(self.network, where, self.shown_links)
        return found if found.signs else None

    @property
    def shown_count(self) -> int:
        return len(self._shown)

    @cached_property
    def _shown(self) -> set[int]:
        return {rank for link in self.shown_links for rank in (link.source, link.target)}

    @cached_property
    def not_drawn(self) -> list[Actor]:
        """Actors of the sentences that the last drawing did not know yet; none where there is no drawing."""
        if self.drawing is None:
            return []
        drawn = {sign.slug for sign in self.drawing.signs}
        return [self._actors[rank] for rank in sorted(self._shown) if self.network.slug(rank) not in drawn]

    @cached_property
    def _actors(self) -> dict[int, Actor]:
        """Rank -> actor, with what a sentence needs (1 query)."""
        wanted = self._shown | ({self.centre} if self.centre is not None else set())
        ids = [self.network.snapshot.ids[rank] for rank in wanted]
        rows = Actor.objects.only("slug", "name", "precision", "number").in_bulk(ids)
        ranks = self.network.snapshot.ranks
        return {ranks[pk]: row for pk, row in rows.items()}

    @cached_property
    def told(self) -> list[Told]:
        """Every actor shown, by name, with all its links as sentences: what the drawing shows, for whom can't see it."""
        sentences: dict[int, list[Sentence]] = defaultdict(list)
        for link in self.shown_links:
            # An actor may be gone since the links were read.
            if link.source in self._actors and link.target in self._actors:
                sentence = _sentence(link, self._actors[link.source], self._actors[link.target])
                sentences[link.source].append(sentence)
                sentences[link.target].append(sentence)
        return [Told(self._actors[rank], sentences[rank]) for rank in sorted(sentences)]


def _sentence(link: Link, source: Actor, target: Actor) -> Sentence:
    phrase = PHRASES[CooperationKind(link.kind)]
    first, second, third = phrase.parts(source, target)
    parts = [first, "et", second, third] if phrase.symmetric else [first, second, third]
    notes = []
    if link.status != CooperationStatus.ACTIVE:
        state = CooperationStatus(link.status).label
        notes.append(state[:1].lower() + state[1:])
    if link.certainty == Certainty.INFERRED:
        notes.append("déduit")
    return Sentence(parts, ", ".join(notes))
