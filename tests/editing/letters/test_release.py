"""A letter comes out whole, at once or at a date, and is withdrawn whole."""

import datetime
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from reversion.models import Revision

from actors.enums import PublicationStatus
from actors.models import Actor, Citation, ContactPoint, SearchDocument
from editing.letter_models import LetterRelease, PendingFact
from editing.letters.release import NotPublished, plan_letter, publish_due, publish_letter, withdraw_letter
from editing.roles import CONTRIBUTOR, EDITOR, give_role
from sources.enums import LetterState
from sources.models import Letter
from territories.models import Change
from tests.editing.letters.typing import facts, make_prepared, new_actor, press
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user(EDITOR)


@pytest.fixture
def client(editor):
    return logged_in(editor)


@pytest.fixture
def letter(client):
    """With a new entry, and three facts about a published one."""
    letter = make_prepared()
    article = letter.articles.get()
    public = make_organisation(name="La Locomotive", summary="Avant.")
    new_actor(client, article, "La Locomotive")
    new_actor(client, article, "Le Café vert", kind="initiative:place")
    cafe = Actor.objects.get(name="Le Café vert")
    facts(client, article, public, contact=[{"value": "a@b.fr"}], columns={"summary": "Après."})
    facts(client, article, cafe, cooperation=[{"phrase": "runs:target", "other": "La Locomotive"}])
    return letter


def release_page(letter):
    return reverse("admin:letter_release", args=[letter.slug])


def see(client, address):
    """Status and text of a public page."""
    response = client.get(address)
    return response.status_code, response.content.decode()


def test_before_it_is_out_visitors_learn_nothing(letter, client):
    from django.test import Client

    visitor = Client()
    assert see(visitor, "/lettres/75/")[0] == 404
    assert letter.title not in see(visitor, "/lettres/")[1]
    assert letter.label not in see(visitor, "/acteurs/")[1]
    status, text = see(visitor, "/acteurs/la-locomotive/")
    assert (status, "a@b.fr" in text, "Avant." in text, "Le Café vert" in text) == (200, False, True, False)
    assert see(visitor, "/acteurs/le-cafe-vert/")[0] == 404


def test_everything_comes_out_in_one_act(letter, client):
    revisions = Revision.objects.count()
    press(client, letter, "publish")
    assert Letter.objects.get().state == LetterState.PUBLISHED
    assert Actor.objects.published().count() == 2
    locomotive = Actor.objects.get(slug="la-locomotive")
    assert locomotive.summary == "Après."
    assert {citation.source for citation in Citation.objects.all()} == {letter.articles.get().source}
    assert Revision.objects.count() == revisions + 1
    assert Revision.objects.latest("pk").comment == "Parution : Lettre n° 75, 2022"
    assert set(Change.objects.values_list("subject", "key")) == {
        ("actor", locomotive.public_id),
        ("actor", Actor.objects.get(slug="le-cafe-vert").public_id),
        ("letter", "75"),
    }
    assert SearchDocument.objects.filter(actor__publication="published").count() == 2
    assert "Le Café vert" in see(client, "/lettres/75/")[1]
    assert "a@b.fr" in see(client, "/acteurs/la-locomotive/")[1]
    assert LetterRelease.objects.get().released_at is not None


def test_it_is_withdrawn_as_it_came(letter, client, editor):
    publish_letter(letter=letter, user=editor)
    version = Change.objects.version()
    client.post(release_page(letter), {"withdraw": "1"})
    locomotive = Actor.objects.get(slug="la-locomotive")
    assert (locomotive.summary, locomotive.is_public) == ("Avant.", True)
    assert not ContactPoint.objects.exists()
    assert Actor.objects.get(slug="le-cafe-vert").publication == PublicationStatus.REVIEW
    assert Letter.objects.get().state == LetterState.PREPARED
    assert PendingFact.objects.waiting().count() == 3
    assert Change.objects.version() > version
    assert set(Change.objects.order_by("-pk").values_list("key", "fate")[:3]) == {
        (locomotive.public_id, "live"),
        (Actor.objects.get(slug="le-cafe-vert").public_id, "withdrawn"),
        ("75", "withdrawn"),
    }
    # And out again.
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert ContactPoint.objects.get().value == "a@b.fr"
    assert Actor.objects.published().count() == 2


