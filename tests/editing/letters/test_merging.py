"""Entries brought together after their letter came out: withdrawing it, and undoing the merger, in either order."""

import pytest
from django.urls import reverse

from actors.actions.merge_actors import CannotMerge
from actors.enums import PublicationStatus
from actors.models import Actor, ContactPoint, Cooperation, Merger
from editing.letter_models import PendingFact, PreparedEntry
from editing.letters.merging import merge_entries, undo_merger_of_entries
from editing.letters.release import publish_letter, withdraw_letter
from editing.roles import EDITOR
from sources.enums import LetterState
from sources.models import Letter
from tests.editing.letters.typing import facts, make_prepared, new_actor
from tests.factories.actors import make_organisation
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user(EDITOR)


@pytest.fixture
def letter(editor):
    """Out: it brought « Le Café vert », a contact and a summary of « La Locomotive », and a link of hers."""
    letter = make_prepared()
    article, client = letter.articles.get(), logged_in(editor)
    locomotive = make_organisation(name="La Locomotive", summary="Avant.")
    make_organisation(name="Ville de Raismes")
    new_actor(client, article, "La Locomotive")
    new_actor(client, article, "Le Café vert", kind="organisation:integration")
    facts(client, article, entry("Le Café vert"), contact=[{"value": "cafe@vert.fr"}])
    facts(
        client,
        article,
        locomotive,
        contact=[{"value": "a@b.fr"}],
        cooperation=[{"phrase": "supports:target", "other": "Ville de Raismes"}],
        columns={"summary": "Après."},
    )
    publish_letter(letter=letter, user=editor)
    return letter


@pytest.fixture
def other():
    """Published before the letter, and not by it."""
    return make_organisation(name="Bistrot")


def entry(name: str) -> Actor:
    return Actor.objects.get(name=name)


def merge(kept: str, merged: str, user):
    return merge_entries(kept=entry(kept), merged=entry(merged), chosen={}, user=user)


def contacts() -> dict[str, str]:
    return dict(ContactPoint.objects.values_list("value", "actor__name"))


def state_of(name: str) -> str:
    return entry(name).publication


def test_an_entry_of_the_letter_joins_another_which_stays_when_it_is_withdrawn(letter, other, editor):
    merge("Bistrot", "Le Café vert", editor)
    released = withdraw_letter(letter=letter, user=editor)
    assert released.left == ["ce que disait « Le Café vert », réunie depuis avec « Bistrot »"]
    assert state_of("Bistrot") == PublicationStatus.PUBLISHED
    assert contacts() == {"cafe@vert.fr": "Bistrot"}
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert contacts() == {"cafe@vert.fr": "Bistrot", "a@b.fr": "La Locomotive"}


def test_what_the_letter_added_to_an_entry_goes_with_it_wherever_that_went(letter, other, editor):
    merge("Bistrot", "La Locomotive", editor)
    assert contacts()["a@b.fr"] == "Bistrot"
    withdraw_letter(letter=letter, user=editor)
    assert contacts() == {"cafe@vert.fr": "Le Café vert"}
    assert not Cooperation.objects.exists()
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert contacts() == {"cafe@vert.fr": "Le Café vert", "a@b.fr": "Bistrot"}
    assert str(Cooperation.objects.get()) == "Ville de Raismes soutient Bistrot"


def test_so_does_a_link_whose_other_end_went(letter, editor):
    make_organisation(name="Mairie de Raismes")
    merge("Mairie de Raismes", "Ville de Raismes", editor)
    withdraw_letter(letter=letter, user=editor)
    assert not Cooperation.objects.exists()
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert str(Cooperation.objects.get()) == "Mairie de Raismes soutient La Locomotive"


