"""Going back: an entry comes back as it was, with all that belonged to it."""

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from actors.actions.delete_actor import delete_actor, delete_actors
from actors.actions.erase_person import erase_person
from actors.actions.record import actor_changed
from actors.actions.restore import NothingToRestore, restore_documents, restore_from_bin, restore_version
from actors.enums import ContactKind, CooperationKind
from actors.history import act, document_of, keep_missing, read_documents, versions_of
from actors.models import (
    Activity,
    Actor,
    ActorSector,
    Alias,
    BinnedActor,
    ContactPoint,
    Cooperation,
    Place,
    PublicId,
    SearchDocument,
)
from sources.models import Source
from territories.models import Change
from tests.editing.admin.rows import fill, make_activity, make_commune
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_contact,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_person, make_source

pytestmark = pytest.mark.django_db

MAKES = [make_organisation, make_initiative, make_ptce]


def document(actor_id):
    return read_documents([actor_id])[actor_id]


def filled(make=make_organisation, **values):
    """An entry with three rows in every list, in the history."""
    actor = make(**values)
    for number in (1, 2, 3):
        fill(actor, number)
    with building():
        actor.activities.set([make_activity(1), make_activity(2)])
    keep_missing()
    return actor


# -- one version ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", MAKES)
def test_going_back_brings_every_row_back_under_its_number(make):
    actor = filled(make)
    before = document(actor.pk)
    with act(what="Tout vidé"), building():
        for rows in (
            actor.aliases,
            actor.places,
            actor.contacts,
            actor.figures,
            actor.spokespersons,
            actor.statuses,
        ):
            rows.all().delete()
        Cooperation.objects.of(actor.pk).delete()
        actor.sectors.all().delete()
        actor.activities.clear()
        actor.citations.all().delete()
        actor.name, actor.summary = "Autre nom", "Autre chose"
        actor.save()
        actor_changed(actor=actor, what="Tout vidé", was_public=True)
    assert len(document(actor.pk)) < len(before)
    restored = restore_version(version=versions_of(actor.pk).last(), user=None)
    assert restored.left_out == []
    assert document(actor.pk) == before
    assert SearchDocument.objects.get(actor=actor).text.count("autre nom") == 0


def test_going_back_is_a_new_version_and_a_change():
    actor = filled()
    with act(what="Modification"), building():
        Actor.objects.filter(pk=actor.pk).update(summary="Autre")
        actor_changed(actor=actor, what="Modification", was_public=True)
    number = Change.objects.version()
    restore_version(version=versions_of(actor.pk).last(), user=None)
    assert [version.revision.comment for version in versions_of(actor.pk)] == [
        f"Retour à une version précédente : {actor}",
        "Modification",
        "Première version gardée",
    ]
    assert Change.objects.version() > number


def test_going_back_takes_changed_rows_back_and_new_ones_away():
    actor = make_organisation()
    kept = make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    keep_missing()
    before = document(actor.pk)
    with act(), building():
        ContactPoint.objects.filter(pk=kept.pk).update(value="03 22 00 00 00")
        ContactPoint.objects.create(actor=actor, kind=ContactKind.PHONE, value="03 21 00 00 00")
        actor_changed(actor=actor, what="Modification", was_public=True)
    restore_version(version=versions_of(actor.pk).last(), user=None)
    assert document(actor.pk) == before


def test_sectors_that_changed_places_go_back():
    actor = make_organisation()
    with building():
        for position, sector in enumerate(("food", "reuse", "agriculture"), start=1):
            ActorSector.objects.create(actor=actor, sector=sector, position=position)
    keep_missing()
    with act(), building():
        actor.sectors.all().delete()
        for position, sector in enumerate(("reuse", "food"), start=1):
            ActorSector.objects.create(actor=actor, sector=sector, position=position)
        actor_changed(actor=actor, what="Modification", was_public=True)
    restore_version(version=versions_of(actor.pk).last(), user=None)
    assert list(actor.sectors.values_list("sector", flat=True)) == ["food", "reuse", "agriculture"]


def test_going_back_publishes_and_withdraws_nothing():
    actor = make_organisation(publication="draft", summary="Avant")
    keep_missing()
    with act(), building():
        Actor.objects.filter(pk=actor.pk).update(publication="published", summary="Après")
        actor.refresh_from_db()
        actor_changed(actor=actor, what="Publication", was_public=False)
    restore_version(version=versions_of(actor.pk).last(), user=None)
    actor.refresh_from_db()
    assert (actor.publication, actor.summary) == ("published", "Avant")


