"""What is told of persons is kept as long as the register says, and no longer."""

import datetime

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from apes_directory.retention import RULES, forget_journal, forget_sessions
from tests.factories.editors import make_user

pytestmark = pytest.mark.django_db
REGISTER = settings.BASE_DIR / "docs" / "registre-des-traitements.md"


def make_rows() -> None:
    """One of each too old, one not."""
    now, user = timezone.now(), make_user()
    for number, days in enumerate((366, 364)):
        row = LogEntry.objects.create(user=user, action_flag=2, object_repr=f"x{number}")
        LogEntry.objects.filter(pk=row.pk).update(action_time=now - datetime.timedelta(days=days))
        expires = now - datetime.timedelta(seconds=1) if number == 0 else now + datetime.timedelta(days=1)
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=expires)


def test_the_register_says_every_rule():
    text = REGISTER.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for rule in RULES:
        assert any(rule.what in row and rule.kept in row for row in rows), rule


def test_journal_and_sessions_end():
    make_rows()
    assert forget_journal()
    assert forget_sessions()
    assert list(LogEntry.objects.values_list("object_repr", flat=True)) == ["x1"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["s1"]
    assert not forget_journal()
    assert not forget_sessions()


def test_the_command_looks_before_it_forgets(capsys):
    make_rows()
    call_command("forget_old_data")
    assert capsys.readouterr().out.count(": à effacer") == 2
    assert LogEntry.objects.count() == 2
    call_command("forget_old_data", "--wet-run")
    assert capsys.readouterr().out.count(": effacé") == 2
    assert LogEntry.objects.count() == Session.objects.count() == 1
    call_command("forget_old_data", "--wet-run")
    assert capsys.readouterr().out.count("rien de trop vieux") == len(RULES)
