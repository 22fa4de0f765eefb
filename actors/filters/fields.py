"""What one parameter of an address may be, read and checked, and the filter of each kind."""

import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from actors.filters.meant import meant_by
from actors.index.door import nearest_territories
from actors.index.selection import Point
from actors.models import Actor, Address, PublicId
from sources.partial_date import PartialDate
from territories.known import territory_named
from territories.models import Territory
from territories.text import fold

_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d{1,6})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,6})?)\s*")


class Shared:
    """A field that holds nothing of a request: all forms have the one of their class, where Django copies each field for
    each form, which is half of what reading an address costs. Nobody may write to it.
    """

    def __deepcopy__(self, memo: dict):
        return self


class TextField(Shared, forms.CharField):
    """Some words."""


class ChecksField(Shared, forms.MultipleChoiceField):
    """Boxes to tick, read as members of a closed list."""

    widget = forms.CheckboxSelectMultiple


class TerritoryField(Shared, forms.CharField):
    """A territory by code, slug or exact name; cleans to a :class:`Territory` or None (2 queries at most, 5 for an error)."""

    def clean(self, value) -> Territory | None:
        text = super().clean(value)
        if not text:
            return None
        if found := territory_named(text):
            return found
        named = list(Territory.objects.named(text)[:6])
        if len(named) == 1:
            return named[0]
        if named:
            raise ValidationError(
                f"Plusieurs territoires portent ce nom : {_choices(named)}.", code="ambiguous"
            )
        if like := list(Territory.objects.search(text)[:5]) or nearest_territories(text):
            raise ValidationError(
                f"Aucun territoire ne porte ce nom ou ce code. Peut-être : {_choices(like)}.", code="unknown"
            )
        raise ValidationError(
            "Aucun territoire ne porte ce nom ou ce code. Un code postal se cherche dans la page Territoires.",
            code="unknown",
        )


def _choices(territories: list[Territory]) -> str:
    """« Rivière, commune (« riviere-62 ») ; … »: what to type instead."""
    return " ; ".join(
        f"{each.name}, {each.get_kind_display().lower()} (« {each.slug} »)" for each in territories
    )


class SinceField(Shared, forms.CharField):
    """A year, a month or a day, « 2020 », « 2020-06 », « 2020-06-30 »; cleans to that text."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=10, **kwargs)

    def clean(self, value) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            date = PartialDate.parse(text) if text.isascii() else None
        except ValueError:
            date = None
        if date is None or date.about or date.before:
            raise ValidationError(
                "Donnez une année, un mois ou un jour : 2020, 2020-06, 2020-06-30.", code="since"
            )
        return text


class SlugField(Shared, forms.ModelChoiceField):
    """A row chosen by its slug (1 query for the choices, 1 for the value)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, to_field_name="slug", **kwargs)

    def to_python(self, value):
        # PostgreSQL refuses these with an error of its own, before any row is compared.
        ProhibitNullCharactersValidator()(value or "")
        return super().to_python(value)


class ActorSlugField(SlugField):
    """One actor of a closed list, by any address it ever had (1 query for the choices, 1 for the value, 4 for an old one)."""

    def to_python(self, value) -> Actor | None:
        try:
            return super().to_python(value)
        except ValidationError:
            actor = meant_by(value, self.queryset)
            if actor is None:
                raise
        return actor


class LinkedActorField(Shared, forms.CharField):
    """A published actor by any address it ever had; cleans to it or None (1 query, 4 for an old one)."""

    def clean(self, value) -> Actor | None:
        slug = super().clean(value)
        if not slug:
            return None
        rows = Actor.objects.published()
        actor = rows.filter(slug=slug).first() or meant_by(slug, rows)
        if actor is None:
            raise ValidationError("Aucun acteur publié n’a cette adresse.", code="unknown")
        return actor


class SeveralField(forms.Field):
    """Several values of one parameter, each given once: ``?plus=a&plus=b``.

    At most ``most`` of them: an address of thousands is no selection anybody made.
    """

    widget = forms.SelectMultiple
    most = 500
    longest = 120
    too_many = "Pas plus de %(most)d valeurs à la fois pour ce filtre."

    def clean(self, value) -> tuple:
        given = list(dict.fromkeys(each.strip() for each in value or [] if each.strip()))
        if len(given) > self.most:
            raise ValidationError(self.too_many, code="too_many", params={"most": self.most})
        if any("\0" in each or len(each) > self.longest for each in given):
            raise ValidationError("Une de ces valeurs n’existe pas.", code="unknown")
        return self.read(given)

    def read(self, given: list[str]) -> tuple:
        raise NotImplementedError

    @staticmethod
    def refuse(unknown: list[str]) -> None:
        if unknown:
            shown = ", ".join(f"« {each[:40]} »" for each in unknown[:5])
            raise ValidationError(f"Inconnu dans cette liste : {shown}.", code="unknown")


class RowsField(Shared, SeveralField):
    """Rows by their slugs (1 query, none without a value)."""

    def __init__(self, *, queryset, **kwargs):
        self.queryset = queryset
        super().__init__(**kwargs)

    def read(self, given: list[str]) -> tuple:
        if not given:
            return ()
        rows = {row.slug: row for row in self.queryset.filter(slug__in=given)}
        self.refuse([slug for slug in given if slug not in rows])
        return tuple(rows[slug] for slug in given)