def test_a_second_click_changes_nothing(letter, client):
    """Also the answer lost on the way, and the page sent again."""

    def pressed(name):
        response = press(client, letter, name)
        return [str(message) for message in response.context["messages"]][-1]

    def state():
        return (Change.objects.version(), Revision.objects.count(), Citation.objects.count())

    assert pressed("publish") == "La lettre est en ligne, avec 1 fiche et 3 ajouts."
    once = state()
    assert pressed("publish") == "La lettre est déjà en ligne : rien de nouveau."
    assert state() == once
    pressed("withdraw")
    once = state()
    assert pressed("withdraw") == "La lettre est déjà de nouveau en attente : rien de nouveau."
    assert state() == once


def test_what_was_typed_after_the_release_goes_with_the_letter(letter, client, editor):
    publish_letter(letter=letter, user=editor)
    actor = Actor.objects.get(slug="la-locomotive")
    facts(client, letter.articles.get(), actor, contact=[{"value": "plus@tard.fr"}])
    assert ContactPoint.objects.count() == 2
    withdraw_letter(letter=letter, user=editor)
    assert not ContactPoint.objects.exists()
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert ContactPoint.objects.count() == 2


@pytest.mark.parametrize("way", ["work page", "entry"])
def test_what_somebody_removed_does_not_come_back(letter, client, editor, way):
    publish_letter(letter=letter, user=editor)
    contact = ContactPoint.objects.get()
    if way == "entry":
        with building():
            contact.delete()
    else:
        page = reverse("admin:letter_article", args=["75", letter.articles.get().pk])
        client.post(page, {"remove": f"citation-{contact.citations.get().pk}"})
    assert not ContactPoint.objects.exists()
    withdraw_letter(letter=Letter.objects.get(), user=editor)
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert not ContactPoint.objects.exists()


def test_a_link_with_an_entry_that_is_gone_says_where_to_look(letter, client, editor):
    ville = make_organisation(name="Ville de Raismes")
    locomotive = Actor.objects.get(slug="la-locomotive")
    link = {"phrase": "supports:target", "other": "Ville de Raismes"}
    facts(client, letter.articles.get(), locomotive, cooperation=[link])
    with building():
        ville.delete()
    with pytest.raises(NotPublished, match="La Locomotive : l’un des deux acteurs du lien n’existe plus"):
        publish_letter(letter=letter, user=editor)
    assert Letter.objects.get().state == LetterState.PREPARED


def test_what_somebody_changed_since_stays(letter, client, editor):
    publish_letter(letter=letter, user=editor)
    with building():
        ContactPoint.objects.update(value="autre@b.fr")
        Actor.objects.filter(slug="la-locomotive").update(summary="Autrement.")
    released = withdraw_letter(letter=letter, user=editor)
    assert released.left == ["en une ligne", "coordonnée « autre@b.fr »"]
    assert ContactPoint.objects.get().value == "autre@b.fr"
    assert Actor.objects.get(slug="la-locomotive").summary == "Autrement."


def test_what_was_there_before_survives_the_withdrawal(client, editor):
    letter, actor = make_prepared(), make_organisation()
    contact = make_contact(actor, kind="email", value="a@b.fr")
    facts(client, letter.articles.get(), actor, contact=[{"value": "a@b.fr"}])
    publish_letter(letter=letter, user=editor)
    assert contact.citations.count() == 1
    withdraw_letter(letter=letter, user=editor)
    assert ContactPoint.objects.get() == contact
    assert contact.citations.count() == 0


def test_a_preview_shows_everything_and_keeps_nothing(letter, client):
    version = Change.objects.version()
    address = reverse("admin:letter_preview", args=["75"])
    status, text = see(client, address)
    assert (status, "Le Café vert" in text, "La Locomotive" in text) == (200, True, True)
    cafe = Actor.objects.get(slug="le-cafe-vert")
    assert "La Locomotive" in see(client, f"{address}?fiche={cafe.pk}")[1]
    assert not ContactPoint.objects.exists()
    assert PendingFact.objects.waiting().count() == 3
    assert Letter.objects.get().state == LetterState.PREPARED
    assert Change.objects.version() == version


