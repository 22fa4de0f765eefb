"""Whatever comes back with an older copy of the database goes again; the list outlives the database."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from actors.actions.delete_actor import delete_actor
from actors.actions.erase_person import erase, erase_person
from actors.actions.reapply_erasures import reapply_erasures
from actors.actions.record import actor_changed
from actors.history import act, versions_of
from actors.models import Actor
from sources.erasure import Traces
from sources.kept_prints import kept_path, kept_prints
from sources.models import Article, ErasedPerson, Person
from territories.models import Change
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation, make_spokesperson
from tests.factories.sources import make_article, make_person


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@building()
def scene() -> Actor:
    """Somebody whom rows, texts, a contact, the bin and the history name."""
    person = make_person("Hélène Lécuyer", slug="helene-lecuyer")
    actor = make_organisation(summary="Avec Hélène Lécuyer", slug="la-ferme")
    make_spokesperson(actor, person)
    make_contact(actor, "moi@exemple.fr", kind="email", personal=True)
    make_article(authors=[person], title="Rencontre avec Hélène Lécuyer")
    with act(what="Scène") as current:
        current.touch(actor.pk)
    delete_actor(actor=make_organisation(description="Fondée par LECUYER Hélène.", slug="partie"))
    return actor


def everything_said() -> str:
    texts = [version.serialized_data for version in versions_of(Actor.objects.get(slug="la-ferme").pk)]
    rows = [*Actor.objects.values_list("summary"), *Article.objects.values_list("title", "slug")]
    rows += [*Person.objects.values_list("name", "slug"), *Change.objects.values_list("what")]
    return repr([texts, rows]).lower()


@pytest.mark.django_db(transaction=True)
def test_an_older_state_that_comes_back_is_erased_again():
    scene()
    erase(traces=Traces.of(["Hélène Lécuyer"], ["moi@exemple.fr"]))
    assert "cuyer" not in everything_said()
    kept = kept_prints()
    assert len(kept) == 2
    with building():
        # As if the copy of the night before had come back: neither erased nor on its list.
        ErasedPerson.objects.all().delete()
        Actor.objects.filter(slug="la-ferme").delete()
    kept_path().unlink()
    actor = scene_again()
    assert reapply_erasures(kept) == 4  # two ways of writing the name, the row's slug, the address
    assert not Person.objects.exists()
    assert not actor.spokespersons.exists()
    assert not actor.contacts.exists()
    assert "cuyer" not in everything_said()
    assert "moi@" not in everything_said()
    assert ErasedPerson.objects.filter(kind="email").count() == 1
    before = Change.objects.version()
    assert reapply_erasures(kept) == 0
    assert Change.objects.version() == before


@building()
def scene_again() -> Actor:
    person = make_person("Hélène Lécuyer", slug="helene-lecuyer")
    actor = make_organisation(summary="Avec Hélène Lécuyer", slug="ferme", name="La ferme")
    Actor.objects.filter(pk=actor.pk).update(slug="la-ferme")
    make_spokesperson(actor, person)
    make_contact(actor, "moi@exemple.fr", kind="email", personal=True)
    make_article(authors=[person], title="Rencontre avec Hélène LECUYER")
    return actor


@pytest.mark.django_db(transaction=True)
def test_the_file_beside_the_database_is_enough():
    """The database was lost with its list, and nobody remembers whom it held."""
    erase(traces=Traces.of(["Hélène Lécuyer"]))
    text = kept_path().read_text()
    assert "cuyer" not in text.lower()
    assert kept_path().stat().st_mode & 0o077 == 0
    with building():
        ErasedPerson.objects.all().delete()
    actor = scene()
    assert reapply_erasures(even_if_known=False) > 0
    actor.refresh_from_db()
    assert actor.summary == "Avec […]"
    assert kept_path().read_text() == text
    assert reapply_erasures(even_if_known=False) == 0


@pytest.mark.django_db(transaction=True)
def test_a_start_that_finds_an_older_database_erases_again(settings):
    erase(traces=Traces.of(["Hélène Lécuyer"]))
    with building():
        ErasedPerson.objects.all().delete()
    scene()
    from apes_directory.management.commands.prepare import Command

    Command().forget_again()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_bare_fingerprints_of_names_are_taken_too():
    scene()
    with building():
        prints = _prints_of(["Hélène Lécuyer"])
    assert reapply_erasures(prints) > 0
    assert not Person.objects.exists()


def _prints_of(names: list[str]) -> list[str]:
    from sources.erasure import fingerprint

    return [fingerprint(name) for name in names]


@pytest.mark.django_db
def test_another_key_stops_the_start(settings):
    erase_person(person=make_person("Hélène Lécuyer"))
    settings.ERASURE_KEY = "another"
    with pytest.raises(ImproperlyConfigured, match="autre clé"):
        reapply_erasures()


# -- the last word on every change ---------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_types_an_erased_person_into_an_entry():
    """However it is written: here as the worst of writers would."""
    erase(traces=Traces.of(["Hélène Lécuyer"], phones=["03 21 00 00 01"]))
    actor = make_organisation()
    with act(what="Modification") as current:
        Actor.objects.filter(pk=actor.pk).update(description="Voir Hélène Lécuyer, 03.21.00.00.01")
        actor.contacts.create(kind="phone", value="03 21 00 00 01")
        current.touch(actor.pk)
        actor_changed(actor=actor, what="Modification", was_public=True)
    actor.refresh_from_db()
    assert actor.description == "Voir […], […]"
    assert not actor.contacts.exists()
    assert json.loads(versions_of(actor.pk).first().serialized_data)["description"] == "Voir […], […]"
    assert "cuyer" not in actor.document.words


@pytest.mark.django_db
def test_what_an_entry_is_called_stays():
    actor = make_organisation(name="Fondation Hélène Lécuyer")
    with act(what="Scène") as current:
        current.touch(actor.pk)
    erase(traces=Traces.of(["Hélène Lécuyer"]))
    with act(what="Modification") as current:
        current.touch(actor.pk)
    actor.refresh_from_db()
    assert actor.name == "Fondation Hélène Lécuyer"


@pytest.mark.django_db
def test_the_commands_tell_and_erase(capsys):
    scene()
    call_command("held_on", "Hélène Lécuyer", "moi@exemple.fr")
    told = capsys.readouterr().out
    for words in (
        "porte-parole de",
        "signe dans",
        "Rencontre avec Hélène Lécuyer",
        "moi@exemple.fr",
        "serialized_data",
    ):
        assert words in told, words
    call_command("erase_person", "Hélène Lécuyer", "moi@exemple.fr")
    assert Person.objects.exists()
    capsys.readouterr()
    call_command("erase_person", "Hélène Lécuyer", "moi@exemple.fr", "--wet-run")
    assert "0 restent" in capsys.readouterr().out
    call_command("held_on", "Hélène Lécuyer", "moi@exemple.fr")
    assert capsys.readouterr().out.splitlines() == [
        "Ce nom est sur la liste des personnes effacées.",
        "Rien n’est gardé sous ces noms.",
    ]
