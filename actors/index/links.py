"""One public cooperation as it is kept in memory."""

from typing import NamedTuple

from actors.enums import Certainty, CooperationKind


class Link(NamedTuple):
    """``source`` and ``target`` are ranks of the snapshot that holds it; both of its actors share this one object."""

    source: int
    kind: str
    target: int
    pk: int
    status: str
    certainty: str

    def other(self, rank: int) -> int:
        return self.target if rank == self.source else self.source

    @property
    def inferred(self) -> bool:
        return self.certainty == Certainty.INFERRED

    @property
    def of_person(self) -> bool:
        """Whether it rests on one person who answers for both."""
        return self.kind == CooperationKind.SHARES_LEADER_WITH

    def allowed(self, *, inferred: bool, persons: bool) -> bool:
        """Whether a chain may take it. A person in common is always deduced: asked for by its own name."""
        return persons if self.of_person else inferred or not self.inferred
