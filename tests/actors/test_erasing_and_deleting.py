"""What outlives an actor, and what nobody can bring back."""

import pytest
from django.db import IntegrityError, transaction

from actors.actions.delete_actor import delete_actor
from actors.actions.erase_person import erase_person
from actors.actions.record import actor_changed
from actors.models import Actor, Address, Initiative, Organisation, Ptce, PublicId
from sources.models import ErasedPerson, Person
from territories.models import Change, record_change
from tests.factories import building
from tests.factories.actors import make_organisation, make_spokesperson
from tests.factories.sources import make_article, make_person

pytestmark = pytest.mark.django_db


def test_deleting_keeps_the_permanent_id_and_the_address():
    actor = make_organisation(slug="die")
    public_id = actor.public_id
    delete_actor(actor=actor)
    assert PublicId.objects.get(value=public_id).fate == "deleted"
    assert Address.objects.get(slug="die").actor is None
    assert Address.objects.get(slug="die").public_id_id == public_id
    change = Change.objects.get()
    assert (change.subject, change.key, change.fate) == ("actor", public_id, "deleted")


def test_deleting_many_at_once_marks_each_id():
    with building():
        actors = [make_organisation(), make_organisation()]
        Actor.objects.filter(pk__in=[actor.pk for actor in actors]).delete()
    assert set(PublicId.objects.values_list("fate", flat=True)) == {"deleted"}


def test_deleting_a_draft_leaves_the_version():
    delete_actor(actor=make_organisation(publication="draft"))
    assert not Change.objects.exists()


def test_a_renamed_actor_keeps_its_old_address_and_nobody_takes_it():
    with building():
        actor = make_organisation(slug="die")
        actor.slug = "dynamique-insertion"
        actor.save()
        assert set(actor.addresses.values_list("slug", flat=True)) == {"die", "dynamique-insertion"}
        with pytest.raises(IntegrityError), transaction.atomic():
            make_organisation(slug="die")


def test_a_face_is_of_its_nature_however_it_is_made():
    with building():
        Organisation.objects.get_or_create(
            slug="a", defaults={"name": "A", "organisation_kind": "network", "legal_form": "association"}
        )
        Initiative.objects.bulk_create([Initiative(slug="b", name="B", name_key="b", initiative_kind="tool")])
        Ptce(slug="c", name="C", nature="organisation").save()
    assert dict(Actor.objects.values_list("slug", "nature")) == {
        "a": "organisation",
        "b": "initiative",
        "c": "ptce",
    }
    assert [face.objects.get().slug for face in (Organisation, Initiative, Ptce)] == ["a", "b", "c"]


def test_erasing_a_person_removes_every_trace_of_the_name():
    person = make_person("Dominique Parole", other_spellings="Dominique Parolle")
    actor = make_organisation()
    make_spokesperson(actor, person)
    article = make_article(authors=[person])
    assert "parole" in actor.document.words
    erase_person(person=person)
    assert not Person.objects.exists()
    assert not actor.spokespersons.exists()
    assert not article.authors.exists()
    actor.document.refresh_from_db()
    assert "parole" not in actor.document.words
    assert ErasedPerson.objects.count() == 2
    assert not any("parol" in row.fingerprint.lower() for row in ErasedPerson.objects.all())
    assert Change.objects.count() == 1


def test_a_change_is_refused_outside_a_transaction(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        record_change(subject="all", key="", what="x")


@pytest.mark.parametrize(
    ("publication", "was_public", "fate"),
    [
        ("published", False, "live"),
        ("published", True, "live"),
        ("withdrawn", True, "withdrawn"),
        ("draft", False, None),
    ],
)
def test_only_what_visitors_see_raises_the_version(publication, was_public, fate):
    actor = make_organisation(publication=publication)
    with transaction.atomic():
        change = actor_changed(actor=actor, what="Modification", was_public=was_public)
    assert (change.fate if change else None) == fate
    assert Change.objects.version() == (change.number if change else 0)
