"""What somebody wants to take: the parameters of an address, read as strictly as those of the lists."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from pyroaring import BitMap

from actors import index
from actors.enums import Certainty
from actors.filters import ActorFilterSet, CooperationFilterSet, StrictForm
from actors.index import Selection
from actors.models import Cooperation
from actors.network import graph
from actors.network.graph import LinkSelection

_CERTAINTIES = {"enonce": Certainty.STATED, "deduit": Certainty.INFERRED}


class Refused(Exception):
    """The address holds what can't be: (parameter, why) of each.

    ``labels``: what the site calls a parameter; ``understood``: the query part of the address without the errors;
    ``status``: 410 where all of it names what was deleted, 400 else.
    """

    def __init__(
        self, errors: list[tuple[str, str]], labels: dict[str, str], understood: str, status: int
    ) -> None:
        super().__init__(errors)
        self.errors, self.labels, self.understood, self.status = errors, labels, understood, status


class _Options(forms.Form):
    """What no list asks: how a table is written."""

    separateur = forms.ChoiceField(
        label="Séparateur",
        choices=[("virgule", "Virgule"), ("point-virgule", "Point-virgule")],
        required=False,
        help_text="CSV : ce qui sépare les colonnes ; la virgule, ou le point-virgule pour Excel en français.",
    )
    bom = forms.ChoiceField(
        label="Marque des accents",
        choices=[("oui", "Oui"), ("non", "Non")],
        required=False,
        help_text="CSV : la marque de début à laquelle Excel reconnaît les accents.",
    )


class _ActorOptions(_Options):
    certitude = forms.ChoiceField(
        label="Certitude",
        choices=[("enonce", "Énoncés"), ("deduit", "Déduits")],
        required=False,
        help_text="JSON Lines, Turtle, JSON-LD : les liens que ces fichiers disent de chaque acteur.",
    )


@dataclass(frozen=True)
class Request:
    """``selection`` and ``links``: None for everything there is, those that have ceased included."""

    selection: Selection | None = None
    links: LinkSelection | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    certainty: Certainty | None = None
    separator: str = ","
    mark: bool = False

    def actor_ids(self) -> list[int] | None:
        """Ids of rows by permanent id; None for all."""
        if not self.selection:
            return None
        answer = index.ask(self.selection)
        return [pk for _, pk in answer.walk(None, answer.count)]

    def cooperation_ids(self) -> list[int] | None:
        if self.links is None:
            return None
        return sorted(link.pk for link in graph.current().find(self.links))

    def linked_actor_ids(self) -> BitMap:
        """Ids of the rows of actors of these links: of 200,000 a set would be 16 MB."""
        if self.links is None:
            ends = Cooperation.objects.public().order_by().values_list("source", "target")
            return BitMap(pk for pair in ends.iterator() for pk in pair)
        network = graph.current()
        found = network.find(self.links)
        return BitMap(network.snapshot.ids[rank] for link in found for rank in (link.source, link.target))

    def is_certain(self, link: dict) -> bool:
        """Whether a link may be told with its actor."""
        return not self.certainty or link["certainty"] == self.certainty

    @property
    def told_links(self) -> list[tuple[str, str]]:
        """The same as a parameter of an address."""
        return [("certitude", slug) for slug, value in _CERTAINTIES.items() if value == self.certainty]

    @property
    def words(self) -> list[str]:
        """What it asks, in words fit for the name of a file."""
        plain = {"depuis", "lettre"}
        found = [f"{name}-{value}" if name in plain else value for name, value in self.parameters]
        return [*found, *([self.certainty] if self.certainty else [])]


def read(query: QueryDict, dataset: str) -> Request:
    """What an address asks of a dataset. Raises :class:`Refused`."""
    filters = {
        "acteurs": ActorFilterSet,
        "cooperations": CooperationFilterSet,
        "reseau-acteurs": CooperationFilterSet,
    }
    filterset = filters.get(dataset)
    options = (_ActorOptions if filterset is ActorFilterSet else _Options)(query)
    names = set(options.fields)
    asked = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in names:
            asked.setlist(name, values)
    bound = filterset(asked) if filterset else _Plain(asked)
    errors = [(name, "Une seule valeur à la fois.") for name in names if len(set(query.getlist(name))) > 1]
    for form in (options, bound.form):
        errors += [(name, " ".join(messages)) for name, messages in form.errors.items()]
    if errors:
        raise _refused(errors, bound.form, options, asked)
    return _made(options.cleaned_data, bound)


def _refused(
    errors: list[tuple[str, str]], form: StrictForm, options: forms.Form, asked: QueryDict
) -> Refused:
    wrong = {name for name, _ in errors}
    kept = QueryDict(mutable=True)
    for name, values in asked.lists():
        if name in form.fields and name not in wrong:
            kept.setlist(name, values)
    labels = {name: str(field.label) for name, field in (form.fields | options.fields).items()}
    told = [("adresse" if name == "__all__" else name, why) for name, why in errors]
    is_gone = len(errors) == len(form.errors) and form.is_gone
    return Refused(told, labels, kept.urlencode(), 410 if is_gone else 400)


def _made(options: dict, bound) -> Request:
    selection = links = None
    parameters: list[tuple[str, str]] = []
    if isinstance(bound, ActorFilterSet):
        selection = bound.selection if bound.selection else None
        parameters = selection.parameters if selection else []
    elif isinstance(bound, CooperationFilterSet):
        asked = bound.selection
        links = asked if asked != LinkSelection() else None
        data = bound.form.data
        # « source » stands there as « lettre » as well.
        names = [name for name in bound.form.fields if name != "source"]
        parameters = [(name, value) for name in names for value in data.getlist(name) if value]
    return Request(
        selection=selection,
        links=links,
        parameters=tuple(parameters),
        certainty=_CERTAINTIES.get(options.get("certitude", "")),
        separator=";" if options["separateur"] == "point-virgule" else ",",
        # Excel of French offices, which wants the semicolon, wants the mark as well.
        mark=options["bom"] == "oui"
        or (options["separateur"] == "point-virgule" and options["bom"] != "non"),
    )


class _Plain:
    """A set of filters without any: territories and letters come whole."""

    def __init__(self, data: QueryDict) -> None:
        self.form = StrictForm(data)
