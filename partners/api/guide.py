"""The documentation of the API as its page shows it: made from the views, so that it forgets nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django import forms
from rest_framework import serializers as drf

from actors.filters import SeveralField
from partners.api.actors import ActorListView, ActorView, PtceListView, PtceView
from partners.api.asking import NumberField, WordsField
from partners.api.base import ApiView
from partners.api.cooperations import CooperationListView, CooperationView
from partners.api.documenting import told
from partners.api.letters import LetterListView, LetterView
from partners.api.lists import FacetsView, SectorListView
from partners.api.territories import TerritoryListView, TerritoryView


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address; ``values``: (value, label) of a closed list."""

    name: str
    text: str
    several: bool
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Key:
    """One key of a record; ``of``: those of the records inside it."""

    name: str
    text: str
    kind: str
    values: tuple[tuple[str, str], ...] = ()
    of: tuple["Key", ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A list and the address of a single thing in it."""

    anchor: str
    heading: str
    text: str
    address: str
    single: str
    single_text: str
    examples: tuple[tuple[str, str], ...]
    filters: tuple[Parameter, ...]
    layout: tuple[Parameter, ...]
    keys: tuple[Key, ...]


# View of the list, of one thing, addresses below /api/v1/, what to try.
_CHAPTERS: tuple[tuple[type[ApiView], type[ApiView] | None, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        ActorListView,
        ActorView,
        "actors",
        "{id}",
        (
            ("?territoire=246200299&secteur=reemploi", "le réemploi dans l’agglomération Hénin-Carvin"),
            ("?q=ressourcerie&fields=id,name,seat", "trois clés seulement"),
            ("?tri=id&par=100", "tout parcourir, cent par cent"),
            ("?ptce=emergence-henin-carvin&format=geojson", "les acteurs liés à un PTCE, pour une carte"),
        ),
    ),
    (PtceListView, PtceView, "ptces", "{id}", (("?include=places", "avec leurs lieux"),)),
    (
        CooperationListView,
        CooperationView,
        "cooperations",
        "{id}",
        (("?certitude=enonce&etat=en-cours", "en cours, énoncées par une source"),),
    ),
    (
        TerritoryListView,
        TerritoryView,
        "territories",
        "{code}",
        (
            ("?niveau=epci&dans=62", "les intercommunalités du Pas-de-Calais"),
            ("/62427", "une commune, par son code Insee"),
        ),
    ),
    (LetterListView, LetterView, "letters", "{id}", (("?include=articles", "avec leurs articles"),)),
    (SectorListView, None, "sectors", "", ()),
    (FacetsView, None, "facets", "", (("?territoire=62", "dans le Pas-de-Calais"),)),
)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every list (no query; once for each process)."""
    return tuple(_chapter(*row) for row in _CHAPTERS)


def _chapter(listed, single, word: str, part: str, examples) -> Chapter:
    address = f"/api/v1/{word}"
    filters = listed.filterset_class.base_filters.items() if listed.filterset_class else ()
    return Chapter(
        anchor=word,
        heading=listed.summary,
        text=listed.told,
        address=address,
        single=f"{address}/{part}" if single else "",
        single_text=next(iter(single.path.values())) if single else "",
        examples=tuple((f"{address}{query}", text) for query, text in examples),
        filters=tuple(_parameter(name, each.field, told(name, each.field)) for name, each in filters),
        layout=tuple(
            _parameter(name, field, str(field.help_text)) for name, field in listed.layout_fields().items()
        ),
        keys=_keys(listed.shape()),
    )


def _parameter(name: str, field: forms.Field, text: str) -> Parameter:
    several = isinstance(field, forms.MultipleChoiceField | SeveralField)
    return Parameter(name, text, several, tuple(_values(field)))


def _values(field: forms.Field) -> Iterable[tuple[str, str]]:
    """Values of a closed list; those that the directory fills are asked from its lists."""
    if isinstance(field, forms.ModelChoiceField | NumberField | WordsField):
        return
    for value, label in getattr(field, "choices", ()):
        if isinstance(label, list | tuple):
            yield from label
        elif value:
            yield value, str(label)


_KINDS = {
    drf.IntegerField: "nombre entier",
    drf.FloatField: "nombre",
    drf.BooleanField: "vrai ou faux",
    drf.DateTimeField: "moment",
    drf.DateField: "jour",
    drf.DictField: "objet",
    drf.CharField: "texte",
    drf.ChoiceField: "code",
}


def _keys(shape: drf.Serializer, inside: tuple[type, ...] = ()) -> tuple[Key, ...]:
    """Keys of a shape; one that stands inside another is told once, where it first does."""
    found = []
    for name, field in shape.fields.items():
        several = isinstance(field, drf.ListSerializer | drf.ListField)
        one = field.child if several else field
        nested = isinstance(one, drf.Serializer)
        kind = "objet" if nested else next(text for base, text in _KINDS.items() if isinstance(one, base))
        of = _keys(one, (*inside, type(one))) if nested and type(one) not in inside and not inside else ()
        values = tuple(one.choices.items()) if isinstance(one, drf.ChoiceField) else ()
        kind = f"liste {_PLURALS[kind]}" if several else kind
        kind += " ou null" if field.allow_null else ""
        found.append(Key(name, str(field.help_text or ""), kind, values, of))
    return tuple(found)


_PLURALS = {"texte": "de textes", "code": "de codes", "objet": "d’objets", "nombre entier": "de nombres"}
