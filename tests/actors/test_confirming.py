"""Confirming entries: the day and who, one line of history, one change of the directory; which ones want it."""

import datetime

import pytest
from django.utils import timezone

from actors.actions.confirm import confirm_actors
from actors.actions.restore import restore_version
from actors.enums import ConfirmedBy
from actors.history import versions_of
from actors.models import Actor
from actors.models.freshness import months_before
from territories.models import Change
from tests.factories.actors import make_organisation

pytestmark = pytest.mark.django_db


def test_one_entry_is_confirmed_told_and_taken_back():
    actor = make_organisation(name="La Locomotive")
    confirm_actors(actor_ids=[actor.pk], by=ConfirmedBy.APES, on=datetime.date(2026, 1, 2))
    changes = Change.objects.count()
    assert confirm_actors(actor_ids=[actor.pk], by=ConfirmedBy.ACTOR) == 1
    actor.refresh_from_db()
    assert (actor.last_confirmed_on, actor.last_confirmed_by) == (timezone.localdate(), "actor")
    assert Change.objects.count() == changes + 1
    latest, before = versions_of(actor.pk)[:2]
    assert latest.revision.comment == "Vérification par la structure"
    restore_version(version=before, user=None)
    actor.refresh_from_db()
    assert (actor.last_confirmed_on, actor.last_confirmed_by) == (datetime.date(2026, 1, 2), "apes")


def test_twice_on_one_day_is_once():
    actor = make_organisation()
    confirm_actors(actor_ids=[actor.pk], by=ConfirmedBy.APES)
    changes = Change.objects.count()
    assert confirm_actors(actor_ids=[actor.pk], by=ConfirmedBy.APES) == 1
    assert Change.objects.count() == changes
    assert versions_of(actor.pk).count() == 1


def test_many_at_once_are_one_change():
    actors = [make_organisation() for _ in range(3)]
    changes = Change.objects.count()
    assert confirm_actors(actor_ids=[actor.pk for actor in actors], by=ConfirmedBy.APES) == 3
    assert Change.objects.count() == changes + 1
    assert [versions_of(actor.pk).count() for actor in actors] == [1, 1, 1]
    assert set(Actor.objects.values_list("last_confirmed_by", flat=True)) == {"apes"}


def test_a_draft_is_confirmed_without_a_change_that_visitors_could_see():
    actor = make_organisation(publication="draft")
    changes = Change.objects.count()
    confirm_actors(actor_ids=[actor.pk], by=ConfirmedBy.APES)
    assert Change.objects.count() == changes


def test_what_is_to_be_confirmed():
    today = timezone.localdate()
    limit = months_before(today, 12)
    make_organisation(name="Fraîche", last_confirmed_on=limit)
    make_organisation(name="Brouillon", publication="draft")
    make_organisation(name="Arrêtée", life_status="closed", life_status_year=2020)
    make_organisation(name="Terminée", life_status="ended", life_status_year=2020)
    make_organisation(name="Vieillie", last_confirmed_on=limit - datetime.timedelta(days=1))
    make_organisation(name="Très vieille", last_confirmed_on=datetime.date(2020, 1, 1))
    make_organisation(name="Jamais vérifiée")
    assert [actor.name for actor in Actor.objects.to_confirm()] == [
        "Jamais vérifiée",
        "Très vieille",
        "Vieillie",
    ]
    assert "Fraîche" in {actor.name for actor in Actor.objects.to_confirm(months=6)}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 12, 1), 12, (2025, 12, 1)),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(datetime.date(*day), months) == datetime.date(*expected)
