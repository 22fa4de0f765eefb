"""What the pages of « Saisir une lettre » show: the letters with what waits, the facts of one article by actor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from actors.actions.facts import ACTIVITIES, CITATION, COLUMN, ROWS
from actors.enums import CitationColumn, CitationRole, PublicationStatus
from actors.models import Activity, Actor, ActorLabel, ActorSector, Citation
from editing.letter_models import PendingFact, PreparedEntry
from editing.letters.entering import actor_of
from editing.rights import hidden_among, readable
from sources.models import Article, Letter, Person
from territories.models import Territory

_FACES = {
    "sectors": ("domaines d’activité", dict(ActorSector._meta.get_field("sector").choices)),
    "labels": ("agréments, labels ou dispositifs", dict(ActorLabel._meta.get_field("label").choices)),
}


@dataclass(frozen=True)
class FactLine:
    """One fact as a line: what sort, what it says, how to remove it (« citation-12 », « pending-3 »)."""

    label: str
    text: str
    printed: str
    remove: str
    waits: bool = False
    # What whoever reads it over should know.
    note: str = ""


@dataclass
class ActorFacts:
    """An actor with what this article says of it."""

    actor: Actor
    role: str = ""
    lines: list[FactLine] = field(default_factory=list)

    @property
    def role_text(self) -> str:
        return CitationRole(self.role).label if self.role else "Ni présenté ni cité"


def letters_with_work() -> models.QuerySet[Letter]:
    """Every letter, those in preparation first, with ``entries_waiting`` and ``facts_waiting`` (1 query)."""
    this = models.OuterRef("pk")

    def number(rows: models.QuerySet) -> models.Subquery:
        counted = rows.order_by().annotate(number=models.Func(models.F("pk"), function="COUNT"))
        return models.Subquery(counted.values("number"))

    return (
        Letter.objects.for_list()
        .select_related("release")
        .annotate(
            entries_waiting=number(waiting_entries().filter(release__letter=this)),
            facts_waiting=number(PendingFact.objects.waiting().filter(article__letter=this)),
        )
        .order_by("state", "-latest", "slug", "pk")
    )


def waiting_entries() -> models.QuerySet[PreparedEntry]:
    """Entries made for a letter that nobody sees yet."""
    return PreparedEntry.objects.filter(
        actor__publication__in=[PublicationStatus.DRAFT, PublicationStatus.REVIEW]
    )


def state_text(actor: Actor, letter: Letter) -> str:
    """« Publié », « Prêt pour la lettre n° 75 »."""
    if actor.publication in {PublicationStatus.DRAFT, PublicationStatus.REVIEW}:
        return f"Prêt pour la lettre {letter.name}"
    return actor.get_publication_display()


def facts_of_article(article: Article, user: AbstractBaseUser) -> tuple[list[ActorFacts], list[FactLine]]:
    """What the article says, actor by actor as first named, and of territories (at most 9 queries).

    Entries the person may not read are left out.
    """
    by_actor: dict[int, ActorFacts] = {}
    of_territories: list[FactLine] = []

    def of(actor: Actor) -> ActorFacts:
        return by_actor.setdefault(actor.pk, ActorFacts(actor))

    cited = Citation.objects.filter(source__article=article).select_related(
        "actor",
        *(f"{name}__actor" for name in ROWS if name != "cooperation"),
        "place__territory",
        "area__territory",
        "figure__territory",
        "spokesperson__person",
        "cooperation__source",
        "cooperation__target",
    )
    for citation in readable(user, cited).order_by("pk"):
        actor, name = actor_of(citation), f"citation-{citation.pk}"
        if citation.actor_id and citation.role:
            of(actor).role = citation.role
            continue
        if citation.actor_id:
            label = CitationColumn(citation.column).label
            line = FactLine(label, _column_text(actor, citation.column), citation.printed, name)
        else:
            row = next(getattr(citation, each) for each in ROWS if getattr(citation, f"{each}_id"))
            line = FactLine(_label(type(row)), str(row), citation.printed, name)
        (of(actor).lines if actor else of_territories).append(line)
    waiting = rows_read(
        PendingFact.objects.waiting()
        .filter(article=article)
        .select_related("actor", "territory")
        .order_by("pk"),
        user,
    )
    for pending, line in zip(waiting, described(waiting), strict=True):
        if pending.actor is None:
            of_territories.append(line)
        elif pending.kind == CITATION:
            of(pending.actor).role = of(pending.actor).role or pending.values["role"]
            of(pending.actor).lines.append(line)
        else:
            of(pending.actor).lines.append(line)
    return list(by_actor.values()), of_territories


def rows_read(
    rows: Iterable[PendingFact | PreparedEntry], user: AbstractBaseUser
) -> list[PendingFact | PreparedEntry]:
    """Those of what waits that tell of no entry the person may not read, at the other end of a link neither (1 query)."""
    entries = [(row, _entries_of(row)) for row in rows]
    hidden = hidden_among(user, set().union(*(ids for _, ids in entries)))
    return [row for row, ids in entries if not ids & hidden]


def _entries_of(row: PendingFact | PreparedEntry) -> set[int]:
    values = row.values if isinstance(row, PendingFact) else {}
    return {row.actor_id, values.get("source_id"), values.get("target_id")} - {None}


def described(facts: Sequence[PendingFact]) -> list[FactLine]:
    """Each fact that waits, told as it will be (at most 4 queries, whatever their number).

    What they point to is asked now, never kept in words: the name of a person may have to go.
    """
    wanted: dict[type[models.Model], set] = {Territory: set(), Person: set(), Actor: set(), Activity: set()}
    names = {
        "territory_id": Territory,
        "person_id": Person,
        "source_id": Actor,
        "target_id": Actor,
        "administers_id": Territory,
    }
    for fact in facts:
        values = fact.values.get("set", fact.values)
        for name, model in names.items():
            if values.get(name):
                wanted[model].add(values[name])
        wanted[Activity].update(values.get(ACTIVITIES, ()))
    found = {
        model: model._base_manager.in_bulk(keys, **({"field_name": "slug"} if model is Activity else {}))
        if keys
        else {}
        for model, keys in wanted.items()
    }
    return [_described(fact, names, found) for fact in facts]


def _described(fact: PendingFact, names, found) -> FactLine:
    remove = f"pending-{fact.pk}"
    if fact.kind == CITATION:
        return FactLine("Article", CitationRole(fact.values["role"]).label, fact.printed, remove, True)
    if fact.kind == COLUMN:
        parts = [
            f"{column_name(name)} : {_shown(name, value, found)}"
            for name, value in fact.values["set"].items()
            if name != "registry_state"
        ]
        label = CitationColumn(fact.values["column"]).label
        return FactLine(label, " ; ".join(parts), fact.printed, remove, True)
    model = ROWS[fact.kind].model
    columns = {column.attname: column for column in model._meta.concrete_fields}
    row, gone = model(), False
    for name, value in fact.values.items():
        related = found[names[name]].get(value) if name in names and value else None
        if name in names and value:
            gone |= related is None
            if related is not None:
                setattr(row, columns[name].name, related)
        else:
            setattr(row, name, columns[name].to_python(value))
    text = "(ce dont il s’agit n’existe plus)" if gone else str(row)
    return FactLine(_label(model), text, fact.printed, remove, True)


def _label(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name)
    return name[0].upper() + name[1:]


def column_name(name: str) -> str:
    """What people call a column or list of an entry, in lower case."""
    if name == ACTIVITIES:
        return "activités"
    return _FACES[name][0] if name in _FACES else str(Actor._meta.get_field(name).verbose_name)


def column_value(name: str, value) -> str:
    """What a column says, in words (1 query for what is only a number or a slug there)."""
    found = {
        Activity: Activity.objects.in_bulk(value, field_name="slug") if name == ACTIVITIES else {},
        Territory: Territory.objects.in_bulk([value]) if name == "administers_id" and value else {},
    }
    return _shown(name, value, found)


def _shown(name: str, value, found) -> str:
    if name in _FACES:
        return ", ".join(str(_FACES[name][1][one]) for one in value)
    if name == ACTIVITIES:
        return ", ".join(str(found[Activity].get(slug, slug)) for slug in value)
    if name == "administers_id":
        return str(found[Territory].get(value, "aucun"))
    if isinstance(value, bool):
        return "oui" if value else "non"
    choices = dict(Actor._meta.get_field(name).choices or [])
    return str(choices.get(value, value)) if value not in ("", None) else "(rien)"


def _column_text(actor: Actor, column: str) -> str:
    """The columns a source supports, where they are the actor's own; lists are told on its form."""
    if column in {"sectors", "labels", "activities", "registry", "potential_ptce", "administers", "name"}:
        return "dit par cet article"
    if column == CitationColumn.KIND:
        return actor.kind_label
    if column == CitationColumn.DESCRIPTION:
        return actor.summary or actor.description
    return _shown(column, getattr(actor, column), {})


def pending_by_actor(
    facts: Sequence[PendingFact], notes: Mapping[int, str]
) -> Iterable[tuple[str, list[FactLine]]]:
    """Facts that wait, by actor or territory, by name (at most 4 queries); ``notes``: number of a fact -> what to know."""
    grouped: dict[str, list[FactLine]] = {}
    for fact, line in zip(facts, described(facts), strict=True):
        line = replace(line, note=notes.get(fact.pk, ""))
        grouped.setdefault(str(fact.actor or fact.territory), []).append(line)
    return sorted(grouped.items())
