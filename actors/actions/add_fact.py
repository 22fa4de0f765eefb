"""Adding one fact with its source, and taking it back: a fact that exists gains a citation, not a twin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from actors.actions.facts import ACTIVITIES, CITATION, COLUMN, COLUMNS, ROWS, TOGETHER, Fact, Made
from actors.actions.record import concerned_by_link
from actors.enums import Certainty, CitationRole, SocialNetwork
from actors.history import act
from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    Citation,
    Cooperation,
    PtceStatusEntry,
)
from actors.phrases import SYMMETRIC_KINDS
from sources.erasure import ERASED, DoNotRestore
from sources.models import Source
from territories.models import Territory

_LONGEST_PRINTED = Citation._meta.get_field("printed").max_length
_LISTS = {"sectors": (ActorSector, "sector"), "labels": (ActorLabel, "label")}


def add_fact(
    *, fact: Fact, source: Source, actor: Actor | None = None, territory: Territory | None = None
) -> Made:
    """Write the fact, or find the row that says it, and cite ``source`` for it (3 to 7 queries).

    Where that row says otherwise (a figure of the same year), it stays, and the citation keeps what the source prints:
    :func:`check_fact` asks before. Part of the caller's act, which then tells it (:func:`actor_changed`). Raises
    ValidationError, in French, for what the models refuse; KeyError for an unknown kind.
    """
    with act() as current:
        if fact.kind == CITATION:
            current.touch(actor.pk)
            return _cite_actor(fact, source, actor)
        if fact.kind == COLUMN:
            current.touch(actor.pk)
            return _set_columns(fact, source, actor)
        row = _row(fact, actor, territory)
        current.touch(*touched_by(fact, actor))
        made, existing, printed = Made(), _existing(fact, row), fact.printed
        if existing is None:
            row.full_clean()
            row.save()
            made.row = row.pk
        elif _otherwise(fact, existing):
            printed = printed or _text(row)[:_LONGEST_PRINTED]
        if existing is not None and getattr(row, "personal", False) and not existing.personal:
            # What anybody says is a person's own stays out of sight, whoever said it first.
            existing.personal = True
            existing.save(update_fields=["personal"])
        citation, created = Citation.objects.get_or_create(
            source=source, **{fact.kind: existing or row}, defaults={"printed": printed}
        )
        if printed and not citation.printed:
            citation.printed = printed
            citation.save(update_fields=["printed"])
        made.citation = citation.pk if created else None
        return made


def check_fact(*, fact: Fact, actor: Actor | None = None, territory: Territory | None = None) -> None:
    """Raise ValidationError, in French, where :func:`add_fact` would, and where the entry has that very fact with
    another value, unless ``printed`` says what the source prints (1 to 4 queries); writes nothing.
    """
    _refuse_erased(fact)
    if fact.kind == COLUMN:
        _with_columns(fact, actor).full_clean()
    elif fact.kind != CITATION:
        row = _row(fact, actor, territory)
        existing = _existing(fact, row)
        if existing is None:
            row.full_clean()
        elif not fact.printed and (names := _otherwise(fact, existing)):
            raise _contradiction(f"La fiche dit déjà « {_text(existing)} »", names[0])


def _refuse_erased(fact: Fact) -> None:
    """Whoever asked to be erased is named by no new fact (1 query)."""
    erased = DoNotRestore.read()
    if not erased:
        return
    told = fact.values.get("set", fact.values)
    for name, value in {**told, "printed": fact.printed}.items():
        if isinstance(value, str) and erased.knows(value):
            raise ValidationError({name: ERASED} if fact.kind in ROWS and name != "printed" else ERASED)


def check_columns(fact: Fact) -> None:
    """The same of a link whose other end is not made yet: what its own columns say (no query)."""
    row = _row(fact, None, None)
    row.full_clean(exclude={"source", "target"}, validate_unique=False)


def check_together(fact: Fact, others: Iterable[Fact]) -> None:
    """Raise ValidationError where one of ``others``, of the same entry or territory, tells that very fact with another
    value, unless ``printed`` says what the source prints (no query but for what a row is called by).
    """
    if fact.kind not in ROWS or fact.printed:
        return
    row = _row(fact, None, None)
    for other in others:
        if other.kind != fact.kind:
            continue
        known = _row(other, None, None)
        kind = ROWS[fact.kind]
        same = all(getattr(known, name) == getattr(row, name) for name in (*kind.identity, *kind.details))
        if same and (names := _otherwise(fact, known)):
            raise _contradiction(f"Cette lettre dit déjà « {_text(known)} »", names[0])


def _contradiction(told: str, name: str) -> ValidationError:
    text = f"{told}. Corrigez l’un ou l’autre, ou écrivez ce que dit l’article dans « Imprimé autrement »."
    return ValidationError({name: text})


def _otherwise(fact: Fact, row: models.Model) -> list[str]:
    """Columns in which the fact tells something that the row, which is the same by its identity, says otherwise."""
    columns = {column.attname: column for column in row._meta.concrete_fields}
    told = {
        name: columns[name].to_python(fact.values[name])
        for name in ROWS[fact.kind].claims
        if fact.values.get(name) not in (None, "")
    }
    if fact.kind == "figure":
        # A range is told as a whole.
        told |= {name: columns[name].to_python(fact.values.get(name)) for name in ("low", "high")}
    if told.get("network") == SocialNetwork.UNKNOWN:
        del told["network"]
    return [name for name, value in told.items() if getattr(row, name) != value]


def _text(row: models.Model) -> str:
    """The row in words, with the value that another may contradict."""
    text = str(row)
    if isinstance(row, Cooperation):
        text += f", {row.get_status_display().lower()}"
        text += " (déduit)" if row.certainty == Certainty.INFERRED else ""
    if isinstance(row, PtceStatusEntry):
        text = ", ".join(part for part in (text, row.call, row.note) if part)
    return text


def touched_by(fact: Fact, actor: Actor | None) -> set[int]:
    """Entries whose state the fact changes: its actor's, or those a link concerns (1 query for a link)."""
    if fact.kind == "cooperation":
        ends = {fact.values.get("source_id"), fact.values.get("target_id"), actor.pk if actor else None}
        return concerned_by_link(*ends - {None})
    return {actor.pk} if actor else set()


