"""Two entries for one thing become one, and may become two again for thirty days."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from actors.actions.merge_columns import GROUPS, KEPT, MERGED, MOST_SECTORS, apply, choose, text_of
from actors.actions.merge_rows import (
    move_citations,
    move_links,
    move_own_citations,
    move_rows,
    move_sectors,
)
from actors.actions.record import actor_changed
from actors.actions.restore import Restored, restore_documents
from actors.enums import AliasKind, CitationColumn, Nature, PublicIdFate
from actors.history import act, differences, document_of, keep, latest_ids, read_documents
from actors.history.document import Document
from actors.history.prepared import without_prepared
from actors.models import Actor, Alias, Citation, Merger, PublicId
from territories.enums import ChangeFate
from territories.models import record_change
from territories.text import fold

_LONGEST_ALIAS = Alias._meta.get_field("name").max_length


class CannotMerge(Exception):
    """These two can't become one, or not two again; the message says why, in French."""


def merge_actors(
    *,
    kept: Actor,
    merged: Actor,
    chosen: Mapping[str, str] | None = None,
    user: AbstractBaseUser | None = None,
) -> Merger:
    """Bring ``merged`` into ``kept``: columns as ``chosen`` (key of a group of ``merge_columns`` -> « kept » or
    « merged », the defaults of ``choices()`` where nothing is chosen), and all rows, links and sources of both.

    The other name becomes an alias; the permanent id and the addresses of ``merged`` lead to ``kept``.
    One act of the history. Some 190 queries for two small entries, 300 for the largest. Raises CannotMerge, and
    ValidationError where the chosen values contradict each other (SIREN and SIRET).
    """
    if kept.pk == merged.pk:
        raise CannotMerge("Une fiche ne se réunit pas avec elle-même.")
    if kept.nature != merged.nature and Nature.PTCE in (kept.nature, merged.nature):
        raise CannotMerge("Un PTCE garde une fiche à lui : il ne se réunit qu’avec un autre PTCE.")
    what = f"Réunion de « {merged.full_name} » avec « {kept.full_name} »"[:200]
    with act(what=what, user=user) as current:
        # Whoever saves one of the two at the same moment waits here.
        locked = {
            actor.pk: actor
            for actor in Actor.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
        }
        if len(locked) < 2:
            raise CannotMerge("L’une des deux fiches n’existe plus.")
        kept, merged = locked[kept.pk], locked[merged.pk]
        keep([kept.pk, merged.pk], what="État avant la réunion", user=current.user)
        before = latest_ids([kept.pk, merged.pk])
        merger = Merger(
            kept_id=kept.public_id,
            merged_id=merged.public_id,
            kept_before_id=before[kept.pk],
            merged_before_id=before[merged.pk],
            name=merged.full_name,
            was_public=merged.is_public,
            merged_by=current.user,
        )
        was_public = kept.is_public
        partners = _bring_together(kept, merged, choose(kept, merged, chosen or {}))
        _tell(kept, merger, partners, was_public=was_public, what=what)
        current.touch(*partners)
        # Now and not at the end of the act: it is what an undoing is compared with.
        keep([kept.pk, *partners], what=current.what, user=current.user)
        merger.kept_name = kept.full_name
        merger.kept_after_id = latest_ids([kept.pk])[kept.pk]
        merger.save()
    return merger


def _bring_together(kept: Actor, merged: Actor, chosen: dict[str, str]) -> set[int]:
    """All the writes; returns the ids of those linked with the entry that is gone."""
    names = [kept.full_name, merged.full_name]
    own, theirs = _overruled(kept, merged, chosen)
    merged_id = merged.public_id
    move_rows(kept, merged)
    move_sectors(kept, merged, first=merged if chosen.get("sectors") == MERGED else kept, most=MOST_SECTORS)
    partners = move_links(kept, merged)
    name_sources = {
        side: list(Citation.objects.filter(actor=actor, column=CitationColumn.NAME))
        for side, actor in ((KEPT, kept), (MERGED, merged))
    }
    for column, printed in own.items():
        Citation.objects.filter(actor=kept, column=column, printed="").update(printed=printed)
    apply(kept, merged, chosen)
    _name_otherwise(kept, names[0] if chosen["name"] == MERGED else names[1], name_sources, chosen["name"])
    move_own_citations(kept, merged, theirs)
    merged.delete()
    PublicId.objects.filter(pk=merged_id).update(fate=PublicIdFate.MERGED, merged_into=kept.public_id)
    kept.validate_constraints()
    kept.save()
    return partners


