"""What a clock that was ahead leaves behind."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from editing.accounts.attempts import forget_old

pytestmark = pytest.mark.django_db


def make_attempt(name: str, hours: float) -> None:
    moment = timezone.now() + datetime.timedelta(hours=hours)
    attempt = AccessAttempt.objects.create(username=name, ip_address="127.0.0.1", failures_since_start=5)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=moment)


def test_wrong_passwords_of_a_time_that_is_not_yet_are_forgotten():
    """They would have kept the door shut until then, and half an hour more."""
    make_attempt("future", 5)
    make_attempt("now", 0)
    make_attempt("yesterday", -30)
    assert forget_old() is True
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["now"]
    assert forget_old() is False