def test_a_planned_letter_comes_out_when_its_time_has_come(letter, client, editor):
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    press(client, letter, "plan", day=f"{tomorrow:%Y-%m-%d}", hour="08:00")
    release = LetterRelease.objects.get()
    assert (timezone.localtime(release.planned_for).hour, release.planned_by) == (8, editor)
    assert publish_due() is False
    LetterRelease.objects.update(planned_for=timezone.now())
    assert publish_due() is True
    assert Letter.objects.get().state == LetterState.PUBLISHED
    assert publish_due() is False


def test_a_date_that_has_passed_is_refused(letter, client):
    response = client.post(release_page(letter), {"plan": "1", "day": "2020-01-01", "hour": "08:00"})
    assert list(response.context["plan"].errors) == ["day"]


def test_who_lost_the_right_does_not_publish_later(letter, editor, caplog):
    plan_letter(letter=letter, moment=timezone.now(), user=editor)
    give_role(editor, CONTRIBUTOR)
    assert publish_due() is True
    release = LetterRelease.objects.get()
    assert release.failure == f"{editor} n’a plus le droit de publier."
    assert (release.planned_for, Letter.objects.get().state) == (None, LetterState.PREPARED)
    assert publish_due() is False


def test_what_clashes_keeps_everything_back_and_says_why(letter, client):
    pending = PendingFact.objects.get(kind="column")
    pending.values = {"column": "life_status", "set": {"life_status": "active", "life_status_year": None}}
    pending.save()
    response = press(client, letter, "publish")
    told = [str(message) for message in response.context["messages"]]
    article = letter.articles.get()
    assert told[-1] == (
        f"Rien n’est publié. Article « {article} », La Locomotive : Une situation va avec l’année où elle était vraie."
    )
    assert Letter.objects.get().state == LetterState.PREPARED
    assert Actor.objects.published().count() == 1
    assert client.get(reverse("admin:letter_preview", args=["75"])).status_code == 422


def test_a_territory_of_the_letter_is_told_once_it_is_out(client, editor):
    letter, raismes = make_prepared(), make_territory(name="Raismes", slug="raismes")
    page = reverse("admin:letter_article", args=["75", letter.articles.get().pk])
    row = {"mention-TOTAL_FORMS": "1", "mention-INITIAL_FORMS": "0", "mention-0-territory": "Raismes"}
    client.post(page, {"mentions": "1", **row})
    assert "/lettres/75/" not in see(client, raismes.get_absolute_url())[1]
    publish_letter(letter=letter, user=editor)
    assert "/lettres/75/" in see(client, raismes.get_absolute_url())[1]


# -- on paper --------------------------------------------------------------------------------------------


def test_the_short_address_is_there_before_the_letter(client, editor):
    letter = make_prepared()
    article = letter.articles.get()
    response = client.get("/l/75")
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")
    text = response.content.decode()
    assert "Cette lettre paraîtra bientôt" in text
    assert letter.title not in text
    assert client.get(f"/l/75/{article.slug}").status_code == 200
    assert client.get("/l/76").status_code == 404
    publish_letter(letter=letter, user=editor)
    assert client.get("/l/75").url == "/lettres/75/"
    assert client.get(f"/l/75/{article.slug}").url == f"/lettres/75/#{article.slug}"
    # Browsers and people add a final stroke.
    assert client.get("/l/75/").url == "/l/75"
    assert client.get(f"/l/75/{article.slug}/").url == f"/l/75/{article.slug}"
    assert client.get("/l/75/rien").status_code == 404


def test_the_code_is_an_image_of_the_address(client):
    letter = make_prepared()
    assert "http://testserver/l/75" in client.get(reverse("admin:letter_code", args=["75"])).content.decode()
    address = reverse("admin:letter_code_image", args=["75"])
    response = client.get(address)
    assert response["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(response.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"style" not in response.content
    other = client.get(f"{address}?article={letter.articles.get().slug}")
    assert other.content != response.content
    assert client.get(f"{address}?article=rien").status_code == 404
