"""A selection told in French, as lists, feeds and mails are headed."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.formats import number_format

from actors.enums import CitationRole, Nature
from actors.index import Point, Selection
from sources.partial_date import PartialDate

NOUNS = {
    Nature.ORGANISATION: ("structure", "structures"),
    Nature.INITIATIVE: ("initiative", "initiatives"),
    Nature.PTCE: ("PTCE", "PTCE"),
}
ROLES = {
    CitationRole.SUBJECT: "Présenté dans les lettres",
    CitationRole.NAMED: "Seulement cité dans les lettres",
}


def title(selection: Selection, count: int | None = None) -> str:
    """« 28 acteurs dans l’agglomération Hénin-Carvin, domaine Arts et culture »; « acteurs dans… » without a count."""
    singular, plural = ("acteur", "acteurs")
    if len(selection.natures) == 1:
        singular, plural = NOUNS[selection.natures[0]]
    text = plural
    if count is not None:
        text = f"{number_format(count, force_grouping=True)} {plural if count > 1 else singular}"
    if selection.territory:
        text += f" {selection.territory.at_phrase}"
    if selection.near:
        text += f" à moins de {selection.radius} km {of_centre(selection)}"
    if selection.text:
        text += f" pour « {selection.text} »"
    if len(selection.natures) > 1:
        text += f", {any_of(NOUNS[nature][1] for nature in selection.natures)}"
    for words, rows in (
        (("domaine", "domaines"), selection.sectors),
        (("activité", "activités"), selection.activities),
        (("type", "types"), (*selection.organisation_kinds, *selection.initiative_kinds)),
        (("agrément, label ou dispositif",) * 2, selection.labels),
        (("statut", "statuts"), selection.legal_forms),
        (("famille", "familles"), selection.spheres),
    ):
        if rows:
            text += f", {words[len(rows) > 1]} {any_of(label(row) for row in rows)}"
    if selection.ptce:
        text += f", en lien avec {selection.ptce}"
    if selection.linked:
        text += f", en lien avec {selection.linked}"
    if selection.link_kinds:
        text += f", type de lien {any_of(kind.label for kind in selection.link_kinds)}"
    text += ", cherchant des partenaires" if selection.wish else ""
    text += ", adhérents de l’Apes" if selection.apes_member else ""
    if selection.life_statuses:
        text += f", {any_of(lower(status.label) for status in selection.life_statuses)}"
    if selection.role:
        text += f", {lower(ROLES[selection.role])}"
    for letter in selection.letters:
        text += f", {lower(letter.label)}"
    if selection.since:
        text += f", informations de {or_later(selection.since)}"
    return text


@lru_cache(maxsize=512)
def or_later(date: str) -> str:
    """« 2020 ou après », « juin 2020 ou après », « 30 juin 2020 ou après »."""
    return f"{PartialDate.parse(date)} ou après"


def of_centre(selection: Selection) -> str:
    """« de Carvin », « de votre position »."""
    return "de votre position" if isinstance(selection.near, Point) else selection.near.of_phrase


def any_of(labels: Iterable[str]) -> str:
    *first, last = labels
    return f"{', '.join(first)} ou {last}" if first else last


def label(row) -> str:
    return getattr(row, "label", None) or row.name


def lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
