"""« Comment sont-ils liés ? »: the chains between actors as small trees of sentences, then what they share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from actors.enums import Sector
from actors.filters import ChainForm
from actors.models import Actor, Cooperation
from actors.network import graph
from actors.network.chains import MOST, Branch, Through, connect
from actors.network.graph import HUB_DEGREE
from actors.network.shared import Held, Shared, shared


@dataclass(frozen=True)
class Step:
    """An actor of a tree; ``cooperations`` lead to it from the one above; ``asked``: one of those in question."""

    actor: Actor
    asked: bool
    cooperations: list[Cooperation] = field(default_factory=list)
    below: list["Step"] = field(default_factory=list)


@dataclass(frozen=True)
class Common:
    """Things that some of the actors share: a heading, and each thing with those who have it."""

    heading: str
    rows: list[tuple[object, list[Actor]]]


class ChainPage:
    """What the template asks, for a form that was read; no answer while it asks for nobody or holds an error.

    Queries: 1 for the version, 1 per actor named, 2 for the links of the chains, 1 for their actors, 3 for
    what is shared, whatever their number.
    """

    def __init__(self, form: ChainForm) -> None:
        self._form = form
        self.valid = form.is_valid()
        self.actors: list[Actor] = list(form.cleaned_data["acteur"]) if self.valid else []
        self.network = graph.current()
        # Published since the version was read: it answers at the next call.
        self._asked = [self.network.snapshot.ranks[each.pk] for each in self.actors if self._known(each)]

    def _known(self, actor: Actor) -> bool:
        return actor.pk in self.network.snapshot.ranks

    @property
    def has_answer(self) -> bool:
        return len(self._asked) > 1

    @cached_property
    def fields(self) -> list[str]:
        """Values of the five fields: what was typed, or nothing."""
        typed = [text for text in self._form.data.getlist("acteur") if text.strip()][:MOST]
        if self.valid:
            typed = [actor.full_name for actor in self.actors]
        typed = [text.replace("\0", "")[:250] for text in typed]
        return typed + [""] * (MOST - len(typed))

    @property
    def hub_degree(self) -> int:
        return HUB_DEGREE

    @cached_property
    def hubs(self) -> list[str]:
        """Names of the actors that chains avoid, at most ten, those with most neighbours first."""
        network = self.network
        most = sorted(network.hubs, key=lambda rank: (-network.degree(rank), rank))
        return [network.name(rank) for rank in most[:10]]

    @property
    def more_hubs(self) -> int:
        return max(0, len(self.network.hubs) - 10)

    # -- chains ------------------------------------------------------------------------------------

    @cached_property
    def _answer(self):
        return connect(self.network, self._asked, self._form.through)

    @property
    def linked(self) -> bool:
        return self._answer.linked

    @cached_property
    def _rows(self) -> dict[int, Actor]:
        """Rank -> actor of all trees (1 query)."""
        ranks = {step.rank for tree in self._answer.trees for step in _walk(tree)} | set(self._asked)
        rows = Actor.objects.in_bulk([self.network.snapshot.ids[rank] for rank in ranks])
        return {self.network.snapshot.ranks[pk]: row for pk, row in rows.items()}

    @cached_property
    def trees(self) -> list[Step]:
        wanted = [link.pk for tree in self._answer.trees for step in _walk(tree) for link in step.links]
        told = {row.pk: row for row in Cooperation.objects.public().listed(list(dict.fromkeys(wanted)))}
        return [self._step(tree, told) for tree in self._answer.trees]

    def _step(self, branch: Branch, told: dict[int, Cooperation]) -> Step:
        return Step(
            self._rows[branch.rank],
            branch.rank in self._asked,
            [told[link.pk] for link in branch.links if link.pk in told],
            [self._step(below, told) for below in branch.below],
        )

    @property
    def several(self) -> bool:
        """Whether two actors are linked by several chains of one length."""
        return len(self._asked) == 2 and len(self._answer.trees) > 1

    @cached_property
    def unlinked(self) -> list[tuple[str, str]]:
        """« Aucun lien documenté entre A et B »: each pair of groups, by names."""
        named = [self._names(group) for group in self._answer.groups]
        return list(combinations(named, 2))

    def _names(self, ranks: Iterable[int]) -> str:
        *first, last = [self.network.name(rank) for rank in ranks]
        return f"{', '.join(first)} ou {last}" if first else last

    @cached_property
    def widest(self) -> bool:
        """Whether chains through everything would link more of them than those shown."""
        everything = Through(hubs=True, inferred=True, persons=True)
        if self.linked or self._form.through == everything:
            return False
        return len(connect(self.network, self._asked, everything).groups) < len(self._answer.groups)

    @property
    def widest_query(self) -> str:
        """Of the address that asks for chains through everything."""
        parameters = self._form.data.copy()
        parameters.setlist("inclure", [value for value, _ in self._form.fields["inclure"].choices])
        parameters.pop("page", None)
        return parameters.urlencode()

    # -- what they share -----------------------------------------------------------------------------

    @cached_property
    def _shared(self) -> Shared:
        return shared(self.network, self._asked)

    @property
    def articles(self) -> list[tuple[object, list[Actor]]]:
        """« Cités ensemble »: each source with those it names."""
        return [(held.what, self._of(held)) for held in self._shared.articles]

    @cached_property
    def common(self) -> list[Common]:
        found = [
            Common(
                "Sur le même territoire", [(held.what, self._of(held)) for held in self._shared.territories]
            ),
            Common(
                "Dans le même domaine d’activité",
                [(Sector(held.what).label, self._of(held)) for held in self._shared.sectors],
            ),
        ]
        return [each for each in found if each.rows]

    @property
    def ptce_projects(self) -> list[Actor]:
        """Those that each lead a PTCE, or what may become one."""
        return [self._rows[rank] for rank in self._shared.ptce_projects]

    def _of(self, held: Held) -> list[Actor]:
        return [self._rows[rank] for rank in held.ranks]


def _walk(branch: Branch) -> Iterable[Branch]:
    yield branch
    for below in branch.below:
        yield from _walk(below)
