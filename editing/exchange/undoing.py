"""Taking a whole import back: every entry as it was, or none, when one of them changed since."""

from itertools import chain

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from reversion.models import Version

from actors.actions.record import actors_changed
from actors.actions.restore import restore_documents
from actors.enums import PublicationStatus, PublicIdFate
from actors.history import act, differences, document_of, latest_ids, read_documents
from actors.history.names import Names
from actors.models import Actor, Address, BinnedActor, Cooperation, PublicId
from editing.exchange.applying import batches
from editing.import_models import ImportBatch, ImportState, Outcome
from territories.enums import ChangeFate
from territories.models import record_fates

# Entries named one by one when an import can't be undone.
_TOLD = 30


def undo_batch(batch: ImportBatch) -> None:
    """Bring back what the import changed and remove what it created, in one act.

    Where anything of it was changed since, nothing is undone and ``batch.problems`` names the entries and
    fields. What was created and is a draft still goes for good, with an address nobody ever saw; what
    was published goes into the bin.
    """
    with transaction.atomic():
        rows = list(batch.rows.filter(applied=True).defer("cells", "changes"))
        written = _versions(batch)
        changed = [row.actor_id for row in rows if row.outcome == Outcome.CHANGE]
        created = [row.actor_id for row in rows if row.outcome != Outcome.CHANGE]
        if problems := _changed_since(written):
            batch.problems = problems
            batch.state = ImportState.APPLIED
            batch.save(update_fields=["problems", "state"])
            return
        what = f"Annulation de l’import de « {batch.file_name} »"[:200]
        with act(what=what, user=batch.created_by):
            # A line whose entry ended as it was left no version.
            _restore([pk for pk in changed if pk in written], batch, what)
            _remove(created, batch, what)
        batch.rows.filter(applied=True).update(applied=False)
        batch.problems, batch.state, batch.undone_at = [], ImportState.UNDONE, timezone.now()
        batch.save(update_fields=["problems", "state", "undone_at"])


def _versions(batch: ImportBatch) -> dict[int, Version]:
    """Id of an entry -> the state the import left it in (1 query)."""
    rows = Version.objects.get_for_model(Actor).filter(revision=batch.revision_id)
    return {int(version.object_id): version for version in rows}


def _changed_since(written: dict[int, Version]) -> list[str]:
    """A sentence for each entry that is no longer as the import left it."""
    latest: dict[int, int] = {}
    for some in batches(written):
        latest |= latest_ids(some)
    there = set(Actor.objects.order_by().values_list("pk", flat=True))
    ids = [pk for pk, version in written.items() if latest.get(pk) != version.pk or pk not in there]
    # Of any number of entries, as many as a person reads.
    present = read_documents(ids[:_TOLD])
    kept = {pk: document_of(written[pk]) for pk in ids[:_TOLD]}
    names = Names([*kept.values(), *present.values()])
    told = []
    for pk in ids[:_TOLD]:
        name = written[pk].object_repr
        if pk not in present:
            told.append(f"« {name} » a été supprimée.")
            continue
        labels = dict.fromkeys(each.label for each in differences(kept[pk], present[pk], names))
        told.append(f"« {name} » a été modifiée : {', '.join(labels) or 'puis remise comme elle était'}.")
    if len(ids) > _TOLD:
        told.append(f"Et {len(ids) - _TOLD} autres fiches.")
    return told


def _restore(ids: list[int], batch: ImportBatch, what: str) -> None:
    documents = []
    for some in batches(ids):
        earlier = (
            Version.objects.get_for_model(Actor)
            .filter(object_id__in=[str(pk) for pk in some], revision__lt=batch.revision_id)
            .order_by()
            .values("object_id")
            .annotate(latest=models.Max("pk"))
        )
        found = Version.objects.filter(pk__in=[row["latest"] for row in earlier])
        documents += [document_of(version) for version in found.order_by("pk")]
    if documents:
        restore_documents(documents, what=what, user=batch.created_by)


def _remove(ids: list[int], batch: ImportBatch, what: str) -> None:
    actors = []
    partners: set[int] = set()
    for some in batches(ids):
        actors += Actor.objects.filter(pk__in=some)
        ends = Cooperation.objects.filter(Q(source__in=some) | Q(target__in=some)).order_by()
        partners.update(chain.from_iterable(ends.values_list("source", "target")))
    partners -= set(ids)
    seen = [actor for actor in actors if actor.publication == PublicationStatus.PUBLISHED]
    for some in batches(actors):
        numbers, public_ids = [actor.pk for actor in some], [actor.public_id for actor in some]
        shown = [actor for actor in some if actor.publication == PublicationStatus.PUBLISHED]
        BinnedActor.objects.bulk_create(
            BinnedActor(
                actor_id=actor.pk,
                public_id_id=actor.public_id,
                name=actor.full_name,
                nature=actor.nature,
                deleted_by=batch.created_by,
            )
            for actor in shown
        )
        Actor.objects.filter(pk__in=numbers).delete()
        # Nobody ever saw these: the same line imported again has the same address.
        unseen = set(public_ids) - {actor.public_id for actor in shown}
        Address.objects.filter(public_id__in=unseen).delete()
        PublicId.objects.filter(pk__in=unseen, fate=PublicIdFate.DELETED).delete()
        Version.objects.get_for_model(Actor).filter(
            object_id__in=[str(actor.pk) for actor in some if actor.public_id in unseen]
        ).delete()
    gone = sorted(actor.public_id for actor in seen)
    record_fates(subject="actor", keys=gone, what=what, fate=ChangeFate.DELETED)
    if seen or partners:
        actors_changed(actor_ids=sorted(partners), what=what, seen=bool(seen))
