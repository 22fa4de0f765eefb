"""What the directory holds, in numbers: for the editors, and for whoever checks the fixtures."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from actors.enums import CooperationKind, InitiativeKind, Nature, OrganisationKind
from actors.models import Actor, Citation, Cooperation
from actors.models.citation import ROW_TARGETS
from sources.models import Letter


@dataclass(frozen=True)
class Sourced:
    """How many facts of one kind there are, and how many of them say from where."""

    label: str
    total: int
    cited: int


def actors_by(column: str, choices: type) -> list[tuple[str, int]]:
    """(French label, number of published actors) in the order of the list, zeros left out (1 query)."""
    counts = dict(
        Actor.objects.published()
        .order_by()
        .values_list(column)
        .annotate(Count("pk"))
        .values_list(column, "pk__count")
    )
    return [(choice.label, counts[choice.value]) for choice in choices if counts.get(choice.value)]


def natures() -> list[tuple[str, int]]:
    return actors_by("nature", Nature)


def kinds() -> list[tuple[str, int]]:
    return actors_by("organisation_kind", OrganisationKind) + actors_by("initiative_kind", InitiativeKind)


def letters() -> list[tuple[str, int]]:
    """Published actors cited by each letter (1 query a letter)."""
    return [
        (letter.label, Actor.objects.published().cited_in(letter).count())
        for letter in Letter.objects.published()
    ]


def links() -> list[tuple[str, int]]:
    """Public links of each kind, zeros included: every kind of the list should occur (1 query)."""
    counts = dict(
        Cooperation.objects.public()
        .order_by()
        .values_list("kind")
        .annotate(Count("pk"))
        .values_list("kind", "pk__count")
    )
    return [(kind.label, counts.get(kind.value, 0)) for kind in CooperationKind]


def sourced() -> list[Sourced]:
    """Facts with and without a source: each actor as a whole, then every kind of row (2 queries each)."""
    result = []
    for target in ("actor", *ROW_TARGETS):
        model = Citation._meta.get_field(target).related_model
        cited = model.objects.order_by().filter(Exists(Citation.objects.filter(**{target: OuterRef("pk")})))
        label = str(model._meta.verbose_name_plural)
        result.append(Sourced(label, model.objects.count(), cited.count()))
    return result
