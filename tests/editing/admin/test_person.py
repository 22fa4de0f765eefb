import pytest
from django.urls import reverse

from actors.models import Actor, Spokesperson
from sources.erasure import erased_names
from sources.models import ErasedPerson, Person
from territories.models import Change
from tests.editing.admin.forms import form_data
from tests.factories.actors import make_organisation, make_spokesperson
from tests.factories.sources import make_article, make_person

pytestmark = pytest.mark.django_db


def told():
    return sorted(Change.objects.values_list("subject", "key"))


@pytest.fixture
def person():
    return make_person("Camille Dupont", other_spellings="C. Dupont")


@pytest.fixture
def actor(person):
    actor = make_organisation()
    make_spokesperson(actor, person)
    return actor


def change_page(person):
    return reverse("admin:sources_person_change", args=[person.pk])


def test_a_new_name_is_told_wherever_it_shows(admin_client, person, actor):
    letter = make_article(authors=[person]).letter
    url = change_page(person)
    response = admin_client.post(url, {**form_data(admin_client.get(url)), "name": "Camille Durand"})
    assert response.status_code == 302
    assert list(Actor.objects.search("durand")) == [actor]
    assert told() == [("actor", actor.public_id), ("letter", letter.slug), ("person", str(person.pk))]


def test_deleting_a_mistake_leaves_no_fingerprint(admin_client, person, actor):
    url = reverse("admin:sources_person_delete", args=[person.pk])
    assert admin_client.post(url, {"post": "yes"}).status_code == 302
    assert not Person.objects.exists()
    assert not ErasedPerson.objects.exists()
    assert not Actor.objects.search("dupont").exists()
    assert told() == [("actor", actor.public_id), ("person", str(person.pk))]


def test_erasing_from_the_page_asks_first(admin_client, person, actor):
    erase = reverse("admin:sources_person_erase", args=[person.pk])
    assert (
        f'<a href="{erase}">Effacer cette personne partout</a>' in admin_client.get(change_page(person)).text
    )
    question = admin_client.get(erase)
    assert "Camille Dupont" in question.text
    assert Person.objects.exists()
    assert admin_client.post(erase, {"confirmed": "oui"}).url == reverse("admin:sources_person_changelist")
    assert not Person.objects.exists()
    assert not Spokesperson.objects.exists()
    assert not Actor.objects.search("dupont").exists()
    assert erased_names(["CAMILLE DUPONT", "C. Dupont", "Camille Durand"]) == {"CAMILLE DUPONT", "C. Dupont"}
    assert told() == [("all", "")]


def test_erasing_several_from_the_list(admin_client, person, actor):
    other = make_person("Dominique Martin")
    kept = make_person("Alix Petit")
    url = reverse("admin:sources_person_changelist")
    data = {"action": "erase_everywhere", "_selected_action": [person.pk, other.pk]}
    question = admin_client.post(url, data)
    assert question.context["persons"] == [person, other]
    assert Person.objects.count() == 3
    response = admin_client.post(url, {**data, "confirmed": "oui"}, follow=True)
    assert list(Person.objects.all()) == [kept]
    assert "2 personnes effacées partout." in response.text


def test_erasing_takes_the_right_to_delete(client, django_user_model, person):
    staff = django_user_model.objects.create_user("stagiaire", password="x", is_staff=True)
    client.force_login(staff)
    assert (
        client.post(reverse("admin:sources_person_erase", args=[person.pk]), {"confirmed": "oui"}).status_code
        == 403
    )
    assert Person.objects.exists()