@dataclass(frozen=True)
class TakenBack:
    """``left``: what has changed since and stays, in French; ``fact``: what of it can be published anew, if anything."""

    left: list[str]
    fact: Fact | None


def take_back(*, fact: Fact, made: Mapping[str, Any], actor: Actor | None = None) -> TakenBack:
    """Undo what adding that fact wrote (2 to 6 queries).

    What somebody changed since is the entry's own by now: adding it anew would bring the old value beside it. Part of
    the caller's act.
    """
    with act() as current:
        current.touch(*touched_by(fact, actor))
        if made.get("citation"):
            Citation.objects.filter(pk=made["citation"]).delete()
        if made.get("role_before"):
            pk, role = made["role_before"]
            Citation.objects.filter(pk=pk).update(role=role)
        if fact.kind == COLUMN:
            return _set_back(fact, made.get("before", {}), actor)
        if not made.get("row"):
            return TakenBack([], fact)
        kind = ROWS[fact.kind]
        row = kind.model._base_manager.filter(pk=made["row"]).first()
        if row is None:
            return TakenBack([], fact)
        says = _says(row, fact)
        if row.citations.exists() or not says:
            return TakenBack([f"{kind.model._meta.verbose_name} « {row} »"], fact if says else None)
        row.delete()
        return TakenBack([], fact)


def is_gone(*, fact: Fact, made: Mapping[str, Any]) -> bool:
    """Whether somebody has removed since what adding that fact wrote (at most 2 queries); False where it wrote nothing."""
    if fact.kind == COLUMN or not made:
        return False
    row, citation = made.get("row"), made.get("citation") or next(iter(made.get("role_before", [])), None)
    if row and ROWS[fact.kind].model._base_manager.filter(pk=row).exists():
        return False
    return not Citation.objects.filter(pk=citation).exists()


def remove_citation(*, citation: Citation) -> None:
    """Take a source from a fact, and the fact with its last source (3 queries); an actor and its columns stay.

    Part of the caller's act.
    """
    with act() as current:
        target = next(name for name in ("actor", *ROWS) if getattr(citation, f"{name}_id"))
        row = getattr(citation, target)
        current.touch(*_whose(row))
        citation.delete()
        if target != "actor" and not row.citations.exists():
            row.delete()


def _whose(row: models.Model) -> set[int]:
    if isinstance(row, Actor):
        return {row.pk}
    if isinstance(row, Cooperation):
        return concerned_by_link(row.source_id, row.target_id)
    return {row.actor_id} - {None}


# -- rows ------------------------------------------------------------------------------------------------


def _row(fact: Fact, actor: Actor | None, territory: Territory | None) -> models.Model:
    kind = ROWS[fact.kind]
    columns = {column.attname: column for column in kind.model._meta.concrete_fields}
    values = {name: columns[name].to_python(value) for name, value in fact.values.items()}
    if fact.kind == "cooperation":
        return kind.model(**values)
    whose = {"territory": territory} if territory else {"actor": actor}
    return kind.model(**values, **whose)


