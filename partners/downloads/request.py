"""What somebody wants to take: the parameters of an address, read as strictly as those of the lists."""

import re
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from actors import index
from actors.enums import Certainty
from actors.filters import ActorFilterSet, CooperationFilterSet, StrictForm
from actors.index import Selection
from actors.models import Cooperation
from actors.network import graph
from actors.network.graph import LinkSelection
from sources.models import Letter

_CERTAINTIES = {"enonce": Certainty.STATED, "deduit": Certainty.INFERRED}
_SINCE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


class Refused(Exception):
    """The address holds what can't be: (parameter, why) of each."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(errors)
        self.errors = errors


class SinceField(forms.CharField):
    def clean(self, value) -> str:
        text = super().clean(value)
        if text and not _SINCE.fullmatch(text):
            raise forms.ValidationError("Donnez une année, un mois ou un jour : 2019, 2019-06, 2019-06-30.")
        return text


class _Options(forms.Form):
    """What no list asks: which sources, how a table is written."""

    depuis = SinceField(
        required=False, max_length=10, help_text="Attesté cette année ou ce jour-là, ou depuis."
    )
    source = forms.ModelChoiceField(
        Letter.objects.published(),
        to_field_name="slug",
        required=False,
        help_text="Ce que cette lettre atteste.",
    )
    separateur = forms.ChoiceField(
        choices=[("virgule", "Virgule"), ("point-virgule", "Point-virgule")],
        required=False,
        help_text="CSV : ce qui sépare les colonnes ; la virgule, ou le point-virgule pour Excel en français.",
    )
    bom = forms.ChoiceField(
        choices=[("oui", "Oui"), ("non", "Non")],
        required=False,
        help_text="CSV : la marque de début à laquelle Excel reconnaît les accents.",
    )


class _ActorOptions(_Options):
    certitude = forms.ChoiceField(
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
    since: str = ""
    source: Letter | None = None
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

    def linked_actor_ids(self) -> set[int]:
        """Ids of the rows of actors of these links, « depuis » and « source » aside."""
        if self.links is None:
            ends = Cooperation.objects.public().order_by().values_list("source", "target")
            return {pk for pair in ends.iterator() for pk in pair}
        network = graph.current()
        found = network.find(self.links)
        return {network.snapshot.ids[rank] for link in found for rank in (link.source, link.target)}

    @property
    def narrows_records(self) -> bool:
        """Whether only a record tells if it is asked for."""
        return bool(self.since or self.source)

    def keeps(self, record: dict) -> bool:
        """Whether a record meets « depuis » and « source »."""
        if self.source and all(each["letter"] != self.source.slug for each in record["sources"]):
            return False
        if not self.since:
            return True
        # « 2022 » is not before « 2022-06 »: as far as both are known.
        known = record["as_of"] or ""
        return bool(known) and known >= self.since[: len(known)]

    def is_certain(self, link: dict) -> bool:
        """Whether a link may be told with its actor."""
        return not self.certainty or link["certainty"] == self.certainty

    @property
    def words(self) -> list[str]:
        """What it asks, in words fit for the name of a file."""
        found = [value for _, value in self.parameters]
        found += [self.certainty] if self.certainty else []
        found += [f"depuis-{self.since}"] if self.since else []
        return [*found, *([f"source-{self.source.slug}"] if self.source else [])]


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
        raise Refused([("adresse" if name == "__all__" else name, why) for name, why in errors])
    return _made(options.cleaned_data, bound)


def _made(options: dict, bound) -> Request:
    selection = links = None
    parameters: list[tuple[str, str]] = []
    if isinstance(bound, ActorFilterSet):
        selection = bound.selection if bound.selection else None
        parameters = selection.parameters if selection else []
    elif isinstance(bound, CooperationFilterSet):
        asked = bound.selection
        links = asked if asked != LinkSelection() else None
        parameters = [(name, value) for name, values in bound.data.lists() for value in values if value]
        parameters = [pair for pair in parameters if pair[0] in bound.form.fields]
    return Request(
        selection=selection,
        links=links,
        parameters=tuple(parameters),
        since=options["depuis"],
        source=options["source"],
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
