"""What is public of an actor, as a record with keys that stay: every format partners take is made from it.

Left out here, once for all: entries that are not published, persons, personal contacts, misprints, sources of a letter
that is not out. ``dictionary.py`` says in French what each key is.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from actors.enums import (
    InitiativeKind,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    RegistryState,
    Sphere,
)
from actors.models import Actor
from partners.records import actor_parts as parts
from partners.records.actor_base import FILLERS, Batch
from partners.records.codes import LEGAL_CATEGORY
from partners.records.dictionary import ACTOR, ACTOR_PARTS
from partners.records.links import Links
from partners.records.persons import Discretion
from partners.records.sources import SourceBook
from territories.statement import Statement

# Rows read at once when everything is read.
CHUNK = 500
# Of an actor's row, as :func:`bare_record` takes them.
COLUMNS = (
    "pk",
    "public_id",
    "slug",
    "nature",
    "name",
    "precision",
    "organisation_kind",
    "initiative_kind",
    "sphere",
    "legal_form",
    "summary",
    "description",
    "siren",
    "siret",
    "rna",
    "registry_state",
    "life_status",
    "life_status_year",
    "founded",
    "closed",
    "potential_ptce",
    "last_confirmed_on",
    "updated_at",
    "reached_at",
    "administers__kind",
    "administers__code",
    "administers__name",
)
_ROWS = Statement(Actor.objects.published().order_by().values_list(*COLUMNS), "pk")
_PARTS: dict[str, Callable[[Batch], None]] = {
    "places": parts.places,
    "areas_served": parts.areas_served,
    "figures": parts.figures,
    "statuses": parts.statuses,
    "wishes": parts.wishes,
    "facts": parts.facts,
    "cooperations": parts.cooperations,
}


class ActorReader:
    """Reads records of actors.

    ``keys``: those wanted, all of ``ACTOR`` unless told; what no key wants is not read. ``include``: parts besides
    (``ACTOR_PARTS``). At most 11 queries a batch, and 1 to 3 for each part, whatever its size. ``version``: that of
    the directory where it is known, 1 query less.
    """

    def __init__(
        self,
        links: Links,
        keys: Collection[str] | None = None,
        include: Collection[str] = (),
        *,
        version: int | None = None,
    ) -> None:
        self._links = links
        self._wanted = [key for key in ACTOR if keys is None or key in keys]
        self._include = [part for part in ACTOR_PARTS if part in include]
        self._discretion = Discretion.current(version)
        self._book = SourceBook(links, self._discretion)

    def read(self, ids: Sequence[int]) -> list[dict]:
        """The published ones of these ids, in that order."""
        by_id = self.read_by_id(ids)
        return [by_id[pk] for pk in ids if pk in by_id]

    def read_by_id(self, ids: Sequence[int]) -> dict[int, dict]:
        """The same by the id of the row, which is in no record."""
        if not ids:
            return {}
        batch = Batch(self._links, self._discretion, self._book)
        for row in _ROWS.rows(ids):
            record = bare_record(self._links, self._discretion, row)
            record.update((part, []) for part in self._include)
            batch.records[row[0]] = record
        wanted = set(self._wanted)
        for keys, fill in FILLERS:
            if wanted.intersection(keys):
                fill(batch)
        for part in self._include:
            _PARTS[part](batch)
        kept = [*self._wanted, *self._include]
        if len(kept) == len(ACTOR) + len(self._include):
            return batch.records
        return {pk: {key: record[key] for key in kept} for pk, record in batch.records.items()}

    def walk(self, ids: Iterable[int] | None = None) -> Iterator[dict]:
        """The same one by one, for as many as there are, in flat memory.

        All published actors by permanent id unless told. Each chunk is read as the directory then is: who is
        withdrawn meanwhile is left out.
        """
        if ids is None:
            # Numbers alone: 200,000 of them are 2 MB.
            everybody = Actor.objects.published().order_by("public_id").values_list("pk", flat=True)
            ids = array("q", everybody.iterator())
        chunk: list[int] = []
        for pk in ids:
            chunk.append(pk)
            if len(chunk) == CHUNK:
                yield from self.read(chunk)
                chunk = []
        yield from self.read(chunk)


def bare_record(links: Links, discretion: Discretion, row: Sequence) -> dict:
    """What an actor's own row says (``COLUMNS``), with every other key empty (no query)."""
    _, public_id, slug, nature, name, precision, organisation_kind, initiative_kind, *rest = row
    (sphere, legal_form, summary, description, siren, siret, rna, registry_state, *rest) = rest
    (life_status, life_status_year, founded, closed, potential_ptce, *rest) = rest
    (confirmed_on, updated_at, reached_at, *administered) = rest
    kind = organisation_kind or initiative_kind or nature
    return {
        "id": public_id,
        "uri": links.identifier(public_id),
        "url": links.actor(slug),
        "name": name,
        "precision": precision or None,
        "full_name": f"{name}, {precision}" if precision else name,
        "aliases": [],
        "nature": nature,
        "kind": kind,
        "sphere": sphere,
        "legal_form": legal_form or None,
        "legal_category": LEGAL_CATEGORY.get(legal_form),
        "siren": siren or None,
        "siret": siret or None,
        "rna": rna or None,
        "registry_state": registry_state or RegistryState.ABSENT.value,
        "sectors": [],
        "activities": [],
        "approvals": [],
        "seat": None,
        "location": None,
        "website": None,
        "websites": [],
        "emails": [],
        "phones": [],
        "social": [],
        "social_accounts": [],
        "postal_addresses": [],
        "summary": discretion.applied(summary),
        "description": discretion.applied(description),
        "life_status": life_status,
        "life_status_year": life_status_year,
        "founded": founded or None,
        "closed": closed or None,
        "potential_ptce": potential_ptce,
        "administers": links.named_territory(*administered) if administered[0] else None,
        "last_confirmed_on": confirmed_on.isoformat() if confirmed_on else None,
        "as_of": None,
        # The other times are added by who reads them.
        "updated_at": max(updated_at, reached_at or updated_at),
        "french": _french(nature, kind, sphere, legal_form, life_status),
        "sources": [],
    }


_KIND_LABELS = {**dict(OrganisationKind.choices), **dict(InitiativeKind.choices)}
_KIND_LABELS[Nature.PTCE.value] = "Pôle territorial de coopération économique"
_NATURES, _SPHERES = dict(Nature.choices), dict(Sphere.choices)
_FORMS, _LIVES = dict(LegalForm.choices), dict(LifeStatus.choices)


def _french(nature: str, kind: str, sphere: str, legal_form: str, life_status: str) -> dict:
    return {
        "nature": _NATURES[nature],
        "kind": _KIND_LABELS[kind],
        "sphere": _SPHERES[sphere],
        "legal_form": _FORMS.get(legal_form),
        "life_status": _LIVES[life_status],
        "sectors": [],
        "activities": [],
        "approvals": [],
    }
