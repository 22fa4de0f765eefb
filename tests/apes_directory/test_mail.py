"""Outgoing mail: off by default, queued as it was written, sent by a job, tried again, forgotten."""

import datetime
import smtplib
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from post_office.models import STATUS, Email

from actors.mail import absolute, send
from apes_directory.mail import forget_old, send_due
from editing.roles import MODERATOR
from tests.factories.editors import make_user

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
QUEUE = {"EMAIL_BACKEND": "apes_directory.mail.QueueBackend", "MAIL_IS_ON": True}


class Failing:
    """A mail server that refuses everything."""

    def __init__(self, *args, **kwargs):
        pass

    def open(self):
        pass

    close = open

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("no")


def post_office(settings, backend="django.core.mail.backends.locmem.EmailBackend"):
    return settings.POST_OFFICE | {"BACKENDS": {"default": backend}}


@pytest.fixture
def on(settings):
    settings.EMAIL_BACKEND = QUEUE["EMAIL_BACKEND"]
    settings.MAIL_IS_ON = True
    settings.SITE_URL = "https://annuaire.exemple.fr"
    settings.POST_OFFICE = post_office(settings)


def test_a_message_waits_for_the_job_and_leaves_once(on):
    send(to="a@exemple.fr", subject="Bonjour\nà tous", text="Voici.")
    assert mail.outbox == []
    assert send_due() is True
    assert send_due() is False
    [message] = mail.outbox
    assert (message.to, message.subject) == (["a@exemple.fr"], "Bonjour à tous")
    assert message.body.startswith("Voici.\n\n-- \nL’annuaire")
    assert message.body.endswith("https://annuaire.exemple.fr/\n")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert Email.objects.get().status == STATUS.sent


def test_what_visitors_typed_is_no_template(on):
    text = "{% include 'base.html' %} {{ settings.SECRET_KEY }} {% nonsense"
    send(to="a@exemple.fr", subject="{% now 'Y' %}", text=text)
    send_due()
    assert mail.outbox[0].subject == "{% now 'Y' %}"
    assert mail.outbox[0].body.startswith(text)


def test_what_is_rolled_back_was_never_written(on):
    with transaction.atomic():
        send(to="a@exemple.fr", subject="Non", text="Non")
        transaction.set_rollback(True)
    assert Email.objects.count() == 0


def test_plain_django_mail_is_queued_too_with_its_answer_address(on):
    EmailMessage("Objet", "Texte", to=["b@exemple.fr"], reply_to=["c@exemple.fr"]).send()
    send_due()
    assert mail.outbox[0].extra_headers["Reply-To"] == "c@exemple.fr"


# Each passes Django's own check of an address; in the queue, which keeps readers with commas, it would be several.
SEVERAL = ['"a,une@exemple.fr,deux@exemple.fr,b"@exemple.fr', '" ,une@exemple.fr, "@exemple.fr']


@pytest.mark.parametrize("address", [*SEVERAL, "a@exemple.fr, b@exemple.fr", "Marie <a@exemple.fr>"])
def test_what_is_not_exactly_one_address_gets_no_mail(on, address):
    with pytest.raises(ValueError, match="exactly one plain address"):
        send(to=address, subject="Objet", text="Texte")
    for field in ("to", "cc", "bcc"):
        with pytest.raises(ValueError, match="exactly one plain address"):
            EmailMessage("Objet", "Texte", **{"to": ["b@exemple.fr"], field: [address]}).send()
    assert Email.objects.count() == 0


def test_every_form_takes_addresses_by_the_one_field():
    """Django's own lets pass what the queue would read as several."""
    apps = ("actors", "editing", "pages", "partners", "sources", "territories")
    own = [
        str(path.relative_to(ROOT))
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if "forms.EmailField" in path.read_text(encoding="utf-8")
    ]
    assert own == ["actors/visitors.py"]


def test_several_readers_of_one_message_stay_as_many(on):
    EmailMessage("Objet", "Texte", to=["b@exemple.fr", "C@Exemple.fr"]).send()
    assert Email.objects.get().to == ["b@exemple.fr", "c@exemple.fr"]


def test_a_second_form_is_refused_rather_than_lost(on):
    message = EmailMultiAlternatives("Objet", "Texte", to=["b@exemple.fr"])
    message.attach_alternative("<p>Texte</p>", "text/html")
    with pytest.raises(ValueError, match="plain text"):
        message.send()


def test_a_failure_is_tried_again_later_and_given_up_in_the_end(on, settings, caplog):
    settings.POST_OFFICE = post_office(settings, "tests.apes_directory.test_mail.Failing") | {
        "MAX_RETRIES": 1
    }
    send(to="a@exemple.fr", subject="Objet", text="Texte")
    assert send_due() is True
    email = Email.objects.get()
    assert (email.status, email.number_of_retries) == (STATUS.requeued, 1)
    assert email.scheduled_time > timezone.now()
    # Not at once again.
    assert send_due() is False
    Email.objects.update(scheduled_time=timezone.now())
    assert send_due() is True
    assert Email.objects.get().status == STATUS.failed
    assert [log.message for log in Email.objects.get().logs.all()] == ["no", "no"]


def test_nothing_leaves_once_mail_is_switched_off(on, settings):
    send(to="a@exemple.fr", subject="Objet", text="Texte")
    settings.MAIL_IS_ON = False
    assert send_due() is False
    assert mail.outbox == []


def test_what_waited_too_long_is_not_sent(on):
    send(to="a@exemple.fr", subject="Objet", text="Texte")
    Email.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    assert send_due() is False


@pytest.mark.parametrize(
    ("status", "days", "kept"),
    [(STATUS.sent, 6, True), (STATUS.sent, 8, False), (STATUS.failed, 8, True), (STATUS.failed, 31, False)],
)
def test_mail_is_forgotten(on, status, days, kept):
    send(to="a@exemple.fr", subject="Objet", text="Texte")
    then = timezone.now() - datetime.timedelta(days=days)
    Email.objects.update(status=status, created=then, last_updated=then)
    assert forget_old() is not kept
    assert Email.objects.exists() is kept


@override_settings(SITE_URL="", HOST="127.0.0.1", PORT=8123)
def test_without_a_site_address_links_lead_to_this_machine():
    assert absolute("/acteurs/") == "http://127.0.0.1:8123/acteurs/"


def test_administrators_alone_see_the_queue(on, admin_client, client):
    send(to="a@exemple.fr", subject="Objet de la lettre", text="Texte")
    page = "/admin/post_office/email/"
    assert "Objet de la lettre" in admin_client.get(page).text
    detail = admin_client.get(f"{page}{Email.objects.get().pk}/change/").text
    assert "Texte" in detail
    assert 'name="_save"' not in detail
    client.force_login(make_user(MODERATOR))
    assert client.get(page).status_code == 403
