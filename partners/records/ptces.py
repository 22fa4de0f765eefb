"""PTCE as records: those of actors, with their dated status, who leads them and whom sources name as members."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from actors.enums import CooperationKind
from actors.models import Actor
from partners.records.actors import ActorReader
from partners.records.links import Links

# As the list of PTCE has it: carrying is leading, belonging is being a member.
_LEADING, _BELONGING = CooperationKind.CARRIES, CooperationKind.MEMBER_OF
# What a record of a PTCE adds to that of an actor is made from these.
_NEEDED = ("statuses", "figures", "cooperations")


class PtceReader:
    """Reads records of PTCE; as many queries as of actors with their statuses, figures and cooperations."""

    def __init__(self, links: Links, include: Collection[str] = ()) -> None:
        self._include = set(include)
        self._actors = ActorReader(links, include={*_NEEDED, *include})

    def read(self, ids: Sequence[int]) -> list[dict]:
        """The published ones of these ids of PTCE, in that order."""
        return [self._made(record) for record in self._actors.read(ids)]

    def read_by_id(self, ids: Sequence[int]) -> dict[int, dict]:
        """The same by the id of the row."""
        return {pk: self._made(record) for pk, record in self._actors.read_by_id(ids).items()}

    def walk(self, ids: Iterable[int] | None = None) -> Iterator[dict]:
        if ids is None:
            ids = list(Actor.objects.ptces().values_list("pk", flat=True))
        return (self._made(record) for record in self._actors.walk(ids))

    def _made(self, record: dict) -> dict:
        links = record["cooperations"] if "cooperations" in self._include else record.pop("cooperations")
        leaders, members = (
            [
                link["source"] | {"since": link["since"], "until": link["until"], "sources": link["sources"]}
                for link in links
                if link["kind"] == kind and link["target"]["id"] == record["id"]
            ]
            for kind in (_LEADING, _BELONGING)
        )
        return record | {
            "status": record["statuses"][0]["status"] if record["statuses"] else None,
            "leaders": leaders,
            "members": members,
            "member_count": len({member["id"] for member in members}),
        }