def test_going_back_on_a_link_changes_the_other_entry_too():
    one, other = make_organisation(name="DIE"), make_organisation(name="PHARE")
    keep_missing()
    make_cooperation(one, other, kind=CooperationKind.FUNDS)
    with act(what="Lien"):
        for actor in (one, other):
            actor_changed(actor=actor, what="Lien", was_public=True)
    restore_version(version=versions_of(one.pk).last(), user=None)
    assert not Cooperation.objects.exists()
    latest = versions_of(other.pk).first()
    assert (latest.revision.comment, document_of(latest).get("links")) == (
        "Retour à une version précédente : DIE",
        None,
    )
    assert {change.key for change in Change.objects.all()} == {one.public_id, other.public_id}


def test_a_row_that_another_entry_has_by_now_stays_there_and_is_told():
    actor, other = make_organisation(), make_organisation()
    contact, place = make_contact(actor), make_place(actor)
    keep_missing()
    version = versions_of(actor.pk).first()
    with act() as current:
        ContactPoint.objects.filter(pk=contact.pk).update(actor=other)
        current.touch(actor.pk, other.pk)
        actor_changed(actor=actor, what="Un contact passe à une autre fiche", was_public=True)
    restored = restore_version(version=version, user=None)
    assert restored.left_out == ["coordonnée (est maintenant dans une autre fiche)"]
    assert list(other.contacts.all()) == [contact]
    assert list(actor.places.all()) == [place]


def test_what_is_gone_meanwhile_is_left_out_and_told():
    actor, other = make_organisation(), make_organisation()
    commune, source = make_commune(), make_source()
    with building():
        place = make_place(actor, commune)
        place.citations.create(source=source)
        make_alias(actor, "DIE").citations.create(source=source)
        actor.activities.add(make_activity(1))
        make_cooperation(actor, other)
    keep_missing()
    with act(), building():
        Place.objects.all().delete()
        Alias.objects.all().delete()
        Activity.objects.all().delete()
        other.delete()
        commune.delete()
        Source.objects.filter(pk=source.pk).delete()
        actor_changed(actor=actor, what="Modification", was_public=True)
    restored = restore_version(version=versions_of(actor.pk).last(), user=None)
    assert sorted(restored.left_out) == [
        "lien de coopération (l’autre fiche n’existe plus)",
        "lieu (territoire n’existe plus)",
        "une activité (n’existe plus)",
        "une citation (sa source n’existe plus)",
    ]
    assert [alias.name for alias in actor.aliases.all()] == ["DIE"]


def test_rows_that_went_to_another_entry_come_back_when_both_do():
    """As after a merger: what moved is taken from the one and given to the other again."""
    one, other = make_organisation(), make_organisation()
    moved = make_contact(one, "03 21 00 00 00", ContactKind.PHONE)
    own = make_contact(other, "03 22 00 00 00", ContactKind.PHONE)
    before = read_documents([one.pk, other.pk])
    with act(), building():
        ContactPoint.objects.filter(pk=moved.pk).update(actor=other)
        for actor in (one, other):
            actor_changed(actor=actor, what="Réunion", was_public=True)
    restore_documents(list(before.values()), what="Annulation")
    assert read_documents([one.pk, other.pk]) == before
    assert {ContactPoint.objects.get(pk=row.pk).actor_id for row in (moved, own)} == {one.pk, other.pk}


@pytest.mark.parametrize("rows", [1, 3])
def test_going_back_takes_as_many_queries_for_one_row_as_for_three(rows, django_assert_num_queries):
    actor = make_ptce()
    for number in range(1, rows + 1):
        fill(actor, number)
    keep_missing()
    with act(), building():
        actor.contacts.all().delete()
        actor_changed(actor=actor, what="Modification", was_public=True)
    # On PostgreSQL the locks of the act and of the version are queries of their own.
    with django_assert_num_queries(89 + 2 * (connection.vendor == "postgresql")):
        restore_version(version=versions_of(actor.pk).last(), user=None)


