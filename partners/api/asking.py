"""The address of a request, read strictly: the site's own filters, and what lays out the answer.

What nobody knows is an error that names it: a mistyped parameter must never pass for a complete list.
"""

import datetime
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from actors.filters import StrictForm

SIZE, MOST = 20, 100
# Larger numbers are refused unread: no list is that long.
_MOST_PAGES = 10_000_000
# Unknown parameters that one answer names.
_MOST_ERRORS = 20


class Refused(Exception):
    """The address holds what can't be: (parameter, why) of each.

    ``is_gone``: all of it names what was deleted, which is a 410 rather than a 400.
    """

    def __init__(self, errors: list[tuple[str, str]], *, is_gone: bool = False) -> None:
        super().__init__(errors)
        self.errors, self.is_gone = errors, is_gone

    @property
    def status(self) -> int:
        return 410 if self.is_gone else 400


class WordsField(forms.Field):
    """Words of a closed list, separated by commas: ``fields=id,name``; cleans to a tuple, empty without a value."""

    def __init__(self, *, words: Sequence[str], **kwargs) -> None:
        super().__init__(required=False, **kwargs)
        self.words = tuple(words)

    def to_python(self, value) -> tuple[str, ...]:
        given = [word.strip() for word in (value or "").split(",")] if value else []
        if unknown := [word for word in given if word not in self.words]:
            shown = ", ".join(f"« {_plain(word)} »" for word in unknown[:5])
            raise ValidationError(f"Inconnu : {shown}. Valeurs connues : {', '.join(self.words)}.")
        return tuple(dict.fromkeys(given))


class NumberField(forms.Field):
    """A whole number written with digits alone."""

    def __init__(self, *, most: int, initial: int, **kwargs) -> None:
        super().__init__(required=False, initial=initial, **kwargs)
        self.most = most

    def to_python(self, value) -> int:
        if not value:
            return self.initial
        plain = value.isascii() and value.isdigit() and len(value) <= len(str(self.most))
        if not plain or not 1 <= int(value) <= self.most:
            raise ValidationError(f"Donnez un nombre entier de 1 à {self.most}.")
        return int(value)


class MomentField(forms.Field):
    """A day, or a moment with its time zone (ISO 8601); cleans to an aware datetime or None.

    A day begins at midnight on the site's own clock, and so does a moment without a zone.
    """

    def to_python(self, value) -> datetime.datetime | None:
        if not value:
            return None
        # « + » in an address is a space, where a zone was meant.
        text = value.strip().replace(" ", "+")
        try:
            moment = parse_datetime(text) if "T" in text else None
            day = None if moment else parse_date(text)
        except ValueError:
            moment = day = None
        if day:
            moment = datetime.datetime.combine(day, datetime.time.min)
        if moment is None or not 1900 <= moment.year <= 9000:
            raise ValidationError(
                "Donnez un jour (2026-11-01) ou un moment (2026-11-01T08:00:00Z), depuis l’année 1900."
            )
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


@dataclass(frozen=True)
class Layout:
    """How an answer is laid out; ``after``: the identifier after which a walk goes on."""

    page: int = 1
    size: int = SIZE
    order: str = ""
    after: str | None = None
    fields: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    geojson: bool = False
    since: datetime.datetime | None = None


def layout_fields(
    *,
    keys: Sequence[str],
    parts: Sequence[str] = (),
    orders: Sequence[tuple[str, str]] = (),
    listed: bool = True,
    geojson: bool = False,
    since: bool = False,
) -> dict[str, forms.Field]:
    """The parameters of an address that are no filter; their help is what the documentation says of them."""
    fields: dict[str, forms.Field] = {}
    if listed:
        fields["page"] = NumberField(most=_MOST_PAGES, initial=1, help_text="Numéro de la page.")
        fields["par"] = NumberField(most=MOST, initial=SIZE, help_text="Nombre de réponses par page.")
    if orders:
        fields["tri"] = forms.ChoiceField(
            choices=orders,
            required=False,
            help_text="Ordre. « id » range par identifiant permanent, pour tout parcourir sans rien manquer : suivez « next ».",
        )
        fields["apres"] = forms.CharField(
            required=False,
            max_length=80,
            help_text="Identifiant après lequel reprendre le parcours (tri=id) ; « next » le donne.",
        )
    if since:
        fields["modifies_depuis"] = MomentField(
            required=False,
            help_text="Ce qui a changé depuis ce jour ou ce moment ; « deleted » dit ce qui n’y est plus.",
        )
    if keys:
        fields["fields"] = WordsField(
            words=keys, help_text="Clés voulues, séparées par des virgules ; toutes sinon."
        )
    if parts:
        fields["include"] = WordsField(
            words=parts, help_text="Rubriques à ajouter, séparées par des virgules."
        )
    formats = [("json", "JSON"), *([("geojson", "GeoJSON")] if geojson else [])]
    fields["format"] = forms.ChoiceField(choices=formats, required=False, help_text="Format de la réponse.")
    return fields


