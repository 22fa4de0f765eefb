"""The check constraints asked in Python answer as the database does."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from actors.enums import (
    InitiativeKind,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    RegistryState,
    Sphere,
)
from actors.models import Actor, ContactPoint, Place
from editing.exchange.rules import broken_rules

pytestmark = pytest.mark.django_db


ACTOR = {
    "nature": [Nature.ORGANISATION, *Nature.values, "x"],
    "name": ["Un nom", ""],
    "slug": ["un-nom", "", "imprimer"],
    "organisation_kind": [OrganisationKind.CULTURE, "", "x"],
    "initiative_kind": ["", InitiativeKind.PLACE],
    "legal_form": [LegalForm.SCIC, ""],
    "sphere": [Sphere.ESS, "x"],
    "siren": ["", "732829320"],
    "siret": ["", "73282932000074", "55200155400012"],
    "registry_state": RegistryState.values,
    "life_status": [LifeStatus.UNKNOWN, LifeStatus.ACTIVE],
    "life_status_year": [None, 2022],
    "potential_ptce": [False, True],
}
PLACE = {
    "role": ["seat", "x"],
    "address": ["1 rue Haute", ""],
    "postal_code": ["62710", "", "6271", "6271x"],
    "latitude": [None, 50.4, 95],
    "longitude": [None, 2.9],
}


def some(model, columns):
    """Rows of which a few columns are not as they should be, the same each time."""
    source = random.Random(6)
    for _ in range(150):
        yield model(
            **{
                name: source.choice(values) if source.random() < 0.3 else values[0]
                for name, values in columns.items()
            }
        )


def broken_in_the_database(row):
    found = []
    for constraint in row._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                found += error.messages
    return found


@pytest.mark.parametrize(("model", "columns", "rules"), [(Actor, ACTOR, 8), (Place, PLACE, 3)])
def test_both_find_the_same_rules_broken(model, columns, rules):
    rows = list(some(model, columns))
    told = [broken_rules(row) for row in rows]
    assert told == [broken_in_the_database(row) for row in rows]
    assert [] in told
    assert len({message for messages in told for message in messages}) >= rules


def test_every_rule_of_what_an_import_writes_is_understood():
    for model in (Actor, Place, ContactPoint):
        broken_rules(model())
