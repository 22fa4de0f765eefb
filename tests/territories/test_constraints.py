"""Each named constraint of the territories, broken once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from territories.models import (
    Adjacency,
    Change,
    Containment,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
)
from tests.factories import building
from tests.factories.territories import (
    make_adjacency,
    make_containment,
    make_name,
    make_succession,
    make_territory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lens():
    return make_territory(code="62498", name="Lens", postal_codes=("62300",))


@pytest.fixture
def carvin():
    return make_territory(code="62215", name="Carvin")


def refused(row, message):
    """The constraint says why in French, and the database refuses the row."""
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert error.value.messages == [message]
    with building(), pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def unsaved(**values):
    base = {
        "kind": "commune",
        "code": "62001",
        "slug": "ici",
        "name": "Ici",
        "of_phrase": "d’ici",
        "at_phrase": "ici",
    }
    return Territory(**base | values)


def test_territory_kind_code_unique(lens):
    refused(unsaved(code="62498"), "Un territoire de ce niveau porte déjà ce code.")
    # A department may share a region's code.
    make_territory("region", "62498", "Autre niveau")


def test_territory_slug_unique(lens):
    with building(), pytest.raises(IntegrityError), transaction.atomic():
        unsaved(slug="lens").save()


def test_territory_kind_in_list():
    refused(unsaved(kind="canton"), "Le niveau d’un territoire est dans la liste prévue.")


@pytest.mark.parametrize("values", [{"population": 10}, {"population_year": 2023}])
def test_territory_population_with_year(values):
    refused(unsaved(**values), "La population va avec son année.")


@pytest.mark.parametrize("values", [{"latitude": 50.0}, {"longitude": 2.0}, {"latitude": 91, "longitude": 2}])
def test_territory_point_whole(values):
    refused(unsaved(**values), "Un point a une latitude et une longitude, en degrés.")


def test_territory_not_its_own_parent(lens):
    lens.parent = lens
    refused(lens, "Un territoire n’est pas rattaché à lui-même.")


def test_territoryname_unique(lens):
    refused(TerritoryName(territory=lens, name="Lens", kind="former"), "Ce territoire porte déjà ce nom.")


def test_territoryname_kind_in_list(lens):
    refused(
        TerritoryName(territory=lens, name="Lenz", kind="nickname"),
        "La sorte d’un nom est dans la liste prévue.",
    )


def test_postalcode_unique(lens):
    refused(PostalCode(territory=lens, code="62300"), "Ce territoire a déjà ce code postal.")


@pytest.mark.parametrize("code", ["6230", "6230A", ""])
def test_postalcode_five_digits(lens, code):
    refused(PostalCode(territory=lens, code=code), "Un code postal a cinq chiffres.")


def test_containment_unique(lens, carvin):
    make_containment(lens, carvin)
    refused(Containment(container=lens, member=carvin, whole=False), "Cette inclusion est déjà enregistrée.")


def test_containment_not_itself(lens):
    refused(Containment(container=lens, member=lens), "Un territoire ne se contient pas lui-même.")


def test_succession_unique(lens, carvin):
    make_succession(lens, carvin)
    refused(
        Succession(predecessor=lens, successor=carvin, kind="split"), "Cette succession est déjà enregistrée."
    )


def test_succession_not_itself(lens):
    refused(
        Succession(predecessor=lens, successor=lens, kind="merger"),
        "Un territoire ne succède pas à lui-même.",
    )


def test_succession_kind_in_list(lens, carvin):
    refused(
        Succession(predecessor=lens, successor=carvin, kind="magic"),
        "La sorte d’une succession est dans la liste prévue.",
    )


def test_adjacency_unique(lens, carvin):
    first, second = sorted([lens, carvin], key=lambda territory: territory.pk)
    make_adjacency(lens, carvin)
    refused(Adjacency(first=first, second=second), "Ce voisinage est déjà enregistré.")


def test_adjacency_ordered(lens, carvin):
    first, second = sorted([lens, carvin], key=lambda territory: territory.pk)
    refused(
        Adjacency(first=second, second=first),
        "Un voisinage se range du plus petit identifiant au plus grand.",
    )


def test_change_fate_in_list():
    refused(
        Change(subject="all", what="Essai", fate="eaten"),
        "Le devenir d’un changement est dans la liste prévue.",
    )


def test_a_parent_is_not_deleted_under_its_children(lens):
    make_territory("neighbourhood", "cite-12", "Cité 12", parent=lens)
    with building(), pytest.raises(ProtectedError):
        lens.delete()


def test_names_are_folded_on_save(lens):
    assert make_name(lens, "L’Écluse-d’Œuf").name_key == "l ecluse d oeuf"
