"""The element of other people's pages knows the parameters of frames."""

import re

import pytest
from django import forms
from django.conf import settings
from django.http import QueryDict

from actors.filters import ActorFilterSet, CooperationFilterSet
from actors.filters.fields import SeveralField
from pages.embeds.contract import Kind, LookForm

SCRIPT = (settings.BASE_DIR / "static/integration/annuaire-ess.js").read_text(encoding="utf-8")


def fields(kind: Kind) -> dict[str, forms.Field]:
    """All parameters of a frame of this kind."""
    filters = {Kind.LIST: ActorFilterSet, Kind.MAP: ActorFilterSet, Kind.NETWORK: CooperationFilterSet}
    of_list = filters[kind](QueryDict()).form.fields if kind in filters else {}
    return {**of_list, **LookForm(QueryDict(), kind).fields}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_every_parameter_is_an_attribute_that_is_sent(kind):
    of_html = set("".join(re.findall(r'"([a-z ]+)"', SCRIPT.split("OF_HTML")[1].split(".split")[0])).split())
    assert {"translate", "nonce", "width"} <= of_html
    for name in fields(kind):
        assert re.fullmatch(r"(?!on)[a-z]+", name), name
        assert name not in of_html


@pytest.mark.django_db
def test_it_parts_the_values_of_those_that_take_several():
    listed = set(re.findall(r'"([a-z]+)"', SCRIPT.split("SEVERAL = [")[1].split("]")[0]))
    several = {
        name
        for kind in Kind
        for name, field in fields(kind).items()
        if isinstance(field, forms.MultipleChoiceField | SeveralField)
    }
    assert listed == several