def _overruled(kept: Actor, merged: Actor, chosen: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Column of citations -> what each of the two said there, where the other's word stays.

    Their sources keep it as the form they print. A description is nobody's but ours, and names become aliases.
    """
    own, theirs = {}, {}
    if kept.precision != merged.precision:
        overruled, texts_of = (merged, theirs) if chosen["name"] == KEPT else (kept, own)
        texts_of[CitationColumn.PRECISION] = overruled.precision
    for group in GROUPS:
        if group.key not in chosen or group.key in ("name", "description"):
            continue
        texts = {side: text_of(actor, group.key) for side, actor in ((KEPT, kept), (MERGED, merged))}
        if texts[KEPT] == texts[MERGED]:
            continue
        overruled, texts_of = (MERGED, theirs) if chosen[group.key] == KEPT else (KEPT, own)
        if texts[overruled]:
            texts_of.update(dict.fromkeys(group.cited, texts[overruled][:300]))
    return own, theirs


def _name_otherwise(kept: Actor, name: str, sources: dict[str, list[Citation]], whose_stays: str) -> None:
    """Keep the name that goes as an alias with its sources, unless the entry is found under it anyway.

    An alias that says what the name says by now goes, and its sources with the name's own.
    """
    for alias in Alias.objects.filter(actor=kept, name_key__in={fold(kept.name), fold(kept.full_name)}):
        for citation in alias.citations.all():
            Citation.objects.get_or_create(
                actor=kept,
                source=citation.source,
                role="",
                column=CitationColumn.NAME,
                defaults={"printed": citation.printed or alias.name},
            )
        alias.delete()
    if fold(name) in {fold(kept.name), fold(kept.full_name)}:
        return
    name = name if len(name) <= _LONGEST_ALIAS else name[:_LONGEST_ALIAS].rsplit(" ", 1)[0]
    alias = Alias.objects.filter(actor=kept, name_key=fold(name)).first()
    if alias is None:
        alias = Alias.objects.create(actor=kept, name=name, kind=AliasKind.OTHER)
    elif alias.kind == AliasKind.MISPRINT:
        alias.kind = AliasKind.OTHER
        alias.save()
    for citation in sources[MERGED if whose_stays == KEPT else KEPT]:
        citation.actor, citation.column = None, ""
        move_citations([citation], "alias", alias)


def _tell(kept: Actor, merger: Merger, partners: Iterable[int], *, was_public: bool, what: str) -> None:
    """What visitors see otherwise: the entry, the one that is gone, and whoever was linked with it."""
    actor_changed(actor=kept, what=what, was_public=was_public)
    if merger.was_public:
        record_change(subject="actor", key=merger.merged_id, what=what, fate=ChangeFate.MERGED)
    if merger.was_public or kept.is_public:
        for partner in Actor.objects.published().filter(pk__in=partners).order_by("pk"):
            record_change(subject="actor", key=partner.public_id, what=f"Modification : {partner}"[:200])


def undo_merger(*, merger: Merger, user: AbstractBaseUser | None = None) -> Restored:
    """Make both entries what they were (125 to 205 queries).

    Raises CannotMerge after thirty days, and when the entry was changed since, naming the fields;
    IntegrityError where another entry has taken what must be unique.
    """
    with act(what=f"Annulation de la réunion : {merger}"[:200], user=user) as current:
        merger = Merger.objects.select_for_update().get(pk=merger.pk)
        before = _versions_before(merger)
        documents = [document_of(version) for version in before]
        _give_back(documents[0])
        restored = restore_documents(documents, what=current.what, user=current.user)
        current.touch(*(document["id"] for document in documents), even_if_same=True)
        merger.undone_at = timezone.now()
        merger.save(update_fields=["undone_at"])
    return restored


def _give_back(document: Document) -> None:
    """Let go of what only one entry may have, before the other one comes back with it (1 query)."""
    numbers = {name: document.get(name, "") for name in ("siren", "siret", "rna", "registry_state")}
    Actor.objects.filter(pk=document["id"]).update(**numbers, administers=document.get("administers_id"))


def _versions_before(merger: Merger) -> list:
    """The versions to go back to, the kept entry's first."""
    if merger.undone_at:
        raise CannotMerge("Cette réunion est déjà annulée.")
    if not merger.is_open:
        raise CannotMerge("Une réunion ne peut être annulée que pendant trente jours.")
    versions = (merger.kept_before, merger.merged_before, merger.kept_after)
    kept = Actor.objects.select_for_update().filter(public_id=merger.kept_id).first()
    if kept is None or None in versions:
        raise CannotMerge(
            f"La fiche « {merger.kept_name} » n’existe plus : reprenez-la d’abord dans la corbeille, ou annulez "
            "d’abord sa propre réunion avec une autre."
        )
    states = [document_of(merger.kept_after), read_documents([kept.pk])[kept.pk]]
    changed = differences(*without_prepared(states))
    if changed:
        fields = ", ".join(dict.fromkeys(each.label for each in changed))
        raise CannotMerge(
            f"La fiche « {kept.full_name} » a été modifiée depuis : {fields}. Pour annuler quand même, revenez "
            "d’abord, par son historique, à la version de la réunion."
        )
    return [merger.kept_before, merger.merged_before]
