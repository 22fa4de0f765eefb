"""Completeness by territory: shares, their order, the file; nothing counted that visitors don't see."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.enums import CitationRole, LifeStatus
from editing.home.completeness import Completeness
from editing.roles import CONTRIBUTOR, VISITOR
from tests.factories.actors import make_area, make_citation, make_contact, make_cooperation, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db

PAGE, TABLE = reverse("admin:completeness"), reverse("admin:completeness_table")


@pytest.fixture
def region():
    """Nord with two entries, one of them complete; Aisne with one of which only the area is known; Oise empty."""
    region = make_territory("region", code="32", name="Hauts-de-France")
    north, aisne, _ = (
        make_territory("department", code=code, name=name, parent=region)
        for code, name in (("59", "=Nord"), ("02", "Aisne"), ("60", "Oise"))
    )
    commune = make_territory()
    make_containment(north, commune)
    full = make_organisation(place=commune, last_confirmed_on=timezone.localdate())
    make_contact(full)
    make_citation(actor=full, role=CitationRole.SUBJECT)
    bare = make_organisation(place=commune)
    make_citation(actor=bare, role=CitationRole.NAMED)
    make_cooperation(full, bare)
    make_area(make_organisation(), aisne)
    make_organisation(place=commune, publication="draft")
    make_organisation(place=commune, life_status=LifeStatus.CLOSED, life_status_year=2020)
    return region


def rows(completeness):
    return [
        (row.territory.name, row.total, [share.percent for share in row.shares]) for row in completeness.rows
    ]


def test_shares_of_each_territory(region):
    assert rows(Completeness()) == [
        ("Aisne", 1, [0, 0, 0, 0, 0, 0]),
        ("=Nord", 2, [100, 50, 100, 50, 50, 100]),
        ("Oise", 0, [None] * 6),
    ]
    whole = Completeness().region
    assert (whole.territory, whole.total) == (region, 3)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("-nom", ["Oise", "=Nord", "Aisne"]),
        ("fiches", ["Oise", "Aisne", "=Nord"]),
        ("-fiches", ["=Nord", "Aisne", "Oise"]),
        ("contact", ["Oise", "Aisne", "=Nord"]),
        ("-contact", ["=Nord", "Aisne", "Oise"]),
        ("nulle", ["Aisne", "=Nord", "Oise"]),
        ("--nom", ["Aisne", "=Nord", "Oise"]),
    ],
)
def test_any_column_sorts(region, order, names):
    assert [row.territory.name for row in Completeness(order).rows] == names


def test_the_page_shows_bars_and_sets_empty_territories_apart(region):
    response = logged_in(make_user(CONTRIBUTOR)).get(PAGE, {"tri": "-contact"})
    assert response.text.count('<rect class="share-part" width="50" height="8"/>') == 3
    assert 'aria-sort="descending"><a href="?tri=contact">Contact</a>' in response.text
    departments = response.context["completeness"].levels[0]
    assert [row.territory.name for row in departments.untold] == ["Oise"]
    assert "1 sans fiche pour l’instant" in response.text


def test_the_file_holds_numbers_and_harmless_cells(region):
    response = logged_in(make_user()).get(TABLE)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    today = timezone.localdate().isoformat()
    assert lines == [
        [
            "Territoire",
            "Niveau",
            "Code",
            "Fiches",
            "Lieu",
            "Contact",
            "Source",
            "Portrait",
            "Vérifiée",
            "Liens",
            "Au",
        ],
        ["Hauts-de-France", "Région", "32", "3", "2", "1", "2", "1", "1", "2", today],
        ["Aisne", "Département", "02", "1", "0", "0", "0", "0", "0", "0", today],
        ["'=Nord", "Département", "59", "2", "2", "1", "2", "1", "1", "2", today],
        ["Oise", "Département", "60", "0", "0", "0", "0", "0", "0", "0", today],
    ]
    assert response["Content-Disposition"].startswith('attachment; filename="completude-')


def test_who_has_no_role_gets_neither(client, region):
    user = make_user(VISITOR)
    user.is_staff = True
    user.save()
    assert {logged_in(user).get(address).status_code for address in (PAGE, TABLE)} == {403}
    assert client.get(TABLE).status_code == 302


def test_without_territories_the_page_stands():
    assert logged_in(make_user()).get(PAGE).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_more_territories_ask_no_more(number, django_assert_num_queries):
    region = make_territory("region", code="32", name="Hauts-de-France")
    for _ in range(number):
        make_organisation(place=make_territory("department", parent=region))
    browser = logged_in(make_user())
    browser.get(PAGE)
    with django_assert_num_queries(8):
        response = browser.get(PAGE)
    assert len(response.context["completeness"].rows) == number
