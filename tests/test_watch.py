"""The watch over the directory's version catches the guilty and nobody else."""

import pytest
from django.db import IntegrityError, transaction

from actors.enums import PublicationStatus
from actors.models import Actor
from territories.models import Territory, record_change
from tests import visible
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.factories.territories import make_territory
from tests.watch import fail_on


@pytest.fixture
def take_faults(current_watch):
    """The faults the watch over the running test has found, which then no longer fail it."""
    return lambda: current_watch().take()


def test_every_model_is_visible_or_not_for_a_reason():
    listed = [*visible.VISIBLE, *visible.NOT_VISIBLE]
    assert sorted(listed) == sorted(visible.all_labels())
    assert all(visible.NOT_VISIBLE.values())


def test_every_visible_model_can_be_read(db):
    for label in visible.VISIBLE:
        assert visible.visible_rows(label) == []


@pytest.mark.parametrize("in_block", [True, False])
def test_published_change_without_a_version_is_a_fault(db, take_faults, in_block):
    territory = make_territory()
    if in_block:
        with transaction.atomic():
            Territory.objects.filter(pk=territory.pk).update(note="Une note")
    else:
        Territory.objects.filter(pk=territory.pk).update(note="Une note")

    [fault] = take_faults()

    assert fault.startswith("territories.Territory (first written at tests/test_watch.py:")


def test_fault_fails_the_test():
    with pytest.raises(pytest.fail.Exception, match=r"territories\.Territory"):
        fail_on(["territories.Territory (first written at x.py:1)"])


def test_change_recorded_after_the_block_does_not_excuse_it(db, take_faults):
    territory = make_territory()
    Territory.objects.filter(pk=territory.pk).update(note="Une note")
    record_change(subject="territory", key=territory.natural, what="Trop tard")

    assert len(take_faults()) == 1


def test_change_of_another_act_does_not_excuse_it(db, take_faults):
    territory = make_territory()
    with transaction.atomic():
        record_change(subject="territory", key=territory.natural, what="Un autre acte")
    with transaction.atomic():
        Territory.objects.filter(pk=territory.pk).update(note="Une note")

    assert len(take_faults()) == 1


def test_change_with_its_version_is_innocent(db, take_faults):
    territory = make_territory()
    with transaction.atomic():
        Territory.objects.filter(pk=territory.pk).update(note="Une note")
        with transaction.atomic():
            record_change(subject="territory", key=territory.natural, what="Note")

    assert take_faults() == []


def test_writing_the_same_again_is_innocent(db, take_faults):
    territory = make_territory()
    territory.save()

    assert take_faults() == []


def test_rolled_back_change_is_innocent(db, take_faults):
    territory = make_territory()
    with transaction.atomic():
        Territory.objects.filter(pk=territory.pk).update(note="Une note")
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.filter(pk=territory.pk).update(kind="nowhere")

    assert take_faults() == []


def test_change_of_a_draft_is_innocent(db, take_faults):
    draft = make_organisation(publication=PublicationStatus.DRAFT)
    Actor.objects.filter(pk=draft.pk).update(name="Autre nom")

    assert take_faults() == []


def test_draft_made_public_is_a_fault(db, take_faults):
    draft = make_organisation(publication=PublicationStatus.DRAFT)
    Actor.objects.filter(pk=draft.pk).update(publication=PublicationStatus.PUBLISHED)

    assert len(take_faults()) == 1


def test_setting_the_scene_is_innocent(db, take_faults):
    with building():
        make_territory().delete()

    assert take_faults() == []


def test_watch_adds_nothing_to_a_count_of_queries(db, take_faults, django_assert_num_queries):
    territory = make_territory()
    with django_assert_num_queries(1):
        Territory.objects.filter(pk=territory.pk).update(note="Une note")

    assert len(take_faults()) == 1


@pytest.mark.django_db(transaction=True)
def test_real_transactions_are_watched_too(take_faults):
    territory = make_territory()
    with transaction.atomic():
        Territory.objects.filter(pk=territory.pk).update(note="Une note")
    with transaction.atomic():
        Territory.objects.filter(pk=territory.pk).update(note="Une autre")
        record_change(subject="territory", key=territory.natural, what="Note")

    assert len(take_faults()) == 1
