"""Old versions go; whatever can still be wanted stays."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from reversion.models import Revision

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors, undo_merger
from actors.actions.record import actor_changed
from actors.actions.restore import restore_from_bin
from actors.history import act, versions_of
from actors.models import Actor, Merger
from tests.factories import building
from tests.factories.actors import make_organisation

pytestmark = pytest.mark.django_db


def change(actor, summary, years_ago):
    with act(what=summary) as current, building():
        Actor.objects.filter(pk=actor.pk).update(summary=summary)
        actor_changed(actor=actor, what=summary, was_public=True)
    revision = current.revision
    revision.date_created = timezone.now() - datetime.timedelta(days=365.25 * years_ago)
    revision.save()


def told(*arguments):
    out = StringIO()
    call_command("purge_history", *arguments, stdout=out)
    return out.getvalue().strip()


def kept(actor):
    return [version.revision.comment for version in versions_of(actor.pk)]


@pytest.fixture
def actor():
    actor = make_organisation()
    for years_ago in (9, 8, 6, 4, 1):
        change(actor, f"il y a {years_ago} ans", years_ago)
    return actor


def test_what_an_entry_was_on_the_day_and_since_stays(actor):
    quiet = make_organisation()
    change(quiet, "jamais changée depuis", 20)
    assert (
        told()
        == "Historique de plus de 5 ans : 2 versions à effacer (rien n’est fait sans --wet-run), 4 gardées."
    )
    assert len(kept(actor)) == 5
    assert told("--wet-run") == "Historique de plus de 5 ans : 2 versions effacées, 4 gardées."
    assert kept(actor) == ["il y a 1 ans", "il y a 4 ans", "il y a 6 ans"]
    assert kept(quiet) == ["jamais changée depuis"]
    assert Revision.objects.filter(version=None).count() == 0
    assert told("--wet-run", "--years", "5").startswith("Historique de plus de 5 ans : 0 versions")


def test_the_years_are_chosen_within_reason(actor):
    assert "3 versions à effacer" in told("--years", "3")
    for years in ("0", "-1", "101"):
        with pytest.raises(CommandError, match="de 1 à 100"):
            told("--years", years)


def test_a_merger_of_old_entries_can_still_be_undone(actor):
    other = make_organisation()
    change(other, "il y a 7 ans", 7)
    change(other, "il y a 6 ans", 6)
    merge_actors(kept=actor, merged=other)
    told("--wet-run")
    undo_merger(merger=Merger.objects.get())
    assert set(Actor.objects.values_list("summary", flat=True)) == {"il y a 1 ans", "il y a 6 ans"}


def test_what_lies_in_the_bin_can_still_come_back():
    actor = make_organisation()
    change(actor, "il y a 8 ans", 8)
    binned = delete_actor(actor=Actor.objects.get())
    told("--wet-run")
    restore_from_bin(binned=binned, user=None)
    assert Actor.objects.get().summary == "il y a 8 ans"
