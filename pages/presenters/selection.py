"""A selection told in French: title of its list, and each of its criteria."""

from dataclasses import dataclass, replace

from django.utils.formats import number_format

from actors import index
from actors.enums import Nature
from actors.index import Selection

_NOUNS = {
    Nature.ORGANISATION: ("structure", "structures"),
    Nature.INITIATIVE: ("initiative", "initiatives"),
    Nature.PTCE: ("PTCE", "PTCE"),
}


def title(selection: Selection, count: int) -> str:
    """« 28 acteurs dans l’agglomération Hénin-Carvin, domaine Arts et culture »."""
    singular, plural = ("acteur", "acteurs")
    if len(selection.natures) == 1:
        singular, plural = _NOUNS[selection.natures[0]]
    text = f"{number_format(count, force_grouping=True)} {plural if count > 1 else singular}"
    if selection.territory:
        text += f" {selection.territory.at_phrase}"
    if selection.text:
        text += f" pour « {selection.text} »"
    if len(selection.natures) > 1:
        text += f", {_any(_NOUNS[nature][1] for nature in selection.natures)}"
    if selection.sectors:
        word = "domaines" if len(selection.sectors) > 1 else "domaine"
        text += f", {word} {_any(sector.label for sector in selection.sectors)}"
    if kinds := (*selection.organisation_kinds, *selection.initiative_kinds):
        text += f", {'types' if len(kinds) > 1 else 'type'} {_any(kind.label for kind in kinds)}"
    if selection.ptce:
        text += f", en lien avec {selection.ptce}"
    for letter in selection.letters:
        text += f", {letter.label[0].lower()}{letter.label[1:]}"
    return text


def _any(labels) -> str:
    *first, last = labels
    return f"{', '.join(first)} ou {last}" if first else last


@dataclass(frozen=True)
class Criterion:
    """One criterion of a selection: what it says, and the selection without it.

    ``count``: actors there would be without it, where that was asked.
    """

    label: str
    rest: Selection
    count: int | None = None


def counted_criteria(selection: Selection) -> list[Criterion]:
    """Each criterion in use, with the number of actors without it (1 query each, 7 at most)."""
    return [replace(each, count=index.count(each.rest)) for each in criteria(selection)]


def criteria(selection: Selection) -> list[Criterion]:
    """Each criterion in use, in the order of the filters (no query)."""
    found = []
    if selection.text:
        found.append(Criterion(f"« {selection.text} »", selection.without("text")))
    if selection.natures:
        label = _any(_NOUNS[nature][1] for nature in selection.natures)
        found.append(Criterion(label[0].upper() + label[1:], selection.without("natures")))
    if selection.territory:
        found.append(Criterion(selection.territory.name, selection.without("territory")))
    if selection.sectors:
        label = _any(sector.label for sector in selection.sectors)
        found.append(Criterion(label, selection.without("sectors")))
    if kinds := (*selection.organisation_kinds, *selection.initiative_kinds):
        rest = selection.without("organisation_kinds", "initiative_kinds")
        found.append(Criterion(_any(kind.label for kind in kinds), rest))
    if selection.ptce:
        found.append(Criterion(str(selection.ptce), selection.without("ptce")))
    for letter in selection.letters:
        rest = replace(selection, letters=tuple(each for each in selection.letters if each != letter))
        found.append(Criterion(letter.label, rest))
    return found
