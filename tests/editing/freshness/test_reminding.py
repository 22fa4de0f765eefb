"""send_reminders: to whom, once a month for each address, never without being told to, and never to who refused."""

import datetime
import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from editing.freshness import reminding
from editing.freshness.reminding import forget_old, letters_due, refuse_mail, refuses_mail, send_letter
from editing.freshness.tokens import fingerprint
from editing.freshness_models import Correspondent, Reminder
from tests.factories.actors import make_contact, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_on(settings):
    settings.MAIL_IS_ON = True
    settings.SITE_URL = "https://annuaire.exemple"


def with_mail(address="nous@exemple.fr", personal=False, **actor):
    actor = make_organisation(**actor)
    make_contact(actor, kind="email", value=address, personal=personal)
    return actor


def run(**options):
    out = StringIO()
    call_command("send_reminders", stdout=out, **options)
    return out.getvalue().strip().splitlines()


def pass_days(days):
    """As if everything had been sent so long ago."""
    delta = datetime.timedelta(days=days)
    for correspondent in Correspondent.objects.exclude(written_on=None):
        correspondent.written_on -= delta
        correspondent.save()
    for reminder in Reminder.objects.all():
        reminder.sent_at -= delta
        reminder.save()


# -- to whom ------------------------------------------------------------------------------------------


def test_a_dry_run_tells_and_sends_nothing():
    with_mail(name="La Locomotive")
    assert run() == [
        "nous@exemple.fr : La Locomotive",
        "Vérification des fiches : 1 courriels à envoyer, pour 1 fiches.",
        "Essai à blanc : rien n’est parti. Ajouter --wet-run pour envoyer.",
    ]
    assert mail.outbox == []
    assert not Correspondent.objects.exists()
    assert not Reminder.objects.exists()


def test_a_wet_run_where_mail_is_off_refuses(settings):
    settings.MAIL_IS_ON = False
    with_mail()
    with pytest.raises(CommandError, match="n’envoie pas de courriels"):
        run(wet_run=True)
    assert mail.outbox == []
    assert not Reminder.objects.exists()


def test_only_entries_online_and_not_confirmed_lately_at_a_public_address():
    today = timezone.localdate()
    with_mail("brouillon@exemple.fr", publication="draft")
    with_mail("retiree@exemple.fr", publication="withdrawn")
    with_mail("arretee@exemple.fr", life_status="closed", life_status_year=2020)
    with_mail("fraiche@exemple.fr", last_confirmed_on=today)
    with_mail("claire.personne@exemple.fr", personal=True)
    with_mail("pas une adresse")
    make_organisation(name="Sans courriel")
    with_mail("vieille@exemple.fr", last_confirmed_on=today - datetime.timedelta(days=400))
    run(wet_run=True)
    assert [message.to for message in mail.outbox] == [["vieille@exemple.fr"]]


def test_the_months_are_an_option():
    with_mail(last_confirmed_on=timezone.localdate() - datetime.timedelta(days=200))
    assert letters_due()[0] == []
    assert len(letters_due(months=6)[0]) == 1


@pytest.mark.parametrize("options", [{"months": 0}, {"months": -3}, {"between": 0}, {"months": 100000}])
def test_senseless_months_are_refused(options):
    with pytest.raises(CommandError, match="de 1 à 120"):
        run(**options)


def test_entries_of_one_address_share_one_mail():
    for name in ("Atelier", "Boutique", "Chantier"):
        with_mail("Nous@Exemple.fr" if name == "Atelier" else "nous@exemple.fr", name=name)
    assert run(wet_run=True) == ["Vérification des fiches : 1 courriels partis, pour 3 fiches."]
    (message,) = mail.outbox
    assert message.subject == "Vos 3 fiches de l’annuaire sont-elles à jour ?"
    assert [name for name in ("Atelier", "Boutique", "Chantier") if name in message.body] == [
        "Atelier",
        "Boutique",
        "Chantier",
    ]
    assert len(set(re.findall(r"https://annuaire\.exemple/fiche/[^/\s]+/\n", message.body))) == 3


def test_an_entry_of_two_addresses_is_asked_about_at_the_first():
    actor = with_mail("premier@exemple.fr")
    make_contact(actor, kind="email", value="second@exemple.fr")
    run(wet_run=True)
    assert [message.to for message in mail.outbox] == [["premier@exemple.fr"]]


# -- once ----------------------------------------------------------------------------------------------