# -- the bin --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", MAKES)
def test_a_deleted_entry_comes_back_whole(make):
    actor = filled(make, slug="chez-ma-tante")
    pk, before = actor.pk, document(actor.pk)
    with building():
        actor.slug = "ma-tante"
        actor.save()
        before["slug"] = "ma-tante"
    created_at = Actor.objects.get(pk=pk).created_at
    binned = delete_actor(actor=Actor.objects.get(pk=pk))
    assert not Actor.objects.filter(pk=pk).exists()
    assert Client().get("/acteurs/chez-ma-tante/").status_code == 410
    restore_from_bin(binned=binned, user=None)
    assert document(pk) == before
    assert Actor.objects.get(pk=pk).created_at == created_at
    public_id = PublicId.objects.get(value=before["public_id"])
    assert (public_id.actor_id, public_id.fate, public_id.ended_on) == (pk, "live", None)
    assert Client().get("/acteurs/chez-ma-tante/").url == "/acteurs/ma-tante/"
    assert Client().get("/acteurs/ma-tante/").status_code == 200
    assert not BinnedActor.objects.exists()


def test_the_bin_remembers_a_change_nobody_told():
    """Whatever wrote past the door, the state of the moment is what comes back."""
    actor = make_organisation(summary="Avant")
    keep_missing()
    with building():
        Actor.objects.filter(pk=actor.pk).update(summary="Au dernier moment")
    binned = delete_actor(actor=Actor.objects.get(pk=actor.pk))
    restore_from_bin(binned=binned, user=None)
    assert Actor.objects.get(pk=actor.pk).summary == "Au dernier moment"


def test_what_was_taken_meanwhile_keeps_the_entry_in_the_bin():
    actor = make_organisation(siret="12345678900012", registry_state="proposed")
    binned = delete_actor(actor=actor)
    make_organisation(siret="12345678900012", registry_state="proposed")
    with pytest.raises(IntegrityError):
        restore_from_bin(binned=binned, user=None)
    assert BinnedActor.objects.get() == binned


def test_without_history_there_is_nothing_to_bring_back():
    binned = delete_actor(actor=make_organisation())
    versions_of(binned.actor_id).order_by().delete()
    with pytest.raises(NothingToRestore, match="ne garde plus rien"):
        restore_from_bin(binned=binned, user=None)


# -- erased persons -----------------------------------------------------------------------------------


def test_erasing_somebody_leaves_their_name_in_no_version_and_no_text():
    actor = make_organisation(name="DIE", description="Animée par Hélène Lécuyer depuis 2018.")
    person = make_person(name="Hélène Lécuyer", other_spellings="H. Lécuyer-Martin")
    with building():
        actor.spokespersons.create(person=person, role="présidente", category="elected").citations.create(
            source=make_source(), printed="Hélène LECUYER, la présidente"
        )
        make_contact(actor, "helene.lecuyer@exemple.fr", ContactKind.EMAIL, personal=True)
        make_contact(actor, "contact@exemple.fr", ContactKind.EMAIL)
    keep_missing()
    with act(), building():
        Actor.objects.filter(pk=actor.pk).update(summary="Avec h. lécuyer martin")
        actor_changed(actor=actor, what="Modification", was_public=True)
    gone = make_organisation(description="Fondée par Helene Lecuyer.", slug="gone")
    binned = delete_actor(actor=gone)

    erase_person(person=person)

    texts = "".join(
        version.serialized_data for entry in (actor.pk, binned.actor_id) for version in versions_of(entry)
    )
    assert "cuyer" not in texts.lower()
    assert f'"person_id": {person.pk}' not in texts
    actor.refresh_from_db()
    assert (actor.description, actor.summary) == ("Animée par […] depuis 2018.", "Avec […]")
    assert list(actor.contacts.values_list("value", flat=True)) == ["contact@exemple.fr"]
    restore_version(version=versions_of(actor.pk).last(), user=None)
    assert not actor.spokespersons.exists()
    assert "cuyer" not in Actor.objects.get(pk=actor.pk).description.lower()
    restore_from_bin(binned=binned, user=None)
    assert Actor.objects.get(slug="gone").description == "Fondée par […]."


def test_erasing_somebody_leaves_others_alone():
    actor = make_organisation(name="Chez Paul Martin", description="Avec Paul Martineau et Jean-Paul Martin.")
    keep_missing()
    before = versions_of(actor.pk).first().serialized_data
    erase_person(person=make_person(name="Paul Martin"))
    assert versions_of(actor.pk).get().serialized_data == before
    assert document(actor.pk) == document_of(versions_of(actor.pk).get())


@pytest.mark.parametrize("first", [0, 1])
def test_two_linked_entries_deleted_together_come_back_with_their_link(first):
    actors = [make_organisation(), make_organisation()]
    source, target = (actor.pk for actor in actors)
    make_cooperation(*actors)
    binned = delete_actors(actors=actors)
    for one in (binned[first], binned[1 - first]):
        restore_from_bin(binned=one, user=None)
    assert Cooperation.objects.filter(source=source, target=target).exists()
