"""What the site writes down names nobody, for people, for programs and in the mail about errors."""

import json
import logging
import subprocess
import sys

import pytest
from django.core import mail
from django.http import HttpResponse

from apes_directory import error_digest, logs
from apes_directory.logs import ErrorFile, Json, Plain, masked
from apes_directory.request_log import RequestLogMiddleware

SECRETS = {
    "camille.rocher@exemple.fr n’a rien reçu": "[courriel] n’a rien reçu",
    "from 203.0.113.9, port 80": "from [adresse], port 80",
    "from 2001:db8:0:1:0:0:0:7.": "from [adresse].",
    "rappeler le 06 12 34 56 78 ou +33612345678": "rappeler le [téléphone] ou [téléphone]",
    "Not Found: /fiche/eyJpZCI6MTIsImEiOiJ4In0:1wKz2Q:Xh0Zb-abcdEFGHij/": "Not Found: /fiche/[jeton]/",
    "GET /acteurs/?q=Camille+Rocher&page=2 failed": "GET /acteurs/?… failed",
    'key "AGE-SECRET-KEY-1TE00VCA5GFPJV233DGD3DFG72EKLWFYNVYNAWMJ3AGZ4A0KZHGDQHQPYYM"': 'key "[jeton]"',
}
KEPT = [
    "Not Found: /acteurs/jardin-de-cocagne-des-hauts-de-france-et-du-bassin-minier/",
    "actors/index/snapshot.py:40 in read, 12.5 ms, 2026-11-22 03:10:12,345",
    "Django 5.2.19, SIRET 784 361 164 00033, version 1204",
    "qu’est-ce que c’est ?",
]


@pytest.mark.parametrize(("text", "told"), SECRETS.items())
def test_whoever_it_is_about_is_masked(text, told):
    assert masked(text) == told


def test_another_sites_name_is_no_line_at_all():
    """Whoever scans would fill the log with words and tracebacks of their choice: a logger without any handler is given
    Python's last resort."""
    script = (
        "import django, logging; django.setup()\n"
        "logging.getLogger('django.security.DisallowedHost').error('camille@exemple.fr')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", KEPT)
def test_what_helps_to_mend_stays(text):
    assert masked(text) == text


def record(**more) -> logging.LogRecord:
    given = {
        "name": "annuaire",
        "levelno": logging.ERROR,
        "levelname": "ERROR",
        "msg": "pour %s",
        "args": ("a@exemple.fr",),
    }
    return logging.makeLogRecord(given | more)


def failure():
    try:
        raise ValueError("Camille <camille.rocher@exemple.fr>")
    except ValueError as error:
        return (type(error), error, error.__traceback__)


def test_tracebacks_are_masked_as_well():
    text = Plain("%(levelname)s %(message)s").format(record(exc_info=failure()))
    assert text.splitlines()[0] == "ERROR pour [courriel]"
    assert text.splitlines()[-1] == "ValueError: Camille <[courriel]>"


def test_json_is_one_object_a_line_without_the_request(rf):
    request = rf.get("/acteurs/?q=Camille")
    line = Json().format(record(request=request, status_code=404, exc_info=failure()))
    told = json.loads(line)
    assert "\n" not in line
    assert (told["level"], told["logger"], told["message"], told["status_code"]) == (
        "ERROR",
        "annuaire",
        "pour [courriel]",
        404,
    )
    assert "request" not in told
    assert "Camille <[courriel]>" in told["exc_info"]


def test_a_line_for_each_answer_says_neither_who_nor_what_for(client, db, settings, rf, caplog):
    settings.LOG_REQUESTS = True
    request = rf.get("/sante/?q=Camille", REMOTE_ADDR="203.0.113.9")
    request.resolver_match = type("match", (), {"view_name": "health"})
    with caplog.at_level(logging.INFO, logger="annuaire.requests"):
        RequestLogMiddleware(lambda _: HttpResponse("ok"))(request)
    (line,) = caplog.records
    assert line.getMessage().startswith("GET health 200 in ")
    text = Json().format(line)
    assert json.loads(text)["view"] == "health"
    assert "Camille" not in text
    assert "203" not in text


# -- the mail about errors -----------------------------------------------------------------------------------


@pytest.fixture
def errors(settings, tmp_path):
    settings.DATA_DIR, settings.ADMIN_EMAIL = tmp_path, "technique@exemple.fr"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return ErrorFile(str(error_digest.error_file()))


def test_one_mail_counts_what_failed(errors):
    for _ in range(3):
        errors.emit(record(exc_info=failure()))
    errors.emit(record(name="editing", msg="autre chose", args=()))
    assert error_digest.send_digest() == 4
    (message,) = mail.outbox
    assert (message.to, message.subject) == (
        ["technique@exemple.fr"],
        "Annuaire : 4 erreurs depuis le dernier relevé",
    )
    assert "3 fois : ValueError, tests/apes_directory/test_logs.py:" in message.body
    assert "Camille <[courriel]>" in message.body
    assert "rocher" not in message.body
    # What was told is not told again, and a day without has no mail.
    assert error_digest.send_digest() == 0
    assert len(mail.outbox) == 1


def test_an_interruption_loses_no_error(errors, monkeypatch):
    errors.emit(record())

    def fail(**_):
        raise OSError("the database is gone")

    monkeypatch.setattr(error_digest, "send", fail)
    with pytest.raises(OSError, match="the database is gone"):
        error_digest.send_digest()
    errors.emit(record())
    monkeypatch.undo()
    assert error_digest._read(error_digest.error_file().with_name("errors-sending.jsonl"))[0].total() == 1


def test_a_fault_in_a_loop_does_not_fill_the_disk(errors, monkeypatch):
    monkeypatch.setattr(logs, "_MOST_BYTES", 1_000)
    for _ in range(100):
        errors.emit(record())
    assert 1_000 <= error_digest.error_file().stat().st_size < 1_400


def test_a_folder_that_is_gone_raises_nothing(tmp_path):
    ErrorFile(str(tmp_path / "absent" / "errors.jsonl")).emit(record())