def _existing(fact: Fact, row: models.Model) -> models.Model | None:
    """The row that says this already: the same to the last detail, or in more detail than is told here."""
    kind = ROWS[fact.kind]
    same = Q(**{name: getattr(row, name) for name in kind.identity})
    if fact.kind == "cooperation" and row.kind in SYMMETRIC_KINDS:
        same |= Q(kind=row.kind, source_id=row.target_id, target_id=row.source_id)
    if fact.kind != "cooperation":
        whose = ("territory_id",) if getattr(row, "actor_id", None) is None else ("actor_id",)
        same &= Q(**{name: getattr(row, name) for name in whose})
    told = {name: getattr(row, name) for name in kind.details if getattr(row, name)}
    rows = kind.model._base_manager.filter(same, **told).order_by("pk")
    if not kind.details:
        return rows.first()
    exact = {name: getattr(row, name) for name in kind.details}
    return rows.filter(**exact).first() or (rows.first() if not told else None)


def _says(row: models.Model, fact: Fact) -> bool:
    columns = {column.attname: column for column in row._meta.concrete_fields}
    return all(getattr(row, name) == columns[name].to_python(value) for name, value in fact.values.items())


# -- an actor as a whole, and its columns ------------------------------------------------------------------


def _cite_actor(fact: Fact, source: Source, actor: Actor) -> Made:
    """Somebody presented and named in one article is presented."""
    role = CitationRole(fact.values["role"])
    citation = Citation.objects.filter(source=source, actor=actor, column="").first()
    if citation is None:
        new = Citation.objects.create(source=source, actor=actor, role=role, printed=fact.printed)
        return Made(citation=new.pk)
    if citation.role in {role, CitationRole.SUBJECT}:
        return Made()
    before, citation.role = str(citation.role), role
    citation.save(update_fields=["role"])
    return Made(role_before=[citation.pk, before])


def _with_columns(fact: Fact, actor: Actor) -> Actor:
    """The actor with the columns set, unsaved; raises ValidationError on a column no source can support so."""
    allowed = COLUMNS[fact.values["column"]]
    for name, value in fact.values["set"].items():
        if name not in allowed:
            raise ValidationError(f"« {name} » ne se change pas ainsi.")
        if name not in _LISTS and name != ACTIVITIES:
            setattr(actor, name, value)
    return actor


def stored(actor: Actor, names: Iterable[str]) -> dict[str, Any]:
    """What the entry says in these columns and lists, as a fact's values hold it (1 query for each list not loaded)."""

    def value(name: str) -> Any:
        if name == ACTIVITIES:
            return sorted(activity.slug for activity in actor.activities.all())
        if name in _LISTS:
            return [getattr(row, _LISTS[name][1]) for row in getattr(actor, name).all()]
        return getattr(actor, name)

    return {name: value(name) for name in names}


def _write(actor: Actor, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == ACTIVITIES:
            actor.activities.set(Activity.objects.filter(slug__in=value))
        elif name in _LISTS:
            model, column = _LISTS[name]
            model.objects.filter(actor=actor).delete()
            ranks = range(1, len(value) + 1) if model is ActorSector else [None] * len(value)
            model.objects.bulk_create(
                model(actor=actor, **{column: one}, **({"position": rank} if rank else {}))
                for one, rank in zip(value, ranks, strict=True)
            )
        else:
            setattr(actor, name, value)
    actor.save()


def _set_columns(fact: Fact, source: Source, actor: Actor) -> Made:
    actor.refresh_from_db()
    before = stored(actor, fact.values["set"])
    _with_columns(fact, actor).full_clean()
    _write(actor, fact.values["set"])
    citation, created = Citation.objects.get_or_create(
        source=source, actor=actor, role="", column=fact.values["column"], defaults={"printed": fact.printed}
    )
    changed = {name: value for name, value in before.items() if value != fact.values["set"][name]}
    return Made(citation=citation.pk if created else None, before=changed)


def _set_back(fact: Fact, before: Mapping[str, Any], actor: Actor) -> TakenBack:
    actor.refresh_from_db()
    wanted, present = fact.values["set"], stored(actor, fact.values["set"])
    changed = {name for name in before if present[name] != wanted[name]}
    for group in TOGETHER:
        if changed & group:
            changed |= group & before.keys()
    same = {name: value for name, value in before.items() if name not in changed}
    try:
        with transaction.atomic():
            _write(actor, same)
    except IntegrityError:
        # Something else has come to rest on it since.
        actor.refresh_from_db()
        changed = set(before)
    left = [name for name in before if name in changed]
    again = {name: value for name, value in wanted.items() if name not in changed}
    return TakenBack(
        [_LABELS.get(name) or str(Actor._meta.get_field(name).verbose_name) for name in left],
        Fact(COLUMN, {**fact.values, "set": again}, fact.printed) if again else None,
    )


_LABELS = {
    "sectors": "domaines d’activité",
    "labels": "agréments, labels ou dispositifs",
    ACTIVITIES: "activités",
    "administers_id": "territoire administré",
}