@pytest.mark.parametrize("merged", ["Le Café vert", "La Locomotive"])
def test_undone_before_the_withdrawal_nothing_is_left_of_the_merger(letter, other, editor, merged):
    undo_merger_of_entries(merger=merge("Bistrot", merged, editor), user=editor)
    assert contacts() == {"cafe@vert.fr": "Le Café vert", "a@b.fr": "La Locomotive"}
    assert [entry.actor.name for entry in PreparedEntry.objects.all()] == ["Le Café vert"]
    assert withdraw_letter(letter=letter, user=editor).left == []
    assert contacts() == {"cafe@vert.fr": "Le Café vert"}
    assert (entry("La Locomotive").summary, state_of("Le Café vert")) == ("Avant.", PublicationStatus.REVIEW)
    assert PendingFact.objects.waiting().filter(actor__name="La Locomotive").count() == 4
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert contacts() == {"cafe@vert.fr": "Le Café vert", "a@b.fr": "La Locomotive"}


def test_undone_after_the_withdrawal_the_entry_waits_again(letter, other, editor):
    merger = merge("Bistrot", "Le Café vert", editor)
    withdraw_letter(letter=letter, user=editor)
    undo_merger_of_entries(merger=merger, user=editor)
    assert (state_of("Le Café vert"), state_of("Bistrot")) == (
        PublicationStatus.REVIEW,
        PublicationStatus.PUBLISHED,
    )
    publish_letter(letter=Letter.objects.get(), user=editor)
    assert state_of("Le Café vert") == PublicationStatus.PUBLISHED
    assert withdraw_letter(letter=Letter.objects.get(), user=editor).left == []
    assert state_of("Le Café vert") == PublicationStatus.REVIEW


def test_not_undone_after_a_withdrawal_that_changed_the_entry(letter, other, editor):
    merger = merge("Bistrot", "La Locomotive", editor)
    withdraw_letter(letter=letter, user=editor)
    with pytest.raises(CannotMerge, match="modifiée depuis"):
        undo_merger_of_entries(merger=merger, user=editor)
    assert PendingFact.objects.waiting().filter(actor__name="Bistrot").count() == 4


@pytest.mark.parametrize("withdrawn_first", [True, False])
def test_an_older_entry_that_joined_one_of_the_letter_keeps_it_out(letter, other, editor, withdrawn_first):
    merger = merge("Le Café vert", "Bistrot", editor)
    if withdrawn_first:
        withdraw_letter(letter=letter, user=editor)
        assert state_of("Le Café vert") == PublicationStatus.PUBLISHED
        undo_merger_of_entries(merger=merger, user=editor)
    else:
        undo_merger_of_entries(merger=merger, user=editor)
        assert state_of("Le Café vert") == PublicationStatus.PUBLISHED
        withdraw_letter(letter=letter, user=editor)
    assert (state_of("Le Café vert"), state_of("Bistrot")) == (
        PublicationStatus.REVIEW,
        PublicationStatus.PUBLISHED,
    )


def test_two_mergers_in_a_row_are_undone_the_last_one_first(letter, other, editor):
    make_organisation(name="Brasserie")
    first = merge("Bistrot", "Le Café vert", editor)
    second = merge("Brasserie", "Bistrot", editor)
    undo_merger_of_entries(merger=second, user=editor)
    undo_merger_of_entries(merger=first, user=editor)
    withdraw_letter(letter=letter, user=editor)
    assert state_of("Le Café vert") == PublicationStatus.REVIEW
    assert (state_of("Bistrot"), state_of("Brasserie")) == (PublicationStatus.PUBLISHED,) * 2


def test_the_pages_carry_too(letter, other, editor):
    client = logged_in(editor)
    page = reverse("admin:merge", args=[other.pk, entry("La Locomotive").pk])
    comparison = client.get(page, {"garder": other.pk}).context["comparison"]
    client.post(page, {"kept": other.pk, "versions": comparison.versions})
    assert contacts()["a@b.fr"] == "Bistrot"
    assert PendingFact.objects.filter(actor=other).count() == 4
    client.post(reverse("admin:mergers"), {"merger": Merger.objects.get().pk})
    assert contacts()["a@b.fr"] == "La Locomotive"
    assert not PendingFact.objects.filter(actor=other).exists()
    assert Letter.objects.get().state == LetterState.PUBLISHED
