"""What waits for a letter outlives the bin, and goes when the bin is emptied."""

import datetime

import pytest
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from actors.actions.facts import Fact
from actors.actions.purge_bin import purge_bin
from actors.actions.restore import restore_from_bin
from actors.enums import CitationRole
from actors.models import Actor, Alias, BinnedActor
from editing.letter_models import PendingFact, PreparedEntry
from editing.letters.entering import cite, enter_fact
from editing.letters.release import publish_letter, withdraw_letter
from editing.roles import MODERATOR
from sources.models import Letter
from tests.editing.letters.typing import make_prepared
from tests.factories.actors import make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user(MODERATOR)


@pytest.fixture
def letter(user):
    """A fact waits about « X », which visitors see; « D » waits whole."""
    letter = make_prepared()
    article = letter.articles.get()
    known = make_organisation(name="X")
    new = make_organisation(name="D", publication="draft", created_by=user)
    enter_fact(fact=Fact("alias", {"name": "Ixe", "kind": "other"}), article=article, user=user, actor=known)
    cite(actor=new, article=article, role=CitationRole.SUBJECT, user=user)
    return letter


def bin_both(user) -> list[BinnedActor]:
    return [delete_actor(actor=actor, user=user) for actor in Actor.objects.order_by("pk")]


def test_what_waits_is_there_when_entries_come_back(letter, user):
    for binned in bin_both(user):
        restore_from_bin(binned=binned, user=user)
    publish_letter(letter=letter, user=user)
    assert Actor.objects.get(name="D").is_public
    assert Alias.objects.get().name == "Ixe"


def test_meanwhile_the_letter_goes_out_without_and_says_so(letter, user):
    binned = bin_both(user)
    page = logged_in(user).get("/admin/saisie/lettres/75/parution/").text
    assert "Dans la corbeille, donc laissé de côté tant qu’on ne l’en ressort pas : « D », « X »." in page
    released = publish_letter(letter=letter, user=user)
    assert (released.entries, released.facts) == ([], 0)
    for each in binned:
        restore_from_bin(binned=each, user=user)
    released = publish_letter(letter=Letter.objects.get(), user=user)
    assert ([actor.name for actor in released.entries], released.facts) == (["D"], 1)


def test_withdrawing_takes_back_what_went_through_the_bin(letter, user):
    publish_letter(letter=letter, user=user)
    for binned in bin_both(user):
        restore_from_bin(binned=binned, user=user)
    released = withdraw_letter(letter=Letter.objects.get(), user=user)
    assert ([actor.name for actor in released.entries], released.facts, released.left) == (["D"], 1, [])
    assert Actor.objects.get(name="D").publication == "draft"
    assert not Alias.objects.exists()


def test_withdrawing_tells_what_lies_in_the_bin(letter, user):
    publish_letter(letter=letter, user=user)
    bin_both(user)
    released = withdraw_letter(letter=Letter.objects.get(), user=user)
    assert released.left == ["« D », dans la corbeille", "« X », dans la corbeille"]


def test_what_waited_goes_with_the_bin(letter, user):
    bin_both(user)
    BinnedActor.objects.update(deleted_at=timezone.now() - datetime.timedelta(days=40))
    assert purge_bin() == 2
    assert not PendingFact.objects.exists()
    assert not PreparedEntry.objects.exists()
