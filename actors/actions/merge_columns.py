"""What two entries say about one thing, column by column: where they differ, and which one stays if nobody chooses."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

from actors.enums import (
    CitationColumn,
    InitiativeKind,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    RegistryState,
    Sector,
    Sphere,
)
from actors.models import Actor
from territories.text import fold

KEPT, MERGED = "kept", "merged"
MOST_SECTORS = 3
# Values that say nothing is known.
_UNKNOWN = {
    "",
    Sphere.UNKNOWN,
    LegalForm.UNSPECIFIED,
    LifeStatus.UNKNOWN,
    OrganisationKind.UNSPECIFIED,
    InitiativeKind.UNSPECIFIED,
    None,
    False,
}


@dataclass(frozen=True)
class Group:
    """Columns that only make sense together, the telling one first, and what sources of theirs are filed under."""

    label: str
    columns: tuple[str, ...]
    cited: tuple[str, ...] = ()
    natures: tuple[str, ...] = tuple(Nature.values)

    @property
    def key(self) -> str:
        return self.columns[0]


_LEGAL = (Nature.ORGANISATION, Nature.PTCE)
GROUPS = (
    Group(
        "Nom",
        ("name", "precision", "name_reason", "number"),
        (CitationColumn.NAME, CitationColumn.PRECISION),
    ),
    Group("Type", ("organisation_kind",), (CitationColumn.KIND,), (Nature.ORGANISATION,)),
    Group("Type", ("initiative_kind",), (CitationColumn.KIND,), (Nature.INITIATIVE,)),
    Group("Famille", ("sphere",), (CitationColumn.SPHERE,)),
    Group("Statut juridique", ("legal_form",), (CitationColumn.LEGAL_FORM,), _LEGAL),
    Group("En une ligne", ("summary",)),
    Group("Description", ("description",), (CitationColumn.DESCRIPTION,)),
    Group("SIREN", ("siren",), natures=_LEGAL),
    Group("SIRET", ("siret",), natures=_LEGAL),
    Group("RNA", ("rna",), natures=_LEGAL),
    Group("Situation", ("life_status", "life_status_year"), (CitationColumn.LIFE_STATUS,)),
    Group("Date de création", ("founded",), (CitationColumn.FOUNDED,)),
    Group("Date de fin", ("closed",), (CitationColumn.CLOSED,)),
    Group(
        "PTCE possible", ("potential_ptce",), (CitationColumn.POTENTIAL_PTCE,), natures=(Nature.INITIATIVE,)
    ),
    Group("Territoire administré", ("administers",), (CitationColumn.ADMINISTERS,), (Nature.ORGANISATION,)),
    Group("Publication", ("publication",)),
    Group("Vérifié le", ("last_confirmed_on", "last_confirmed_by")),
)


@dataclass(frozen=True)
class Choice:
    """One thing on which two entries may differ, as both say it; '' for what one does not say."""

    key: str
    label: str
    kept: str
    merged: str
    default: str

    @property
    def differs(self) -> bool:
        return self.kept != self.merged


def choices(kept: Actor, merged: Actor) -> list[Choice]:
    """Every column that either has, in the order of the form; sectors only where both together have too many.

    Costs the citations of both and their sectors (4 queries), unless prefetched.
    """
    cited = {actor.pk: {row.column for row in actor.citations.all()} for actor in (kept, merged)}
    found = []
    for group in GROUPS:
        if kept.nature not in group.natures:
            continue
        texts = [_text(actor, group) for actor in (kept, merged)]
        if any(texts):
            found.append(Choice(group.key, group.label, *texts, _default(group, kept, merged, cited)))
    sectors = [[row.sector for row in actor.sectors.all()] for actor in (kept, merged)]
    if len({*sectors[0], *sectors[1]}) > MOST_SECTORS:
        texts = [", ".join(str(Sector(sector).label) for sector in each) for each in sectors]
        found.append(Choice("sectors", "Domaines d’activité (trois au plus)", *texts, KEPT))
    return found


def lost(kept: Actor, merged: Actor) -> list[tuple[str, str]]:
    """What the entry that goes says and the nature of the other has no place for: labels and texts.

    But for its kind, which goes with its nature.
    """
    return [
        (group.label, text)
        for group in GROUPS
        if kept.nature not in group.natures and merged.nature in group.natures and group.label != "Type"
        if (text := _text(merged, group))
    ]


def choose(kept: Actor, merged: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """Key of each group -> whose word stays: what was asked, else the default.

    Raises ValueError for a choice between other things than these two.
    """
    chosen = {}
    for choice in choices(kept, merged):
        chosen[choice.key] = asked.get(choice.key) or choice.default
        if chosen[choice.key] not in (KEPT, MERGED):
            raise ValueError(f"{choice.key}: {chosen[choice.key]!r}")
    return chosen


def apply(kept: Actor, merged: Actor, chosen: Mapping[str, str]) -> None:
    """Write the chosen columns of ``merged`` into ``kept``, unsaved."""
    sides = {KEPT: kept, MERGED: merged}
    states = [(side.registry_state, side.siren, side.siret, side.rna) for side in (kept, merged)]
    for group in GROUPS:
        if chosen.get(group.key) == MERGED:
            for column in group.columns:
                attribute = Actor._meta.get_field(column).attname
                setattr(kept, attribute, getattr(sides[MERGED], attribute))
    kept.registry_state = _registry_state(kept, states)


def _registry_state(kept: Actor, states: list[tuple[str, ...]]) -> str:
    """Verified when each number there is was verified in one of the two entries."""
    numbers = {number for number in (kept.siren, kept.siret, kept.rna) if number}
    if not numbers:
        return RegistryState.ABSENT
    verified = {number for state, *numbers in states if state == RegistryState.VERIFIED for number in numbers}
    return RegistryState.VERIFIED if numbers <= verified else RegistryState.PROPOSED


def _default(group: Group, kept: Actor, merged: Actor, cited: dict[int, set[str]]) -> str:
    mine, theirs = (getattr(actor, group.key) for actor in (kept, merged))
    if group.key == "name":
        same = fold(mine) == fold(theirs)
        return MERGED if same and merged.precision and not kept.precision else KEPT
    if group.key == "publication":
        return MERGED if merged.is_public and not kept.is_public else KEPT
    if mine in _UNKNOWN or theirs in _UNKNOWN:
        return MERGED if mine in _UNKNOWN and theirs not in _UNKNOWN else KEPT
    if group.key == "last_confirmed_on":
        return MERGED if theirs > mine else KEPT
    if group.key == "life_status" and merged.life_status_year != kept.life_status_year:
        return MERGED if merged.life_status_year > kept.life_status_year else KEPT
    sourced = [any(column in cited[actor.pk] for column in group.cited) for actor in (kept, merged)]
    return MERGED if sourced == [False, True] else KEPT


def _text(actor: Actor, group: Group) -> str:
    """A group as people read it; '' where nothing is known."""
    value = getattr(actor, group.key)
    if value in _UNKNOWN:
        return ""
    if group.key == "name":
        return actor.full_name
    if group.key == "potential_ptce":
        return "oui"
    if group.key == "life_status":
        return f"{actor.get_life_status_display()} en {actor.life_status_year}"
    if group.key == "last_confirmed_on":
        who = actor.get_last_confirmed_by_display()
        return f"{date_format(value, 'j F Y')}{f' par {who}' if who else ''}"
    display = getattr(actor, f"get_{group.key}_display", None)
    return str(display() if display else value)


def text_of(actor: Actor, key: str) -> str:
    """What an entry says under a group, as ``choices()`` tells it."""
    return _text(actor, next(group for group in GROUPS if group.key == key))
