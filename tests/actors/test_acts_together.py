"""Acts of several people at the same moment: each one is written, none is ended by the database."""

import threading
from contextlib import suppress

import pytest
from django.db import connection, connections

from actors.actions.record import actor_changed
from actors.history import act, versions_of
from actors.models import Actor
from tests.factories.actors import make_organisation

ROUNDS = 6


def together(*deeds) -> list[str]:
    """What each deed ended with, '' for well; each in a thread and a connection of its own."""
    ends, gate = [""] * len(deeds), threading.Barrier(len(deeds))

    def run(number, deed):
        try:
            gate.wait(10)
            deed()
        except Exception as error:
            ends[number] = f"{type(error).__name__}: {error}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite's tests hold their database in memory, which one thread writes; its acts are IMMEDIATE.",
)
@pytest.mark.django_db(transaction=True)
def test_two_who_touch_the_same_entries_the_other_way_round_both_save():
    one, other = make_organisation(), make_organisation()
    half_way = threading.Barrier(2)

    def save(first, second, word):
        with act(what=word) as current:
            Actor.objects.filter(pk=first.pk).update(summary=word)
            # Without the rule of act() both come here, and each then waits for the other's entry.
            with suppress(threading.BrokenBarrierError):
                half_way.wait(0.5)
            Actor.objects.filter(pk=second.pk).update(summary=word)
            current.touch(first.pk, second.pk)
            for actor in (first, second):
                actor_changed(actor=actor, what=word, was_public=True)

    for number in range(ROUNDS):
        half_way.reset()
        words = [f"{number} à l’endroit", f"{number} à l’envers"]
        ends = together(
            lambda word=words[0]: save(one, other, word),
            lambda word=words[1]: save(other, one, word),
        )
        assert ends == ["", ""]
        summaries = set(Actor.objects.values_list("summary", flat=True))
        assert len(summaries) == 1
        assert summaries <= set(words)
    assert versions_of(one.pk).count() == versions_of(other.pk).count() == 2 * ROUNDS


@pytest.mark.django_db
def test_an_act_waits_for_others_once_before_it_writes_anything(monkeypatch):
    waited = []
    monkeypatch.setattr("actors.history.versions.wait_for_writers", lambda: waited.append("once"))
    with act(what="x"):
        assert waited == ["once"]
        with act(what="y"):
            pass
    assert waited == ["once"]
