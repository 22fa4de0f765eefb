"""What has been in the bin too long goes for good."""

import datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from reversion.models import Revision, Version

from actors.actions.delete_actor import delete_actor
from actors.actions.purge_bin import purge_due
from actors.history import keep_missing
from actors.models import BinnedActor
from tests.factories.actors import make_organisation

pytestmark = pytest.mark.django_db


def bin_of(days, **values):
    binned = delete_actor(actor=make_organisation(**values))
    # On the clock of the place: days of 24 hours end an hour early in the weeks after summer time.
    deleted_at = timezone.localtime() - datetime.timedelta(days=days)
    BinnedActor.objects.filter(pk=binned.pk).update(deleted_at=deleted_at)
    return binned


def run(capsys, *options):
    call_command("purge_bin", *options)
    return capsys.readouterr().out


def test_dry_run_says_what_it_would_do_and_does_nothing(capsys):
    bin_of(31, name="Vieille")
    bin_of(29, name="Récente")
    output = run(capsys)
    assert "Vieille" in output
    assert "Récente" not in output
    assert "1 fiches à effacer (rien n’est fait sans --wet-run)" in output
    assert BinnedActor.objects.count() == 2


def test_wet_run_removes_the_entry_with_its_history(capsys):
    keep_missing()
    old = bin_of(31, name="Vieille", slug="vieille")
    recent = bin_of(29, name="Récente")
    assert "1 fiches effacées, 1 fiches en attente" in run(capsys, "--wet-run")
    assert list(BinnedActor.objects.all()) == [recent]
    kept = set(Version.objects.values_list("object_id", flat=True))
    assert kept == {str(recent.actor_id)}
    assert str(old.actor_id) not in kept
    assert not Revision.objects.filter(version=None).exists()
    # The address goes on saying what became of it.
    assert Client().get("/acteurs/vieille/").status_code == 410


def test_the_last_day_is_the_thirtieth():
    binned = BinnedActor(deleted_at=datetime.datetime(2026, 11, 1, 10, tzinfo=datetime.UTC))
    assert binned.until == datetime.date(2026, 12, 1)


def test_nothing_goes_on_the_last_day_told(monkeypatch):
    binned = delete_actor(actor=make_organisation())
    deleted_at = timezone.make_aware(datetime.datetime(2026, 11, 1, 8))
    BinnedActor.objects.filter(pk=binned.pk).update(deleted_at=deleted_at)
    binned.refresh_from_db()
    assert binned.until == datetime.date(2026, 12, 1)
    for day, hour, kept in [(1, 9, True), (1, 23, True), (2, 0, False)]:
        now = timezone.make_aware(datetime.datetime(2026, 12, day, hour))
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        assert BinnedActor.objects.overdue().exists() is not kept


def test_the_job_purges_and_then_has_nothing_to_do():
    bin_of(31)
    bin_of(29)
    assert purge_due() is True
    assert purge_due() is False
    assert BinnedActor.objects.count() == 1