class PublicIdsField(Shared, SeveralField):
    """Single actors by permanent id, or by any address they ever had; cleans to ids.

    An id or address of an actor that was merged stands for the one it was merged with; those whose
    actor was deleted are passed over (1 query, 1 more with addresses and 1 for each merger in a row,
    none without a value).
    """

    def read(self, given: list[str]) -> tuple:
        if not given:
            return ()
        merged = dict(PublicId.objects.filter(value__in=given).values_list("value", "merged_into"))
        ids = {value: value for value in merged}
        if others := [each for each in given if each not in ids]:
            addresses = Address.objects.filter(slug__in=others)
            for slug, value, into in addresses.values_list("slug", "public_id", "public_id__merged_into"):
                ids[slug], merged[value] = value, into
            self.refuse([each for each in others if each not in ids])
        while unknown := {into for into in merged.values() if into and into not in merged}:
            merged |= dict(PublicId.objects.filter(value__in=unknown).values_list("value", "merged_into"))
        return tuple(dict.fromkeys(_last(merged, ids[each]) for each in given))


def _last(merged: dict[str, str | None], value: str) -> str:
    """Where a chain of mergers ends."""
    while into := merged[value]:
        value = into
    return value


class AroundField(Shared, forms.CharField):
    """A commune, as :class:`TerritoryField` reads it, or a point « 50.42,2.95 »."""

    def clean(self, value) -> Territory | Point | None:
        text = super().clean(value)
        if not text:
            return None
        if match := _POINT.fullmatch(text):
            point = Point(float(match[1]), float(match[2]))
            if abs(point.latitude) > 90 or abs(point.longitude) > 180:
                raise ValidationError("Ce point n’est pas sur la Terre.", code="point")
            return point
        territory = TerritoryField(max_length=self.max_length).clean(text)
        if not territory.is_commune_or_part:
            raise ValidationError(
                f"« {territory.name} » n’est pas une commune. Pour chercher dans tout ce territoire, prenez "
                "le filtre « Territoire ».",
                code="too_wide",
            )
        if territory.latitude is None:
            raise ValidationError(f"Nous ne savons pas où placer {territory.name}.", code="no_point")
        return territory


class SharedChoiceField(Shared, forms.ChoiceField):
    """Django's own, the same for all forms."""


class ChoiceField(SharedChoiceField):
    """One member of a short list, or nothing."""

    def __init__(self, *, choices, empty_label="", **kwargs):
        super().__init__(choices=[("", empty_label), *choices], **kwargs)


class ActorField(Shared, forms.CharField):
    """A published actor by any address or name of it; cleans to an :class:`Actor` or None (1 query, 5 for an error)."""

    def clean(self, value) -> Actor | None:
        text = super().clean(value)
        return named_actor(text) if text else None


def named_actor(text: str) -> Actor:
    """The published actor so called, or that had this address; raises ValidationError, which proposes others (1 query, 5
    for an error)."""
    called = Actor.objects.published().called(text)
    if len(called) == 1:
        return called[0]
    if not called and (found := meant_by(text, Actor.objects.published())):
        return found
    shown = text[:60]
    if called:
        raise ValidationError(
            f"Plusieurs acteurs s’appellent « {shown} » : {_named(called)}.", code="ambiguous"
        )
    like = list(Actor.objects.published().search(text).named_first(text)[:4]) if fold(text) else []
    hint = f" Peut-être : {_named(like)}." if like else ""
    raise ValidationError(f"Aucun acteur ne s’appelle « {shown} ».{hint}", code="unknown")


def _named(actors: list[Actor]) -> str:
    """« Garage solidaire, Courrières (« garage-solidaire ») ; … »: what to type instead."""
    return " ; ".join(f"{actor.full_name} (« {actor.slug} »)" for actor in actors)


def _filter(field: type[forms.Field]) -> type[django_filters.Filter]:
    return type(f"{field.__name__}Filter", (django_filters.Filter,), {"field_class": field})


TextFilter = _filter(TextField)
ChecksFilter = _filter(ChecksField)
ChoiceFilter = _filter(ChoiceField)
TerritoryFilter = _filter(TerritoryField)
AroundFilter = _filter(AroundField)
SlugFilter = _filter(SlugField)
ActorSlugFilter = _filter(ActorSlugField)
LinkedActorFilter = _filter(LinkedActorField)
RowsFilter = _filter(RowsField)
PublicIdsFilter = _filter(PublicIdsField)
ActorFilter = _filter(ActorField)
SinceFilter = _filter(SinceField)


def suggesting(kinds: str) -> forms.TextInput:
    """A field that proposes these kinds of things while one types (``static/js/suggestions.js``)."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-suggest": kinds, "data-takes": "slug"})


def members(choices, slugs) -> tuple:
    """Those of a closed list that these slugs name, in the order of the list."""
    return tuple(member for member in choices if member.slug in slugs) if slugs else ()