def read(query: QueryDict, fields: dict[str, forms.Field], filters=None):
    """(layout, set of filters or None) of an address. Raises :class:`Refused`.

    ``filters``: the class of a FilterSet of ``actors.filters``, which gets the parameters that lay out nothing.
    """
    layout_data, filter_data = QueryDict(mutable=True), QueryDict(mutable=True)
    for name, values in query.lists():
        (layout_data if name in fields else filter_data).setlist(name, values)
    known = [*(filters.base_filters if filters else ()), *fields]
    unknown = [name for name in filter_data if name not in known]
    errors = [(_plain(name), "Ce paramètre n’existe pas ici.") for name in unknown[:_MOST_ERRORS]]
    if errors:
        errors[0] = (errors[0][0], f"{errors[0][1]} Paramètres connus : {', '.join(known)}.")
    layout, found = _read_layout(layout_data, fields)
    errors += found
    for name in unknown:
        del filter_data[name]
    bound = _narrowed(filters, tuple(sorted(filter_data)))(filter_data) if filters else None
    is_gone = not errors and bound is not None and bound.form.is_gone
    if bound:
        errors += [(name, " ".join(messages)) for name, messages in bound.form.errors.items()]
    if errors:
        raise Refused(errors, is_gone=is_gone)
    if bound:
        bound.form.cleaned_data = _nothing_asked(filters) | bound.form.cleaned_data
    return layout, bound


@lru_cache(maxsize=256)
def _narrowed(filters, names: tuple[str, ...]):
    """The same set of filters held to those an address names.

    A form copies all its fields for each request, which with twenty-one filters costs as much as answering. A form
    in which one filter asks about another stays whole.
    """
    if filters._meta.form.clean is not StrictForm.clean:
        return filters
    own = type(filters.__name__, (filters,), {})
    own.base_filters = OrderedDict((name, filters.base_filters[name]) for name in names)
    return own


@cache
def _nothing_asked(filters) -> dict[str, object]:
    """What each filter reads when it is not in the address."""
    form = filters(QueryDict()).form
    form.full_clean()
    return form.cleaned_data


def _read_layout(data: QueryDict, fields: dict[str, forms.Field]) -> tuple[Layout, list[tuple[str, str]]]:
    read: dict[str, object] = {}
    errors = []
    for name, field in fields.items():
        if len(set(data.getlist(name))) > 1:
            errors.append((name, "Une seule valeur à la fois pour ce paramètre."))
            continue
        try:
            read[name] = field.clean(data.get(name))
        except ValidationError as error:
            errors.append((name, " ".join(error.messages)))
    if not errors and read.get("apres") and read.get("tri") not in {"", "id"}:
        errors.append(
            ("apres", "Un parcours se fait par identifiant : retirez « tri », ou donnez « tri=id ».")
        )
    if not errors and read.get("apres") and read.get("page") != 1:
        errors.append(("page", "Un parcours n’a pas de numéros de page : retirez « page » ou « apres »."))
    layout = Layout(
        page=read.get("page", 1),
        size=read.get("par", SIZE),
        order="id" if read.get("apres") else read.get("tri", ""),
        after=read.get("apres") or None,
        fields=read.get("fields", ()),
        include=read.get("include", ()),
        geojson=read.get("format") == "geojson",
        since=read.get("modifies_depuis"),
    )
    return layout, errors


def _plain(text: str) -> str:
    return text.replace("\0", "")[:40]
