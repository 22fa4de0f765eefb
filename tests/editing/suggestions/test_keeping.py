"""What is kept of senders, and for how long."""

import datetime

import pytest
from django.utils import timezone

from editing.models import SendingTrace, Suggestion
from editing.suggestion_models import SuggestionKind, SuggestionState
from editing.suggestions.jobs import forget_senders
from editing.suggestions.receiving import receive

pytestmark = pytest.mark.django_db


def aged(state, days, **more):
    row = receive(kind=SuggestionKind.GENERAL, message="Bonjour", email="moi@exemple.fr", **more)
    then = timezone.now() - datetime.timedelta(days=days)
    decided = None if state == SuggestionState.WAITING else then
    Suggestion.objects.filter(pk=row.pk).update(state=state, received_at=then, decided_at=decided)
    return row


@pytest.mark.parametrize(
    ("state", "days", "email", "kept"),
    [
        (SuggestionState.WAITING, 400, "moi@exemple.fr", True),
        (SuggestionState.ACCEPTED, 29, "moi@exemple.fr", True),
        (SuggestionState.ACCEPTED, 31, "", True),
        (SuggestionState.PARTLY, 31, "", True),
        (SuggestionState.REFUSED, 31, "", True),
        (SuggestionState.REFUSED, 366, "", False),
        (SuggestionState.SPAM, 29, "moi@exemple.fr", True),
        (SuggestionState.SPAM, 31, "", False),
    ],
)
def test_addresses_go_a_month_after_the_answer_and_rows_in_their_time(state, days, email, kept):
    aged(state, days)
    forget_senders()
    assert list(Suggestion.objects.values_list("email", flat=True)) == ([email] if kept else [])


def test_who_sent_how_often_is_known_for_a_day():
    now = timezone.now()
    for hours in (1, 23, 25):
        SendingTrace.objects.create(fingerprint="a" * 64, sent_at=now - datetime.timedelta(hours=hours))
    assert forget_senders() is True
    assert SendingTrace.objects.count() == 2


def test_nothing_due_is_nothing_done(django_assert_num_queries):
    aged(SuggestionState.WAITING, 3)
    with django_assert_num_queries(3):
        assert forget_senders() is False


def test_references_differ_and_read_well_aloud():
    references = {aged(SuggestionState.WAITING, 0).reference for _ in range(50)}
    assert len(references) == 50
    assert not set("01IO") & set("".join(references))
