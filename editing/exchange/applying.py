"""Writing the sorted lines of a table, all or nothing, in bulk and in one act of the history."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actors.actions.record import actors_changed
from actors.enums import UNPUBLISHED, PlaceRole, PublicationStatus
from actors.history import act, keep, latest_ids
from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    Address,
    ContactPoint,
    OutsideId,
    Place,
    PublicId,
    new_public_id,
)
from actors.models.actor import RESERVED_SLUGS
from actors.models.actor_queryset import ActorQuerySet
from actors.models.contact import contact_key
from editing.exchange.columns import CONTACTS
from editing.import_models import ImportBatch, ImportRow, ImportState, Outcome
from editing.rights import changeable, has_right, publishable, territories_kept
from editing.roles import Right
from territories.text import fold

# Rows written or read by one query.
_BATCH = 1000
# Of an address, its number included.
_LONGEST_SLUG = 110
# Entries named where an import is refused as a whole.
_NAMED = 5
_OUTDATED = "La fiche a été modifiée depuis le tri : déposez cette ligne de nouveau."


class BeyondReach(Exception):
    """What a table would write is beyond the rights of whoever uploaded it; the message says so in French."""


def apply_batch(batch: ImportBatch) -> None:
    """Write the lines of the chosen outcomes in one transaction and one act.

    A line whose entry changed since it was sorted, or whose SIRET, outside identifier or right went
    meanwhile, is rejected and told; the others are written. Raises BeyondReach, with nothing written, where the
    outcome is not the person's to make. About 65 queries, and 40 for each thousand.
    """
    with transaction.atomic():
        with act(what=f"Import de « {batch.file_name} »"[:200], user=batch.created_by) as current:
            rows = list(batch.rows.applicable(batch.chosen).defer("cells", "changes"))
            kept, refused = _still_right(batch, rows)
            writing = _Writing(batch, kept)
            publications = writing.publications()
            writing.run()
            _refuse_beyond_reach(batch, writing, publications)
            current.touch(*writing.ids)
            actors_changed(actor_ids=writing.ids, what=current.what, seen=writing.seen)
        for row in kept:
            row.applied = True
        _save(kept, ["applied", "actor"])
        _save(refused, ["outcome", "reasons", "values"])
        batch.revision = current.revision
        batch.applied_at = timezone.now()
        batch.state = ImportState.APPLIED
        batch.save(update_fields=["revision", "applied_at", "state"])


def _refuse_beyond_reach(batch: ImportBatch, writing: "_Writing", before: dict[int, str]) -> None:
    """Raise BeyondReach where what was written is not the person's to change, bring out or take back (5 queries).

    Asked of the outcome, as forms do, whatever the sorting said. ``before``: the publication of entries there were.
    """
    user = batch.created_by
    after = writing.publications()
    moved = {
        pk for pk, publication in after.items() if before.get(pk, PublicationStatus.DRAFT) != publication
    }
    moved = {pk for pk in moved if not {before.get(pk, PublicationStatus.DRAFT), after[pk]} <= {*UNPUBLISHED}}
    beyond = (after.keys() - among(changeable(user), after)) | (moved - among(publishable(user), moved))
    if beyond:
        names = Actor.objects.filter(pk__in=sorted(beyond)[:_NAMED]).in_order()
        told = ", ".join(f"« {actor} »" for actor in names)
        raise BeyondReach(f"Rien n’est enregistré : vos droits ne vont pas jusque-là ({told}).")


def _save(rows: list[ImportRow], fields: list[str]) -> None:
    for some in batches(rows):
        if fields == ["applied", "actor"]:
            ImportRow.objects.filter(pk__in=[row.pk for row in some]).update(applied=True)
            made = [row for row in some if row.outcome != Outcome.CHANGE]
            ImportRow.objects.bulk_update(made, ["actor"], batch_size=250)
        else:
            ImportRow.objects.bulk_update(some, fields, batch_size=250)


def among(entries: ActorQuerySet, ids: Iterable[int]) -> set[int]:
    """Those of ``ids`` that are among ``entries`` (1 query for each thousand)."""
    found: set[int] = set()
    for some in batches(ids):
        found.update(entries.filter(pk__in=some).order_by().values_list("pk", flat=True))
    return found


def batches(rows: Iterable, size: int = _BATCH) -> Iterator[list]:
    """The same in lists of ``size``."""
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some


def _still_right(batch: ImportBatch, rows: list[ImportRow]) -> tuple[list[ImportRow], list[ImportRow]]:
    """Lines that may be written as they were sorted, and those that no longer may, with the reason."""
    user = batch.created_by
    changing = [row for row in rows if row.outcome == Outcome.CHANGE]
    versions: dict[int, int] = {}
    # Whoever else changes one of them waits here (SQLite's transactions wait from their start).
    mine: set[int] = set()
    allowed = changeable(user).order_by().values("pk")
    for some in batches([row.actor_id for row in changing if row.actor_id]):
        versions |= latest_ids(some)
        mine.update(
            Actor.objects.select_for_update()
            .filter(pk__in=some)
            .filter(pk__in=allowed)
            .values_list("pk", flat=True)
        )
    sirets = {row.values.get("columns", {}).get("siret") for row in rows} - {None, ""}
    owners: dict[str, int] = {}
    for some in batches(sorted(sirets)):
        owners |= dict(Actor.objects.filter(siret__in=some).values_list("siret", "pk"))
    pairs = {tuple(pair) for row in rows for pair in row.values.get("outside_ids", ())}
    taken: dict[tuple[str, str], int] = {}
    for some in batches(sorted({value for _, value in pairs})):
        found = OutsideId.objects.filter(value__in=some).values_list("scheme", "value", "actor")
        taken |= {(scheme, value): pk for scheme, value, pk in found}
    may_import, may_publish = has_right(user, Right.IMPORT), has_right(user, Right.PUBLISH)
    inside = territories_kept(user)
    kept, refused = [], []
    for row in rows:
        columns, seat = row.values.get("columns", {}), row.values.get("seat")
        own = row.actor_id if row.outcome == Outcome.CHANGE else None
        reason = ""
        if row.outcome == Outcome.CHANGE and (own is None or versions.get(own, 0) != row.version):
            reason = _OUTDATED
        elif not may_import or (row.outcome == Outcome.CHANGE and own not in mine):
            reason = "Vous n’avez plus le droit de faire cette modification."
        elif columns.get("publication", PublicationStatus.DRAFT) not in UNPUBLISHED and not may_publish:
            reason = "Vous n’avez plus le droit de publier."
        elif inside is not None and own is None and (not seat or seat["territory"] not in inside):
            reason = "Le siège n’est plus dans les territoires qui vous sont confiés."
        elif owners.get(columns.get("siret", ""), own) != own:
            reason = "Une autre fiche a pris ce SIRET depuis le tri."
        elif any(taken.get(tuple(pair), own) != own for pair in row.values.get("outside_ids", ())):
            reason = "Une autre fiche a pris cet identifiant extérieur depuis le tri."
        if reason:
            row.outcome, row.reasons, row.values = Outcome.ERROR, [reason], {}
            refused.append(row)
        else:
            kept.append(row)
    return kept, refused


class _Writing:
    """All writes of one import, kind of row by kind of row."""

    def __init__(self, batch: ImportBatch, rows: list[ImportRow]) -> None:
        self.batch = batch
        self.changing = [row for row in rows if row.outcome == Outcome.CHANGE]
        self.creating = [row for row in rows if row.outcome != Outcome.CHANGE]
        # Of every entry written.
        self.ids: list[int] = []
        # Whether visitors see any of it.
        self.seen = False

    def run(self) -> None:
        self._keep_before()
        self._change_actors()
        self._create_actors()
        rows = [*self.changing, *self.creating]
        self.ids = [row.actor_id for row in rows]
        self._write_sectors(rows)
        self._write_labels(rows)
        self._write_activities(rows)
        self._write_seats(rows)
        self._write_contacts(rows)
        outside = [
            OutsideId(actor_id=row.actor_id, scheme=scheme, value=value)
            for row in rows
            for scheme, value in row.values.get("outside_ids", ())
        ]
        OutsideId.objects.bulk_create(outside, batch_size=_BATCH)

    def publications(self) -> dict[int, str]:
        """Id of each entry that is there -> its publication, now (1 query for each thousand)."""
        found: dict[int, str] = {}
        for some in batches(self.ids or [row.actor_id for row in self.changing]):
            found |= dict(Actor.objects.filter(pk__in=some).order_by().values_list("pk", "publication"))
        return found

    def _keep_before(self) -> None:
        """What an undo goes back to, where the history does not hold it yet."""
        for some in batches(row.actor_id for row in self.changing):
            keep(some, what="État avant un import", user=self.batch.created_by)

    # -- actors --------------------------------------------------------------------------------------------

    def _change_actors(self) -> None:
        for some in batches(self.changing):
            actors = Actor.objects.in_bulk([row.actor_id for row in some])
            written = {"updated_at"}
            for row in some:
                actor = actors[row.actor_id]
                self.seen |= actor.is_public
                for name, value in row.values.get("columns", {}).items():
                    setattr(actor, name, value)
                    written.add(name)
                actor.name_key = fold(actor.name)[:200]
                self.seen |= actor.is_public
            # One statement for rows that change in different columns; bulk_update() compares each row with each.
            Actor.objects.bulk_create(
                actors.values(),
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=[*sorted(written), "name_key"],
            )

    def _create_actors(self) -> None:
        slugs = _Slugs()
        for some in batches(self.creating):
            actors = []
            for row in some:
                actor = Actor(**row.values["columns"], created_by_id=self.batch.created_by_id)
                actor.name_key = fold(actor.name)[:200]
                actor.slug = slugs.new(actor.full_name)
                actors.append(actor)
            self._new_ids(actors)
            Actor.objects.bulk_create(actors)
            for row, actor in zip(some, actors, strict=True):
                row.actor_id = actor.pk
            PublicId.objects.bulk_create(PublicId(value=actor.public_id, actor=actor) for actor in actors)
            Address.objects.bulk_create(
                Address(slug=actor.slug, actor=actor, public_id_id=actor.public_id) for actor in actors
            )
            self.seen |= any(actor.is_public for actor in actors)

    @staticmethod
    def _new_ids(actors: list[Actor]) -> None:
        """Permanent ids that none of them and nobody before had."""
        while True:
            ids = [actor.public_id for actor in actors]
            taken = set(PublicId.objects.filter(value__in=ids).values_list("value", flat=True))
            seen: set[str] = set()
            again = []
            for actor in actors:
                if actor.public_id in taken or actor.public_id in seen:
                    again.append(actor)
                seen.add(actor.public_id)
            if not again:
                return
            for actor in again:
                actor.public_id = new_public_id()

    # -- what belongs to them ------------------------------------------------------------------------------

    def _replaced(self, rows: list[ImportRow], key: str) -> list[ImportRow]:
        return [row for row in rows if key in row.values]

    def _delete(self, model, rows: list[ImportRow]) -> None:
        """What entries that are there had before."""
        for some in batches(row.actor_id for row in rows if row.outcome == Outcome.CHANGE):
            model.objects.filter(actor__in=some).delete()

    def _write_sectors(self, rows: list[ImportRow]) -> None:
        rows = self._replaced(rows, "sectors")
        self._delete(ActorSector, rows)
        new = [
            ActorSector(actor_id=row.actor_id, sector=sector, position=position)
            for row in rows
            for position, sector in enumerate(row.values["sectors"], start=1)
        ]
        ActorSector.objects.bulk_create(new, batch_size=_BATCH)

    def _write_labels(self, rows: list[ImportRow]) -> None:
        rows = self._replaced(rows, "labels")
        self._delete(ActorLabel, rows)
        new = [
            ActorLabel(actor_id=row.actor_id, label=label) for row in rows for label in row.values["labels"]
        ]
        ActorLabel.objects.bulk_create(new, batch_size=_BATCH)

    def _write_activities(self, rows: list[ImportRow]) -> None:
        rows = self._replaced(rows, "activities")
        through = Actor.activities.through
        self._delete(through, rows)
        # Named, not numbered: one taken away since the sorting is left out.
        numbers = dict(Activity.objects.values_list("name", "pk"))
        new = [
            through(actor_id=row.actor_id, activity_id=numbers[name])
            for row in rows
            for name in row.values["activities"]
            if name in numbers
        ]
        through.objects.bulk_create(new, batch_size=_BATCH)

    def _write_seats(self, rows: list[ImportRow]) -> None:
        rows = self._replaced(rows, "seat")
        told = {
            row.values["seat"]["place"]: row.values["seat"] for row in rows if row.values["seat"]["place"]
        }
        for some in batches(told):
            places = Place.objects.filter(pk__in=some)
            for place in places:
                seat = told[place.pk]
                if (place.territory_id, place.address) != (seat["territory"], seat["address"]):
                    # The point was that of the old address.
                    place.latitude = place.longitude = None
                place.territory_id, place.address = seat["territory"], seat["address"]
                place.postal_code = seat["postal_code"]
            fields = ["territory", "address", "postal_code", "latitude", "longitude"]
            Place.objects.bulk_update(places, fields, batch_size=250)
        new = [
            Place(
                actor_id=row.actor_id,
                role=PlaceRole.SEAT,
                territory_id=row.values["seat"]["territory"],
                address=row.values["seat"]["address"],
                postal_code=row.values["seat"]["postal_code"],
            )
            for row in rows
            if not row.values["seat"]["place"]
        ]
        Place.objects.bulk_create(new, batch_size=_BATCH)

    def _write_contacts(self, rows: list[ImportRow]) -> None:
        """Of each kind a line tells, what is missing comes and what is too much goes; one that stays keeps its sources."""
        rows = [row for row in rows if any(key in row.values for key in CONTACTS)]
        present: dict[int, list[ContactPoint]] = defaultdict(list)
        for some in batches(row.actor_id for row in rows if row.outcome == Outcome.CHANGE):
            for contact in ContactPoint.objects.filter(actor__in=some, kind__in=CONTACTS.values()):
                present[contact.actor_id].append(contact)
        gone, new = [], []
        for row in rows:
            for key, kind in CONTACTS.items():
                if key not in row.values:
                    continue
                there = {
                    contact_key(kind, one.value): one for one in present[row.actor_id] if one.kind == kind
                }
                wanted = {contact_key(kind, value): value for value in row.values[key]}
                gone += [one.pk for found, one in there.items() if found not in wanted and not one.personal]
                new += [
                    ContactPoint(
                        actor_id=row.actor_id,
                        kind=kind,
                        value=value,
                        personal=value in row.values.get("personal", ()),
                    )
                    for found, value in wanted.items()
                    if found not in there
                ]
        for some in batches(gone):
            ContactPoint.objects.filter(pk__in=some).delete()
        ContactPoint.objects.bulk_create(new, batch_size=_BATCH)


class _Slugs:
    """Addresses that nobody has or ever had (2 queries)."""

    def __init__(self) -> None:
        self._taken = {
            *RESERVED_SLUGS,
            *Address.objects.values_list("slug", flat=True),
            *Actor.objects.order_by().values_list("slug", flat=True),
        }

    def new(self, name: str) -> str:
        first = slugify(fold(name))[:_LONGEST_SLUG].strip("-") or "fiche"
        slug, number = first, 1
        while slug in self._taken:
            number += 1
            slug = f"{first}-{number}"
        self._taken.add(slug)
        return slug
