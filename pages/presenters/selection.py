"""A selection told in French: title of its list, each of its criteria, and its address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from actors.index import Answer, Order, Selection
from actors.models import Actor
from actors.wording import NOUNS, ROLES, any_of, of_centre, or_later
from actors.wording import label as name_of
from pages.pagination import SIZE
from territories.addresses import page_address

ORDERS = {
    Order.RELEVANCE: "Pertinence",
    Order.NAME: "Nom",
    Order.COMMUNE: "Commune",
    Order.DISTANCE: "Distance (à vol d’oiseau)",
    Order.FRESHEST: "Information la plus récente",
}


@dataclass(frozen=True)
class Layout:
    """How a list is asked to be laid out: its order (None: its own), actors a page, and on which page."""

    order: Order | None = None
    size: int = SIZE
    # Name of the page's address: the list, or the map with the same list beside it.
    route: str = "actor-list"

    @cached_property
    def base(self) -> str:
        """Address of the page without anything asked."""
        return page_address(self.route)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        pairs = [("tri", self.order.value)] if self.order else []
        return pairs + ([("par", str(self.size))] if self.size != SIZE else [])

    def address(self, selection: Selection) -> str:
        """Address of the list of ``selection``, laid out so."""
        return self.joined(selection.parameters)

    def joined(self, selected: list[tuple[str, str]]) -> str:
        """The same from the parameters of a selection."""
        parameters = urlencode([*selected, *self.parameters])
        return f"{self.base}{'?' if parameters else ''}{parameters}"


@dataclass(frozen=True)
class Criterion:
    """One criterion of a selection: what it says, the list without it, the actors there would be.

    ``count`` is None where it was not asked.
    """

    label: str
    href: str
    count: int | None = None


def criteria(selection: Selection, layout: Layout) -> list[Criterion]:
    """Each value in use, to be taken away one by one, in the order of the filters.

    1 query where single actors were added or taken away.
    """
    pieces = [*_pieces(selection), *_single_actors(selection)]
    return [Criterion(piece.label, layout.address(piece.rest)) for piece in pieces]


def emptying(answer: Answer, layout: Layout) -> list[Criterion]:
    """Each filter whose absence would bring somebody to an empty list, with how many (no query)."""
    labels: dict[tuple[str, ...], list[str]] = {}
    for piece in _pieces(answer.selection):
        if piece.fields != ("acting",):  # it never takes anybody away
            labels.setdefault(piece.fields, []).append(piece.label)
    if answer.selection.minus:
        labels[("minus",)] = ["Acteurs retirés"]
    return [
        Criterion(any_of(told), layout.address(answer.selection.without(*fields)), count)
        for fields, told in labels.items()
        if (count := answer.count_without(*fields))
    ]


@dataclass(frozen=True)
class _Piece:
    """One value of a selection: the fields it fills, what it says, the selection without it."""

    fields: tuple[str, ...]
    label: str
    rest: Selection


def _pieces(selection: Selection) -> Iterable[_Piece]:
    """Every value but single actors, in the order of the filters."""

    def whole(field: str, label: str) -> Iterable[_Piece]:
        if getattr(selection, field):
            yield _Piece((field,), label, selection.without(field))

    def each(field: str, label=name_of, fields: tuple[str, ...] = ()) -> Iterable[_Piece]:
        rows = getattr(selection, field)
        for row in rows:
            rest = tuple(other for other in rows if other != row)
            yield _Piece(fields or (field,), label(row), replace(selection, **{field: rest}))

    kinds = ("organisation_kinds", "initiative_kinds")
    yield from whole("text", f"« {selection.text} »")
    yield from each("natures", lambda nature: NOUNS[nature][1][0].upper() + NOUNS[nature][1][1:])
    yield from whole("territory", str(selection.territory))
    yield from whole("acting", "Implantés ou intervenant ici")
    if selection.near:
        yield from whole("near", f"À moins de {selection.radius} km {of_centre(selection)}")
    yield from each("sectors")
    yield from each("activities")
    yield from each("organisation_kinds", fields=kinds)
    yield from each("initiative_kinds", fields=kinds)
    yield from each("labels")
    yield from each("legal_forms", lambda form: f"Statut : {form.label}")
    yield from each("spheres")
    yield from whole("ptce", str(selection.ptce))
    yield from whole("linked", f"Lien avec {selection.linked}")
    yield from each("link_kinds", lambda kind: f"Type de lien : {kind.label}")
    yield from whole("wish", "Cherche des partenaires")
    yield from whole("apes_member", "Adhérents de l’Apes")
    yield from each("life_statuses")
    yield from whole("role", ROLES.get(selection.role, ""))
    yield from each("letters")
    if selection.since:
        yield from whole("since", f"Dernière information : {or_later(selection.since)}")


def _single_actors(selection: Selection) -> Iterable[_Piece]:
    """Actors added and taken away, by name (1 query, none without)."""
    ids = (*selection.plus, *selection.minus)
    if not ids:
        return
    rows = Actor.objects.published().filter(public_id__in=ids)
    names = {row.public_id: row.full_name for row in rows}
    for field, label in (("plus", "Ajouté : {}"), ("minus", "Retiré : {}")):
        for public_id in getattr(selection, field):
            rest = tuple(other for other in getattr(selection, field) if other != public_id)
            # Of an actor that is gone, the id is all there is.
            told = label.format(names.get(public_id, public_id))
            yield _Piece((field,), told, replace(selection, **{field: rest}))
