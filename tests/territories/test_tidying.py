"""What people paste is kept without signs nobody sees, by whichever way it comes."""

import pytest
from django.urls import reverse

from actors.models import Actor
from tests.editing.admin.test_saving import page, save
from tests.factories.actors import make_alias, make_contact, make_organisation
from tests.factories.sources import make_letter
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda text: make_organisation(name=text, slug="x"), "name"),
        (lambda text: make_alias(make_organisation(), text), "name"),
        (lambda text: make_contact(make_organisation(), value=text), "value"),
        (lambda text: make_letter(title=text), "title"),
        (lambda text: make_territory(name=text, slug="x"), "name"),
    ],
    ids=["actor", "alias", "contact", "letter", "territory"],
)
def test_a_name_is_one_line_of_signs_that_can_be_seen(make, field):
    row = make("Café\x0bdes\x02 quatre\u2028vents\u202e")
    row.refresh_from_db()
    assert getattr(row, field) == "Café des quatre vents"


def test_lines_of_a_text_stay_lines():
    actor = make_organisation(description="Une\r\ndeux\x0btrois\x85quatre\n\ncinq")
    actor.refresh_from_db()
    assert actor.description == "Une\ndeux\ntrois\nquatre\n\ncinq"


@pytest.mark.parametrize("pasted", ["Collecte\x0bet revend", "Collecte\x85et revend"])
def test_what_an_editor_pastes_breaks_nothing(admin_client, client, pasted):
    actor = make_organisation(name="La Ruche", slug="la-ruche", summary="Collecte.")
    save(admin_client, page(actor), summary=pasted)
    assert Actor.objects.get(pk=actor.pk).summary in {"Collecte et revend", "Collecte\net revend"}
    for address in (
        actor.get_absolute_url(),
        reverse("feed-actors"),
        f"/partage/acteurs/{actor.public_id}.png",
    ):
        assert client.get(address).status_code == 200
