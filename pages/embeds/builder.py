"""The page that makes a code: what is asked, in the fields of one kind of frame, and what comes of it."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.forms import BoundField, ChoiceField, ModelChoiceField
from django.http import QueryDict
from django.urls import reverse

from pages.embeds.codes import Codes
from pages.embeds.contract import LOOK, Asked, Kind
from pages.embeds.fates import fate_of
from pages.embeds.palette import limits
from pages.embeds.targets import HEIGHTS, Target, target_of

_WHO = ("type", "label", "statut", "famille", "adherents", "partenaires", "situation")
# Fields of each kind: those seen at once, and those behind a fold.
_FIELDS = {
    Kind.LIST: (("territoire", "q", "nature"), ("secteur", "autour", "rayon", "ptce", *_WHO)),
    Kind.MAP: (("territoire", "q", "nature"), ("secteur", "ptce", *_WHO)),
    Kind.NETWORK: (("acteur", "territoire", "ptce"), ("pas", "type", "etat", "certitude", "lettre")),
    Kind.ACTOR: ((), ()),
}
# Of the builder itself, and of the pages that lead here.
_OWN = {"forme", "adresse", "hauteur", "fiche", "page", "par"}
LOWEST, HIGHEST = 150, 4000


@dataclass(frozen=True)
class Tab:
    """A kind of frame to choose, with what of the present choice goes with it."""

    label: str
    href: str
    current: bool


class Builder:
    """What the address of the page asks; the preview and the codes where it can be understood.

    As many queries as the frame that is previewed costs, and 4 more.
    """

    def __init__(self, parameters: QueryDict, origin: str, host: str) -> None:
        self._given = parameters
        self.origin = origin
        self.pasted = parameters.get("adresse", "").strip()
        self.pasted_error = ""
        self.kind = Kind(parameters["forme"]) if parameters.get("forme") in Kind.values else Kind.LIST
        self.word = parameters.get("fiche", "").strip()
        self.parameters = _normal(parameters)
        if self.pasted:
            self._take(target_of(self.pasted, host))
        self.asked = Asked(self.kind, self.parameters)

    def _take(self, target: Target | None) -> None:
        if target is None:
            self.pasted_error = (
                "Cette adresse n’est pas celle d’une fiche, d’une liste, d’une carte, d’un réseau ou d’un territoire de "
                "l’annuaire."
            )
            return
        look = {name: self.parameters.getlist(name) for name in LOOK & self.parameters.keys()}
        self.kind, self.word, self.parameters = target.kind, target.word, target.parameters.copy()
        for name, values in look.items():
            if name not in self.parameters and (self.kind is Kind.LIST or name not in {"tri", "nombre"}):
                self.parameters.setlist(name, values)

    # -- what is asked -------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[Tab]:
        return [Tab(kind.label, self._address(kind), kind is self.kind) for kind in Kind]

    def _address(self, kind: Kind) -> str:
        alike = kind.has_selection and self.kind.has_selection
        pairs = [
            (name, value)
            for name, values in self.parameters.lists()
            for value in values
            if (alike or name in LOOK or (name == "territoire" and kind is not Kind.ACTOR))
            if kind is Kind.LIST or name not in {"tri", "nombre"}
        ]
        return f"{reverse('embed-builder')}?{urlencode([('forme', kind.value), *pairs])}"

    @property
    def main_fields(self) -> list[BoundField]:
        return self._fields(0)

    @property
    def more_fields(self) -> list[BoundField]:
        return self._fields(1)

    def _fields(self, part: int) -> list[BoundField]:
        fields = [self.asked.filters[name] for name in _FIELDS[self.kind][part]]
        for field in fields:
            # On the site these are boxes to tick, where saying nothing needs no words. Rows are not read for that.
            if isinstance(field.field, ChoiceField) and not isinstance(field.field, ModelChoiceField):
                choices = list(field.field.choices)
                if choices[0] == ("", ""):
                    field.field.choices = [("", "Indifférent"), *choices[1:]]
        return fields

    @property
    def more_open(self) -> bool:
        return any(name in self.parameters for name in (*_FIELDS[self.kind][1], "plus", "sans"))

    @property
    def look_open(self) -> bool:
        """Whether something of the look was asked, rightly or not."""
        return bool(self.height_given) or any(name in self.parameters for name in LOOK)

    @property
    def look_fields(self) -> list[BoundField]:
        return [field for field in self.asked.look if field.name not in {"couleur", "fond"}]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a pasted address asked beyond the fields of this page: it stays."""
        shown = {*_FIELDS[self.kind][0], *_FIELDS[self.kind][1], *LOOK, "plus", "sans"}
        return [
            (name, value) for name, values in self.parameters.lists() if name not in shown for value in values
        ]

    @property
    def plus(self) -> str:
        return "\n".join(self.parameters.getlist("plus"))

    @property
    def minus(self) -> str:
        return "\n".join(self.parameters.getlist("sans"))

    @property
    def limits(self) -> dict[str, str]:
        return {name: " ".join(colours) for name, colours in limits().items()}

    # -- what comes of it ----------------------------------------------------------------------------

    @cached_property
    def height(self) -> int:
        text = self._given.get("hauteur", "").strip()
        if not text:
            return HEIGHTS[self.kind]
        if text.isascii() and text.isdigit() and len(text) < 6 and LOWEST <= int(text) <= HIGHEST:
            return int(text)
        raise ValidationError(f"La hauteur est un nombre de pixels, de {LOWEST} à {HIGHEST}.")

    @cached_property
    def errors(self) -> list[str]:
        told = [*self.asked.errors]
        try:
            self.height  # noqa: B018
        except ValidationError as error:
            told += error.messages
        if self.kind is Kind.ACTOR and self.word and self.target is None:
            told.append("Aucune fiche publiée à cette adresse : choisissez un nom dans la liste proposée.")
        return told

    @property
    def height_given(self) -> str:
        return self._given.get("hauteur", "").strip()[:10]

    @cached_property
    def target(self) -> Target | None:
        """The frame; None for a card of nobody."""
        parameters = QueryDict(mutable=True)
        if not self.asked.errors:
            for name, value in (*self.asked.filter_parameters, *self.asked.look.parameters):
                parameters.appendlist(name, value)
        if self.kind is not Kind.ACTOR:
            return Target(self.kind, parameters)
        fate = fate_of(_last_part(self.word)) if self.word else None
        return Target(self.kind, parameters, fate.actor.public_id) if fate and fate.actor else None

    @cached_property
    def codes(self) -> Codes | None:
        """None where something is not understood, or nobody chosen yet."""
        if self.errors or self.target is None:
            return None
        frame = self.target.frame()
        return Codes(self.origin, self.target, frame, self.height) if frame else None


def _normal(parameters: QueryDict) -> QueryDict:
    """Without what is empty or the page's own; choices of actors as one value each, whatever was typed around them."""
    normal = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if name in _OWN:
            continue
        if name in {"plus", "sans"}:
            values = [_last_part(word) for value in values for word in re.split(r"[\s,;]+", value)]
        if values := [value for value in values if value.strip()]:
            normal.setlist(name, values)
    return normal


def _last_part(word: str) -> str:
    """The address of an actor without the site around it."""
    if "/" not in word:
        return word
    try:
        return urlsplit(word).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return word