def test_an_address_gets_one_mail_a_month():
    with_mail(name="Une")
    run(wet_run=True)
    with_mail(name="Autre")
    assert run(wet_run=True) == [
        "Vérification des fiches : 0 courriels partis, pour 0 fiches.",
        "Sans courriel : 1 fiches dont l’adresse a reçu un courriel ce mois-ci.",
        "Sans courriel : 1 fiches déjà interrogées il y a peu.",
    ]
    assert len(mail.outbox) == 1
    pass_days(30)
    run(wet_run=True)
    assert len(mail.outbox) == 1
    pass_days(1)
    run(wet_run=True)
    assert [message.subject.partition(" ")[0] for message in mail.outbox] == ["Une", "Autre"]


def test_two_runs_at_once_send_one_mail():
    """The second had made its list before the first one wrote."""
    with_mail()
    (letter,), (same,) = letters_due()[0], letters_due()[0]
    assert send_letter(letter)
    assert not send_letter(same)
    assert len(mail.outbox) == 1
    assert Reminder.objects.count() == 1


def test_silence_is_respected_for_six_months():
    with_mail()
    run(wet_run=True)
    pass_days(100)
    run(wet_run=True)
    assert len(mail.outbox) == 1
    pass_days(100)
    run(wet_run=True)
    assert len(mail.outbox) == 2


def test_what_is_interrupted_goes_on(monkeypatch):
    for number in range(3):
        with_mail(f"nous{number}@exemple.fr")
    real, count = reminding.send_letter, []

    def interrupted(letter):
        if len(count) == 1:
            raise KeyboardInterrupt
        count.append(letter)
        return real(letter)

    monkeypatch.setattr(reminding, "send_letter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(wet_run=True)
    monkeypatch.setattr(reminding, "send_letter", real)
    run(wet_run=True)
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"nous{number}@exemple.fr" for number in range(3)
    ]


def test_a_limit_leaves_others_for_next_time():
    for number in range(3):
        with_mail(f"nous{number}@exemple.fr")
    assert run(wet_run=True, limit=2)[0] == (
        "Vérification des fiches : 2 courriels partis, pour 2 fiches, 1 autres une prochaine fois."
    )
    run(wet_run=True)
    assert len(mail.outbox) == 3


def test_quiet_when_asked():
    with_mail()
    assert run(wet_run=True, verbosity=0) == []


# -- refusing -----------------------------------------------------------------------------------------


def test_who_refused_gets_nothing_and_the_entry_is_asked_about_elsewhere():
    actor = with_mail("premier@exemple.fr")
    refuse_mail(fingerprint(" PREMIER@exemple.fr "))
    assert refuses_mail("premier@exemple.fr")
    assert run(wet_run=True)[-1] == "Sans courriel : 1 fiches dont l’adresse ne veut plus de courriel."
    assert mail.outbox == []
    make_contact(actor, kind="email", value="second@exemple.fr")
    run(wet_run=True)
    assert [message.to for message in mail.outbox] == [["second@exemple.fr"]]


def test_addresses_are_kept_as_fingerprints_alone():
    with_mail("nous@exemple.fr")
    run(wet_run=True)
    refuse_mail(fingerprint("autre@exemple.fr"))
    rows = repr([*Correspondent.objects.values(), *Reminder.objects.values()])
    assert "exemple.fr" not in rows


def test_old_questions_are_forgotten_and_refusals_are_not():
    with_mail()
    run(wet_run=True)
    refuse_mail(fingerprint("autre@exemple.fr"))
    pass_days(735)
    forget_old()
    assert not Reminder.objects.exists()
    assert [row.refused_on for row in Correspondent.objects.all()] == [timezone.localdate()]


# -- the mail ------------------------------------------------------------------------------------------


def test_the_mail_of_one_entry():
    with_mail(name="L’Établi & <Cie>", slug="l-etabli")
    run(wet_run=True)
    (message,) = mail.outbox
    assert message.subject == "L’Établi & <Cie> : votre fiche de l’annuaire est-elle à jour ?"
    assert "a une fiche sur L’Établi & <Cie>." in message.body
    assert "https://annuaire.exemple/acteurs/l-etabli/" in message.body
    until = timezone.localdate() + datetime.timedelta(days=31)
    assert f"jusqu’au {until.day}" in message.body
    stop = re.search(r"https://annuaire\.exemple/fiche/ne-plus-ecrire/\S+", message.body)[0]
    assert message.extra_headers["List-Unsubscribe"] == f"<{stop}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.content_subtype == "plain"
    assert "&amp;" not in message.body


@pytest.mark.parametrize("rows", [1, 3])
def test_making_the_list_costs_the_same_for_any_number(django_assert_num_queries, rows):
    for number in range(rows):
        with_mail(f"nous{number}@exemple.fr")
    with django_assert_num_queries(5):
        letters_due()
