"""The counts of an answer, by parameter and value of the address."""

from collections.abc import Iterable, Mapping

from actors.enums import (
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    Sector,
    SluggedChoices,
    Sphere,
)
from actors.filters import PLURALS, ROLES, ActorFilterSet
from actors.index import Answer
from actors.index.selection import ROLE_SLUGS
from actors.models import Activity
from actors.wording import or_later
from sources.models import Letter
from territories.models import Territory

# Parameter -> facets of the index with the closed list of their values.
_CLOSED: dict[str, list[tuple[str, type[SluggedChoices]]]] = {
    "secteur": [("sector", Sector)],
    "type": [("organisation_kind", OrganisationKind), ("initiative_kind", InitiativeKind)],
    "label": [("label", Label)],
    "statut": [("legal_form", LegalForm)],
    "famille": [("sphere", Sphere)],
    "lien": [("link_kind", CooperationKind)],
    "situation": [("life_status", LifeStatus)],
}
_FLAGS = {"partenaires": "wish", "adherents": "apes_member"}
_ACTORS = {"ptce": "ptce", "avec": "linked"}
# Actors proposed to be linked with, territories: those with most actors.
_MOST = 100


def facets(answer: Answer) -> list[dict]:
    """Every facet in the order of the filters; values that nobody has are left out (4 queries at most)."""
    found: dict[str, Iterable[tuple[str, str, int]]] = {
        "nature": _members(answer.facet("nature"), Nature, PLURALS),
        "territoire": _territories(answer.facet("territory")),
        "dans": _members(answer.facet("role"), ROLES, ROLES, ROLE_SLUGS),
        "activite": _activities(answer.facet("activity")),
        "lettre": _letters(answer.facet("letter")),
        "depuis": [
            (str(year), or_later(str(year)), count) for year, count in _latest_first(answer.facet("since"))
        ],
    }
    for parameter, lists in _CLOSED.items():
        found[parameter] = [row for facet, members in lists for row in _members(answer.facet(facet), members)]
    for parameter, facet in _FLAGS.items():
        found[parameter] = [("oui", "Oui", answer.facet(facet).get(True, 0))]
    for parameter, facet in _ACTORS.items():
        found[parameter] = _actors(answer, answer.facet(facet))
    return [
        {
            "parameter": parameter,
            "label": str(declared.field.label),
            "values": [
                {"value": value, "label": label, "count": count}
                for value, label, count in found[parameter]
                if count
            ],
        }
        for parameter, declared in ActorFilterSet.base_filters.items()
        if parameter in found
    ]


def _latest_first(counts: Mapping[int, int]) -> list[tuple[int, int]]:
    return sorted(counts.items(), reverse=True)


def _members(counts: Mapping, members: Iterable, labels: Mapping | None = None, slugs: Mapping | None = None):
    return [
        (
            slugs[member] if slugs else member.slug,
            labels[member] if labels else member.label,
            counts.get(member.value, 0),
        )
        for member in members
    ]


def _most(counts: Mapping[int, int]) -> dict[int, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_MOST])


def _territories(counts: Mapping[int, int]) -> list[tuple[str, str, int]]:
    kept = _most(counts)
    rows = Territory.objects.in_bulk(list(kept))
    return [(rows[pk].slug, rows[pk].name, count) for pk, count in kept.items() if pk in rows]


def _activities(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    rows = Activity.objects.order_by("slug").values_list("slug", "name")
    return [(slug, name, counts.get(slug, 0)) for slug, name in rows]


def _letters(counts: Mapping[int, int]) -> list[tuple[str, str, int]]:
    return [(letter.slug, letter.label, counts.get(letter.pk, 0)) for letter in Letter.objects.published()]


def _actors(answer: Answer, counts: Mapping[int, int]) -> list[tuple[str, str, int]]:
    """Names from memory."""
    snapshot = answer.snapshot
    rows = []
    for pk, count in _most(counts).items():
        name, precision, slug, _ = snapshot.names[snapshot.ranks[pk]]
        rows.append((slug, f"{name}, {precision}" if precision else name, count))
    return rows
