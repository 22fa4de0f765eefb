"""« Liens morts »: what is listed for whom, taking a new address over, putting off."""

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.history import versions_of
from actors.models import ContactPoint
from editing.freshness.checking import record
from editing.freshness.dead_links import links_of
from editing.freshness.reaching import Outcome
from editing.freshness_models import LinkCheck, LinkState
from editing.roles import CONTRIBUTOR, EDITOR, LOCAL_EDITOR
from territories.models import Change
from tests.factories import building
from tests.factories.actors import make_citation, make_contact, make_organisation, make_place
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_source
from tests.factories.territories import make_territory
from tests.pages.html import page

pytestmark = pytest.mark.django_db
OLD, NEW = "http://ancien.exemple/", "https://nouveau.exemple/"


def dead(address):
    for _ in range(3):
        check = record(address, Outcome(LinkState.FAILING, "not_found", 404))
    return check


def moved(address=OLD, final=NEW):
    return record(address, Outcome(LinkState.MOVED, "", 200, final))


def web(address=OLD, **actor):
    return make_contact(make_organisation(**actor), value=address)


def url():
    return reverse("admin:dead_links")


def press(client, check, button):
    return client.post(url(), {"adresse": check.pk, "faire": button}, follow=True)


def listed(client, side=""):
    root = page(client.get(url(), {"voir": side}))
    return [heading.text for heading in root.one("div", id="content-main").all("h2")]


# -- the list ------------------------------------------------------------------------------------------


def test_the_dead_first_then_those_that_moved():
    for address in (OLD, "https://mort.exemple/", "https://bon.exemple/", "https://une-fois.exemple/"):
        web(address)
    moved()
    dead("https://mort.exemple/")
    record("https://bon.exemple/", Outcome(LinkState.GOOD, "", 200))
    record("https://une-fois.exemple/", Outcome(LinkState.FAILING, "timeout"))
    client = logged_in(make_user(EDITOR))
    assert listed(client) == ["https://mort.exemple/", OLD]
    assert listed(client, "morts") == ["https://mort.exemple/"]
    assert listed(client, "deplaces") == [OLD]
    assert listed(client, "nimporte") == ["https://mort.exemple/", OLD]


def test_each_address_tells_who_gives_it():
    web(OLD, name="La Locomotive")
    web(OLD, name="L’Établi")
    make_source(url=OLD, title="Le site", consulted_on="2026-01-02")
    dead(OLD)
    text = page(logged_in(make_user(EDITOR)).get(url())).one("div", id="content-main").text
    for part in ("Page introuvable", "réponse 404", "La Locomotive", "L’Établi", "Le site"):
        assert part in text


def test_a_local_editor_sees_those_of_their_entries():
    commune = make_territory()
    mine, other = web("https://dedans.exemple/"), web("https://dehors.exemple/")
    make_place(mine.actor, commune)
    make_place(other.actor)
    make_source(url="https://source.exemple/", title="Un site", consulted_on="2026-01-02")
    checks = [dead(address) for address in (mine.value, other.value, "https://source.exemple/")]
    user = make_user(LOCAL_EDITOR, territories=[commune])
    client = logged_in(user)
    assert listed(client) == ["https://dedans.exemple/"]
    assert links_of(user).count() == 1
    for check in checks[1:]:
        assert client.post(url(), {"adresse": check.pk, "faire": "1"}).status_code == 403
    assert not LinkCheck.objects.exclude(postponed_until=None).exists()


def test_it_is_no_contributors():
    web()
    check, client = moved(), logged_in(make_user(CONTRIBUTOR))
    assert client.get(url()).status_code == 403
    assert client.post(url(), {"adresse": check.pk, "faire": "prendre"}).status_code == 403
    assert ContactPoint.objects.get().value == OLD


# -- the new address ------------------------------------------------------------------------------------


def test_the_new_address_is_written_in_one_click():
    contact = web(name="La Locomotive")
    cited = make_citation(make_article(), contact=contact)
    user = make_user(EDITOR)
    client, changes = logged_in(user), Change.objects.count()
    response = press(client, moved(), "prendre")
    assert "Nouvelle adresse écrite dans : La Locomotive." in response.text
    contact.refresh_from_db()
    cited.refresh_from_db()
    assert contact.value == NEW
    # What the letter printed stays told.
    assert cited.printed == OLD
    assert Change.objects.count() == changes + 1
    revision = versions_of(contact.actor_id)[0].revision
    assert (revision.user, revision.comment) == (user, "Nouvelle adresse d’un site qui a déménagé")
    assert listed(client) == []


def test_an_entry_that_gives_it_already_keeps_both_and_says_so():
    contact = web(name="La Locomotive")
    make_contact(contact.actor, value=NEW)
    other = web(name="L’Établi")
    response = press(logged_in(make_user(EDITOR)), moved(), "prendre")
    assert "Nouvelle adresse écrite dans : L’Établi." in response.text
    assert (
        "Rien n’a changé dans « La Locomotive » : Cette coordonnée est déjà dans la liste." in response.text
    )
    contact.refresh_from_db()
    other.refresh_from_db()
    assert (contact.value, other.value) == (OLD, NEW)


def test_an_address_too_long_to_be_kept_is_refused_in_french():
    web(name="La Locomotive")
    response = press(logged_in(make_user(EDITOR)), moved(final=f"{NEW}{'x' * 400}"), "prendre")
    assert "Rien n’a changé dans « La Locomotive »" in response.text
    assert ContactPoint.objects.get().value == OLD


def test_a_local_editor_changes_their_own_entry_alone():
    commune = make_territory()
    mine, other = web(name="Dedans"), web(name="Dehors")
    make_place(mine.actor, commune)
    make_place(other.actor)
    press(logged_in(make_user(LOCAL_EDITOR, territories=[commune])), moved(), "prendre")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.value, other.value) == (NEW, OLD)


def test_a_dead_address_has_nothing_to_take_over():
    web()
    press(logged_in(make_user(EDITOR)), dead(OLD), "prendre")
    assert ContactPoint.objects.get().value == OLD


@pytest.mark.parametrize("number", ["", "abc", "99999", "9" * 30, "-1", "²"])
def test_an_address_that_is_none(number):
    response = logged_in(make_user(EDITOR)).post(url(), {"adresse": number, "faire": "1"})
    assert response.status_code == 404


# -- putting off -----------------------------------------------------------------------------------------


def test_put_off_for_everybody_and_taken_back():
    web()
    check, client = dead(OLD), logged_in(make_user(EDITOR))
    changes = Change.objects.count()
    assert "de côté jusqu’au" in press(client, check, "3").text
    check.refresh_from_db()
    assert check.postponed_until > timezone.localdate()
    assert listed(logged_in(make_user(EDITOR))) == []
    assert not LinkCheck.objects.dead().exists()
    assert listed(client, "reportes") == [OLD]
    press(client, check, "ramener")
    assert listed(client) == [OLD]
    assert Change.objects.count() == changes


@pytest.mark.parametrize("button", ["2", "0", "-1", "", "12", "prendre tout"])
def test_another_delay_does_nothing(button):
    web()
    check = dead(OLD)
    press(logged_in(make_user(EDITOR)), check, button)
    check.refresh_from_db()
    assert check.postponed_until is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(admin_client, django_assert_num_queries, rows):
    with building():
        for number in range(rows):
            address = f"https://{number}.exemple/"
            web(address)
            make_source(url=address, title="Un site", consulted_on="2026-01-02")
            dead(address)
    admin_client.get(url())
    with django_assert_num_queries(6):
        admin_client.get(url())
