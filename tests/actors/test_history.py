"""Acts and versions: what is kept, when, and how a difference is told."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from reversion.models import Revision, Version

from actors.actions.record import actor_changed
from actors.enums import ContactKind, CooperationKind, Sector
from actors.history import (
    act,
    differences,
    document_of,
    keep_missing,
    latest_ids,
    read_documents,
    versions_of,
)
from actors.models import Actor, ActorSector, ContactPoint, Cooperation, Place
from tests.editing.admin.rows import fill, make_commune
from tests.factories import building
from tests.factories.actors import (
    make_citation,
    make_contact,
    make_cooperation,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
)
from tests.factories.sources import make_article, make_letter, make_person

pytestmark = pytest.mark.django_db


def told(before, after):
    return [str(difference) for difference in differences(before, after)]


def document(actor):
    return read_documents([actor.pk])[actor.pk]


def change(actor, **values):
    """What an action does: write, then say so."""
    with act(what=f"Modification : {actor}"):
        Actor.objects.filter(pk=actor.pk).update(**values)
        actor_changed(actor=actor, what=f"Modification : {actor}", was_public=actor.is_public)


# -- documents ----------------------------------------------------------------------------------------


def test_a_document_holds_every_row_of_an_entry():
    actor = make_ptce()
    fill(actor, 1)
    found = document(actor)
    lists = {name: len(value) for name, value in found.items() if isinstance(value, list)}
    assert lists == {
        "sectors": 1,
        "labels": 1,
        "aliases": 1,
        "places": 1,
        "areas": 1,
        "contacts": 1,
        "spokespersons": 1,
        "figures": 1,
        "links": 2,
        "wishes": 1,
        "statuses": 1,
        "outside_ids": 1,
        "citations": 1,
    }
    cited = [name for name in lists if isinstance(found[name][0], dict) and "citations" in found[name][0]]
    assert set(cited) == set(lists) - {"sectors", "labels", "outside_ids", "citations"}


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_documents_takes_as_many_queries_for_one_as_for_three(rows, django_assert_num_queries):
    actors = [make_organisation() for _ in range(rows)]
    for actor in actors:
        for number in range(1, rows + 1):
            fill(actor, number)
    with django_assert_num_queries(15):
        assert len(read_documents([actor.pk for actor in actors])) == rows


def test_a_document_names_no_person():
    actor = make_organisation()
    make_spokesperson(actor, make_person(name="Camille Dupont"))
    assert "Dupont" not in str(document(actor))


# -- acts ---------------------------------------------------------------------------------------------


def test_an_act_keeps_the_new_state_with_who_and_what():
    user = get_user_model().objects.create_user("zoe")
    actor = make_organisation(name="DIE", summary="Avant")
    keep_missing()
    with act(what="Modification : DIE", user=user) as current:
        Actor.objects.filter(pk=actor.pk).update(summary="Après")
        actor_changed(actor=actor, what="Autre chose", was_public=True)
    latest = versions_of(actor.pk).first()
    assert (latest.revision, latest.revision.user, latest.revision.comment) == (
        current.revision,
        user,
        "Modification : DIE",
    )
    assert document_of(latest)["summary"] == "Après"


def test_an_act_within_an_act_is_part_of_it():
    one, other = make_organisation(publication="draft"), make_organisation(publication="draft")
    with act() as current:
        change(one, summary="Un")
        change(other, summary="Deux")
        assert not Version.objects.exists()
    assert Revision.objects.get() == current.revision
    assert current.revision.version_set.count() == 2
    assert current.revision.comment == f"Modification : {one}"


def test_what_changed_nothing_keeps_nothing():
    actor = make_organisation(publication="draft")
    keep_missing()
    with act() as current:
        current.touch(actor.pk)
    assert current.revision is None
    assert Version.objects.count() == 1


def test_an_act_that_fails_keeps_nothing():
    actor = make_organisation(publication="draft")

    @act(what="Modification")
    def fails():
        change(actor, summary="Perdu")
        raise ValueError("assez")

    with pytest.raises(ValueError, match="assez"):
        fails()
    assert not Version.objects.exists()
    assert Actor.objects.get().summary != "Perdu"
    # And the next one starts anew.
    change(actor, summary="Gardé")
    assert Version.objects.count() == 1


def test_a_refused_write_inside_an_act_leaves_it_whole():
    actor = make_organisation(publication="draft")

    @transaction.atomic
    def fails():
        Actor.objects.filter(pk=actor.pk).update(summary="Perdu")
        raise ValueError("non")

    with act() as current:
        with pytest.raises(ValueError, match="non"):
            fails()
        current.touch(actor.pk)
    assert document_of(Version.objects.get()).get("summary") != "Perdu"


def test_a_link_is_in_the_history_of_both():
    one, other = make_organisation(), make_organisation()
    keep_missing()
    with act(), building():
        link = Cooperation.objects.create(kind=CooperationKind.FUNDS, source=one, target=other)
        for actor in (one, other):
            actor_changed(actor=actor, what="Lien", was_public=True)
    for actor in (one, other):
        assert [row["id"] for row in document_of(versions_of(actor.pk).first())["links"]] == [link.pk]


@pytest.mark.parametrize("number", [1, 3])
def test_a_bulk_act_takes_as_many_queries_whatever_it_touches(number):
    actors = [make_organisation(publication="draft") for _ in range(number)]
    keep_missing()
    with CaptureQueriesContext(connection) as queries, act(what="Import") as current:
        Actor.objects.update(summary="Importé")
        current.touch(*(actor.pk for actor in actors))
    assert len(current.revision.version_set.all()) == number
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # One write, 15 to read the states, the list of the erased, 2 for the last states, 4 to keep the new ones; on
    # PostgreSQL the act’s lock.
    assert len(statements) == 23 + (connection.vendor == "postgresql")


def test_every_entry_without_a_version_gets_one_and_only_one():
    actors = [make_organisation(), make_ptce()]
    assert keep_missing() == 2
    assert keep_missing() == 0
    assert set(latest_ids([actor.pk for actor in actors])) == {actor.pk for actor in actors}


# -- differences ----------------------------------------------------------------------------------------


def test_a_column_is_told_by_its_french_name_and_value():
    actor = make_organisation(life_status="unknown", founded="")
    before = document(actor)
    with building():
        Actor.objects.filter(pk=actor.pk).update(
            summary="Café associatif", life_status="active", life_status_year=2022, founded="2018~"
        )
    assert told(before, document(actor)) == [
        "En une ligne : (rien) → Café associatif",
        "Situation : Situation non vérifiée → En activité",
        "Année de la situation : (rien) → 2022",
        "Date de création : (rien) → vers 2018",
    ]


def test_a_contact_is_told_by_its_sort():
    actor = make_organisation()
    contact = make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    before = document(actor)
    with building():
        ContactPoint.objects.filter(pk=contact.pk).update(value="03 22 00 00 00", personal=True)
    assert told(before, document(actor)) == [
        "Téléphone : 03 21 00 00 00 → 03 22 00 00 00",
        "Téléphone, coordonnée personnelle : non → oui",
    ]


def test_rows_added_and_removed_are_told_whole():
    actor, commune = make_organisation(), make_commune()
    place = make_place(actor, commune, address="3 rue Haute")
    before = document(actor)
    with building():
        Place.objects.filter(pk=place.pk).delete()
        person = make_person(name="Camille Dupont")
        make_spokesperson(actor, person, role="présidente", category="elected")
    assert told(before, document(actor)) == [
        f"Siège : {commune.name}, 3 rue Haute → (rien)",
        "Porte-parole : (rien) → Camille Dupont, présidente, Élu ou élue",
    ]


def test_a_link_is_told_as_a_sentence_from_either_side():
    one, other = make_organisation(name="DIE"), make_organisation(name="PHARE")
    before = document(other)
    link = make_cooperation(one, other, kind=CooperationKind.FUNDS)
    after = document(other)
    assert told(before, after) == ["Lien « DIE finance PHARE » : (rien) → En cours, Énoncé dans la source"]
    with building():
        Cooperation.objects.filter(pk=link.pk).update(status="ended")
    assert told(after, document(other)) == ["Lien « DIE finance PHARE », état : En cours → Terminé"]


def test_sources_are_told_with_their_fact():
    actor = make_organisation()
    contact = make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    before = document(actor)
    article = make_article(make_letter(number="71"), title="Raismes")
    make_citation(article, contact=contact)
    make_citation(article, actor=actor, column="description")
    label = article.source.label
    assert told(before, document(actor)) == [
        f"Téléphone, source : (rien) → {label}",
        f"Source de « Description » : (rien) → {label}",
    ]


def test_the_same_said_in_another_row_is_no_change():
    """Sectors are written anew when they change places; so are rows by an import."""
    actor = make_organisation()
    make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    with building():
        ActorSector.objects.create(actor=actor, sector=Sector.FOOD, position=1)
        before = document(actor)
        for model in (ContactPoint, ActorSector):
            row = model.objects.get()
            row.delete()
            row.pk = None
            row.save(force_insert=True)
    assert told(before, document(actor)) == []


def test_what_is_gone_is_said_to_be():
    actor, commune = make_organisation(), make_commune()
    with building():
        place = make_place(actor, commune)
        before = document(actor)
        place.delete()
        commune.delete()
    assert told(before, document(actor)) == ["Siège : (supprimé depuis) → (rien)"]


@pytest.mark.parametrize("rows", [1, 3])
def test_telling_takes_as_many_queries_for_one_row_as_for_three(rows, django_assert_num_queries):
    actor = make_organisation()
    for number in range(1, rows + 1):
        fill(actor, number)
    found = document(actor)
    with django_assert_num_queries(4):
        assert len(told(None, found)) > 10 * rows
