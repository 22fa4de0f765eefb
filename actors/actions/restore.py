"""Going back to a state that the history kept: one entry, several at once, or one from the bin."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from reversion.models import Version

from actors.actions.record import actor_changed, actors_changed
from actors.enums import PublicationStatus, PublicIdFate
from actors.history import act, document_of, read_documents, versions_of
from actors.history.document import (
    ACTOR_COLUMNS,
    CITATION_COLUMNS,
    ROW_KINDS,
    Document,
    Row,
    RowKind,
)
from actors.history.prepared import carrying_prepared
from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    Address,
    Alias,
    BinnedActor,
    Citation,
    Cooperation,
    PublicId,
)
from territories.models import record_change
from territories.text import fold

# More entries than this are told to the directory as one change, and written in bulk.
_MANY = 20


class NothingToRestore(Exception):
    """The history holds no state of that entry; the message says so in French."""


@dataclass
class Restored:
    """The entries brought back, and what could not be: one French phrase each."""

    actors: list[Actor] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def restore_version(*, version: Version, user: AbstractBaseUser | None) -> Restored:
    """Bring an entry back to that version, as a new version; whether it is published stays as it is.

    Raises IntegrityError where another entry has taken what must be unique (``refusal()`` of
    ``territories.admin_base`` says it in French).
    """
    document = document_of(version)
    what = f"Retour à une version précédente : {version.object_repr}"
    return restore_documents([document], what=what, user=user, keep=("publication", "created_by_id"))


def restore_from_bin(*, binned: BinnedActor, user: AbstractBaseUser | None) -> Restored:
    """Bring a deleted entry back with all that belonged to it, its addresses and permanent id included.

    Raises NothingToRestore without a kept state, IntegrityError as ``restore_version()``.
    """
    version = versions_of(binned.actor_id).first()
    if version is None:
        raise NothingToRestore(f"L’historique ne garde plus rien de « {binned.name} ».")
    with act(what=f"Retour de la corbeille : {binned.name}", user=user) as current:
        restored = restore_documents([document_of(version)], what=current.what, user=user)
        current.touch(binned.actor_id, even_if_same=True)
        binned.delete()
    return restored


def restore_documents(
    documents: Sequence[Document],
    *,
    what: str,
    user: AbstractBaseUser | None = None,
    keep: Iterable[str] = (),
) -> Restored:
    """Make these entries what the documents say, rows under their old numbers; deleted ones are made anew.

    Several at once may exchange rows and links with each other. Links that entries in preparation have made
    meanwhile with a published one stay. ``keep``: columns of an entry that is
    there which stay as they are. What points to something that is gone by now (a territory, the other
    end of a link) is left out and told. About 90 queries for one entry; for many, some 100 and 60 for each thousand.
    """
    ids = [document["id"] for document in documents]
    with act(what=what, user=user) as current:
        before = read_documents(ids)
        documents = carrying_prepared(documents, before)
        restoring = _Restoring(documents, before, tuple(keep))
        restoring.run()
        partners = _partners(before.values(), documents) - set(ids)
        current.touch(*ids, *partners)
        actors = {actor.pk: actor for actor in Actor.objects.filter(pk__in=[*ids, *partners])}
        if len(ids) > _MANY:
            shown = {
                pk
                for pk, document in before.items()
                if document["publication"] == PublicationStatus.PUBLISHED
            }
            seen = bool(shown) or any(actor.is_public for actor in actors.values())
            actors_changed(actor_ids=sorted(actors), what=what, seen=seen)
            return Restored([actors[pk] for pk in ids], restoring.left_out)
        seen = False
        for pk in ids:
            was_public = before.get(pk, {}).get("publication") == PublicationStatus.PUBLISHED
            actor_changed(actor=actors[pk], what=what, was_public=was_public)
            seen |= was_public or actors[pk].is_public
        for pk in sorted(partners & actors.keys()):
            if seen and actors[pk].is_public:
                record_change(subject="actor", key=actors[pk].public_id, what=f"Modification : {actors[pk]}")
    return Restored([actors[pk] for pk in ids], restoring.left_out)


def _partners(before: Iterable[Document], after: Iterable[Document]) -> set[int]:
    """Both ends of every link that is not in both states, or not the same."""
    old, new = (
        {link["id"]: link for document in documents for link in document.get("links", [])}
        for documents in (before, after)
    )
    changed = [old.get(pk) or new[pk] for pk in old.keys() | new.keys() if old.get(pk) != new.get(pk)]
    return {link[end] for link in changed for end in ("source_id", "target_id")}


class _Restoring:
    """The writes of one restoration: first what goes, then the entries, then what comes back."""

    def __init__(
        self, documents: Sequence[Document], before: dict[int, Document], keep: tuple[str, ...]
    ) -> None:
        self.documents = documents
        self.before = before
        self.keep = keep
        self.left_out: list[str] = []
        self._there: dict[type[models.Model], set[int]] = {}

    def run(self) -> None:
        self._find_references()
        stale = {kind: self._stale(kind) for kind in ROW_KINDS}
        for kind, ids in stale.items():
            kind.model._base_manager.filter(pk__in=ids).delete()
        self._delete_citations()
        present = Actor.objects.in_bulk([document["id"] for document in self.documents])
        kept_address = [
            self._write_actor(document, present.get(document["id"])) for document in self.documents
        ]
        self._save_present([actor for actor in kept_address if actor])
        for document in self.documents:
            self._write_lists(document)
        for kind in ROW_KINDS:
            self._write_rows(kind)
        self._write_citations()

    # -- what is there to point to ---------------------------------------------------------------------

    def _find_references(self) -> None:
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for document in self.documents:
            rows = [(ACTOR_COLUMNS, document)]
            rows += [(CITATION_COLUMNS, row) for row in document.get("citations", [])]
            for kind in ROW_KINDS:
                for row in document.get(kind.name, []):
                    rows.append((kind.columns, row))
                    rows += [(CITATION_COLUMNS, each) for each in row.get("citations", [])]
            for columns, row in rows:
                for column in columns:
                    if column.is_relation and column.attname in row:
                        wanted[column.remote_field.model].add(row[column.attname])
            wanted[Activity].update(document.get("activities", []))
        for model, pks in wanted.items():
            found = model._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
            self._there[model] = set(found)
        self._there.setdefault(Actor, set()).update(document["id"] for document in self.documents)

    def _missing(self, columns: Iterable[models.Field], row: Row) -> list[models.Field]:
        """Columns of a row that point to something gone."""
        return [
            column
            for column in columns
            if column.is_relation
            and column.attname in row
            and row[column.attname] not in self._there[column.remote_field.model]
        ]

    # -- what goes -------------------------------------------------------------------------------------

    def _rows(self, documents: Iterable[Document], kind: RowKind) -> dict[int, Row]:
        """Rows by number, with the entry they belong to where the row itself does not tell."""
        found = {}
        for document in documents:
            for row in document.get(kind.name, []):
                found[row["id"]] = row if kind.name == "links" else {**row, "actor_id": document["id"]}
        return found

    def _stale(self, kind: RowKind) -> set[int]:
        """Rows that are there and shall not be, or not as they are: those are written anew."""
        now, then = self._rows(self.before.values(), kind), self._rows(self.documents, kind)
        return {pk for pk, row in now.items() if _said(row) != _said(then.get(pk, {}))}

    def _citations(self, documents: Iterable[Document]) -> dict[int, Row]:
        """Citations by number, each with the foreign key to its fact."""
        found = {}
        for document in documents:
            holders = [("actor_id", document)]
            for kind in ROW_KINDS:
                if kind.cited_by:
                    holders += [(f"{kind.cited_by}_id", row) for row in document.get(kind.name, [])]
            for target, holder in holders:
                for citation in holder.get("citations", []):
                    found[citation["id"]] = {**citation, target: holder["id"]}
        return found

    def _delete_citations(self) -> None:
        then = self._citations(self.documents)
        now = self._citations(self.before.values())
        stale = [pk for pk, citation in now.items() if citation != then.get(pk)]
        Citation.objects.filter(pk__in=stale).delete()

    # -- what comes back -------------------------------------------------------------------------------

    def _write_actor(self, document: Document, actor: Actor | None) -> Actor | None:
        """Write the actor's own columns; gives it back unsaved where it keeps its address and permanent id."""
        kept = self.keep if actor else ()
        for column in self._missing(ACTOR_COLUMNS, document):
            document = {name: value for name, value in document.items() if name != column.attname}
            if column.name != "created_by":
                self.left_out.append(f"{column.verbose_name} (n’existe plus)")
        values = {name: value for name, value in _values(ACTOR_COLUMNS, document).items() if name not in kept}
        if actor is None:
            actor = Actor(**values)
            # Before the row itself: saving it looks whether they are its own.
            PublicId.objects.filter(pk=actor.public_id).update(
                actor=actor.pk, fate=PublicIdFate.LIVE, merged_into=None, ended_on=None
            )
            Address.objects.filter(public_id=actor.public_id).update(actor=actor.pk)
            actor.save(force_insert=True)
            Actor.objects.filter(pk=actor.pk).update(created_at=values["created_at"])
            return None
        before = (actor.slug, actor.public_id)
        for name, value in values.items():
            setattr(actor, name, value)
        if before == (actor.slug, actor.public_id):
            return actor
        actor.save()
        return None

    @staticmethod
    def _save_present(actors: list[Actor]) -> None:
        """All of them in one statement for each thousand."""
        for actor in actors:
            actor.name_key = fold(actor.name)[:200]
        columns = [column.name for column in ACTOR_COLUMNS if column.name not in {"id", "created_at"}]
        Actor.objects.bulk_create(
            actors,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*columns, "name_key", "updated_at"],
        )

    def _write_lists(self, document: Document) -> None:
        pk, before = document["id"], self.before.get(document["id"], {})
        if before.get("sectors", []) != (sectors := document.get("sectors", [])):
            ActorSector.objects.filter(actor=pk).delete()
            ActorSector.objects.bulk_create(
                ActorSector(actor_id=pk, sector=sector, position=position)
                for position, sector in enumerate(sectors, start=1)
            )
        if before.get("labels", []) != (labels := document.get("labels", [])):
            ActorLabel.objects.filter(actor=pk).delete()
            ActorLabel.objects.bulk_create(ActorLabel(actor_id=pk, label=label) for label in labels)
        if before.get("activities", []) != (activities := document.get("activities", [])):
            there = [activity for activity in activities if activity in self._there[Activity]]
            if len(there) < len(activities):
                self.left_out.append("une activité (n’existe plus)")
            Actor(pk=pk).activities.set(there)

    def _write_rows(self, kind: RowKind) -> None:
        then = self._rows(self.documents, kind)
        there = set(kind.model._base_manager.filter(pk__in=then).values_list("pk", flat=True))
        columns = (
            kind.columns if kind.name == "links" else [*kind.columns, kind.model._meta.get_field("actor")]
        )
        own = self._rows(self.before.values(), kind)
        rows = []
        for pk, row in then.items():
            if pk in there:
                if pk not in own:
                    self.left_out.append(
                        f"{kind.model._meta.verbose_name} (est maintenant dans une autre fiche)"
                    )
                continue
            if missing := self._missing(columns, row):
                self._leave_out(kind, missing[0])
                continue
            rows.append(kind.model(**_values(columns, row)))
        if kind.model is Alias:
            for alias in rows:
                alias.name_key = fold(alias.name)
        kind.model._base_manager.bulk_create(rows)

    def _leave_out(self, kind: RowKind, column: models.Field) -> None:
        what = kind.model._meta.verbose_name
        why = "l’autre fiche" if kind.model is Cooperation else str(column.verbose_name)
        self.left_out.append(f"{what} ({why} n’existe plus)")

    def _write_citations(self) -> None:
        then = self._citations(self.documents)
        there = set(Citation.objects.filter(pk__in=then).values_list("pk", flat=True))
        facts = {
            f"{kind.cited_by}_id": set(
                kind.model._base_manager.filter(pk__in=self._rows(self.documents, kind)).values_list(
                    "pk", flat=True
                )
            )
            for kind in ROW_KINDS
            if kind.cited_by
        }
        facts["actor_id"] = {document["id"] for document in self.documents}
        rows = []
        for pk, citation in then.items():
            target = next(name for name in facts if name in citation)
            # Without its fact it went with it, which was told.
            if pk in there or citation[target] not in facts[target]:
                continue
            if self._missing(CITATION_COLUMNS, citation):
                self.left_out.append("une citation (sa source n’existe plus)")
                continue
            rows.append(Citation(**_values(CITATION_COLUMNS, citation), **{target: citation[target]}))
        Citation.objects.bulk_create(rows)


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "citations"}


def _values(columns: Iterable[models.Field], row: Row) -> dict:
    """Columns of a row as a model takes them; one that is not told is empty."""
    values = {}
    for column in columns:
        value = row.get(column.attname)
        if value is None and isinstance(column, models.CharField | models.TextField):
            value = ""
        elif value is None and isinstance(column, models.BooleanField):
            value = False
        values[column.attname] = column.to_python(value) if value is not None else None
    return values
