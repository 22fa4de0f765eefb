"""The mails: one at most in a period, none when nothing changed, and nobody gets two when it is stopped halfway."""

import datetime
import io
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from reversion.models import Revision

from actors.actions.merge_actors import merge_actors
from actors.actions.record import actor_changed
from actors.enums import ContactKind
from actors.history import act, keep_missing
from actors.models import Actor
from partners.following import digests
from partners.models import Subscription
from territories.models import Change
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation, make_place, make_ptce
from tests.partners.directory import FORBIDDEN
from tests.partners.following.test_following import _mail, follow  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def past(directory):
    """The directory as it was told to everybody ten days ago."""
    then = timezone.localtime() - 10 * DAY
    with building():
        keep_missing()
        Revision.objects.update(date_created=then)
        Change.objects.update(at=then)
        Actor.objects.update(created_at=then, updated_at=then)
    return directory


def change(actor: Actor, write) -> None:
    with transaction.atomic(), act(what="Modification"):
        write()
        actor_changed(actor=actor, what="Modification", was_public=True)


def run(wet: bool = True) -> str:
    out = io.StringIO()
    call_command("send_digests", *(["--wet-run"] if wet else []), stdout=out)
    return out.getvalue()


def waiting(**more) -> Subscription:
    return follow(**{"confirmed_at": timezone.localtime() - 8 * DAY, **more})


def test_what_changed_is_told_once(past):
    row = waiting()
    change(past.die, lambda: make_contact(past.die, "https://autre.exemple.fr/"))
    with building():
        new = make_organisation(name="Toute neuve", slug="toute-neuve")
        make_place(new, past.commune)
    elsewhere = past.ptce
    change(elsewhere, lambda: Actor.objects.filter(pk=elsewhere.pk).update(summary="Ailleurs"))
    assert run().startswith("1 suivi à échéance : 1 envoyé, 0 sans nouveauté, ")
    (sent,) = mail.outbox
    assert sent.to == ["marie@exemple.fr"]
    assert sent.subject == "Nouveautés (2) : acteurs à Hénin-Beaumont"
    text = sent.body
    assert (
        "Nouvelles fiches\n- Toute neuve (Hénin-Beaumont)\n  https://annuaire.exemple.fr/acteurs/toute-neuve/"
        in text
    )
    assert "Fiches mises à jour\n- Dynamique Insertion Emploi (Hénin-Beaumont) – coordonnées\n" in text
    assert "Émergence" not in text
    assert "https://annuaire.exemple.fr/acteurs/?territoire=henin-beaumont" in text
    row.refresh_from_db()
    assert row.sent_on == timezone.localdate()
    run()
    assert len(mail.outbox) == 1


def test_programs_can_end_it_by_its_head(client, past):
    waiting()
    change(past.die, lambda: Actor.objects.filter(pk=past.die.pk).update(summary="Autre"))
    run()
    head = mail.outbox[0].extra_headers
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(
        r"<https://annuaire\.exemple\.fr(/suivre/arreter/[^>]+)>", head["List-Unsubscribe"]
    )[1]
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()


def test_nothing_new_is_no_mail(past):
    waiting()
    assert "1 sans nouveauté" in run()
    make_personal = lambda: make_contact(past.die, "marie@x.fr", ContactKind.EMAIL, personal=True)  # noqa: E731
    change(past.die, make_personal)
    assert "1 sans nouveauté" in run()
    assert mail.outbox == []


def test_a_change_and_its_undoing_are_none(past):
    waiting()
    before = past.die.summary
    for text in ("Autre", before):
        change(past.die, lambda text=text: Actor.objects.filter(pk=past.die.pk).update(summary=text))
    assert "1 sans nouveauté" in run()


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ({"confirmed_at": None}, False),
        ({"confirmed_at": 6}, False),
        ({"confirmed_at": 7}, True),
        ({"confirmed_at": 29, "period": "monthly"}, False),
        ({"confirmed_at": 30, "period": "monthly"}, True),
        ({"confirmed_at": 60, "sent_on": 6}, False),
        ({"confirmed_at": 60, "sent_on": 7}, True),
        ({"confirmed_at": 60, "sent_on": 29, "period": "monthly"}, False),
        ({"confirmed_at": 60, "sent_on": 30, "period": "monthly"}, True),
    ],
)
def test_one_mail_at_most_in_a_period(past, more, due):
    today = timezone.localdate()
    values = dict(more)
    if values.get("confirmed_at"):
        values["confirmed_at"] = timezone.localtime() - values["confirmed_at"] * DAY
    if "sent_on" in values:
        values["sent_on"] = today - values["sent_on"] * DAY
    row = follow(**values)
    assert digests.due_ids(today) == ([row.pk] if due else [])


def test_stopped_halfway_it_goes_on_with_the_others(past, monkeypatch):
    for number in range(3):
        waiting(email=f"a{number}@exemple.fr")
    change(past.die, lambda: Actor.objects.filter(pk=past.die.pk).update(summary="Autre"))
    real, sent = digests.send, []

    def failing(**message):
        if len(sent) == 1:
            raise OSError("no more")
        sent.append(message["to"])
        real(**message)

    with monkeypatch.context() as patched:
        patched.setattr(digests, "send", failing)
        with pytest.raises(OSError, match="no more"):
            run()
    run()
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"a{number}@exemple.fr" for number in range(3)
    ]


def test_it_counts_in_french(past):
    assert run().startswith("0 suivi à échéance : 0 envoyé, ")
    for number in range(2):
        waiting(email=f"a{number}@exemple.fr")
    change(past.die, lambda: Actor.objects.filter(pk=past.die.pk).update(summary="Autre"))
    assert run().startswith("2 suivis à échéance : 2 envoyés, ")


def test_dry_it_counts_and_sends_nothing(past, settings):
    settings.MAIL_IS_ON = False
    row = waiting()
    change(past.die, lambda: Actor.objects.filter(pk=past.die.pk).update(summary="Autre"))
    text = run(wet=False)
    assert "1 envoyé" in text
    assert "À blanc : rien n’est parti." in text
    row.refresh_from_db()
    assert (mail.outbox, row.sent_on) == ([], None)
    with pytest.raises(CommandError, match="EMAIL_HOST"):
        run()


def test_an_address_that_is_none_stops_nobody(past):
    waiting(email='"a,une@exemple.fr,b"@exemple.fr')
    waiting()
    change(past.die, lambda: Actor.objects.filter(pk=past.die.pk).update(summary="Autre"))
    assert "1 sans adresse lisible" in run(wet=False)
    assert "1 envoyé, 0 sans nouveauté, 0 dont la sélection n’existe plus, 1 sans adresse lisible" in run()
    assert [message.to for message in mail.outbox] == [["marie@exemple.fr"]]
    assert Subscription.objects.count() == 1


def test_a_selection_that_is_gone_is_counted_and_stops_nothing(past):
    waiting(query="ptce=disparu")
    waiting(query="")
    change(past.die, lambda: Actor.objects.filter(pk=past.die.pk).update(summary="Autre"))
    assert "1 envoyé, 0 sans nouveauté, 1 dont la sélection n’existe plus" in run(wet=False)
    assert Subscription.objects.count() == 2
    assert "1 envoyé, 0 sans nouveauté, 1 dont la sélection n’existe plus" in run()
    # Told once, and forgotten.
    (gone,) = [message for message in mail.outbox if message.subject.startswith("Fin de votre suivi")]
    assert gone.to == ["marie@exemple.fr"]
    assert "votre adresse est effacée" in gone.body
    assert list(Subscription.objects.values_list("query", flat=True)) == [""]
    run()
    assert len(mail.outbox) == 2


def test_a_ptce_that_was_merged_is_told_under_its_new_name(past):
    """And one that ended: its own entry is followed with those around it."""
    waiting(query="ptce=emergence&plus=cdefghjk", title="acteurs, en lien avec Émergence")
    change(
        past.ptce,
        lambda: Actor.objects.filter(pk=past.ptce.pk).update(life_status="closed", life_status_year=2026),
    )
    run()
    assert "Émergence – situation" in mail.outbox[0].body
    Subscription.objects.update(sent_on=timezone.localdate() - 8 * DAY)
    with building():
        other = make_ptce(name="Nouveau PTCE", slug="nouveau")
    merge_actors(kept=other, merged=past.ptce)
    run()
    assert (
        "acteurs, en lien avec Nouveau PTCE (auparavant : acteurs, en lien avec Émergence) :"
        in mail.outbox[1].body
    )
    assert "/acteurs/?ptce=nouveau&plus=" in mail.outbox[1].body


def test_nothing_that_must_not_leave_is_in_a_mail(past):
    waiting(query="")
    for actor in (past.die, past.ressourcerie, past.ptce):
        change(actor, lambda actor=actor: Actor.objects.filter(pk=actor.pk).update(founded="2001"))
    change(past.hidden, lambda: Actor.objects.filter(pk=past.hidden.pk).update(founded="2001"))
    run()
    text = mail.outbox[0].body
    assert [word for word in FORBIDDEN if word.lower() in text.lower()] == []


def test_a_long_mail_is_cut_and_says_so(past, monkeypatch):
    monkeypatch.setattr(digests, "MOST", 2)
    waiting(query="")
    with building():
        for number in range(5):
            make_organisation(name=f"Neuve {number}")
    run()
    assert "… et 3 autres." in mail.outbox[0].body


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_mail_do_not_grow_with_rows(past, rows, django_assert_num_queries):
    from actors.index import snapshot
    from partners.records.persons import Discretion

    row = waiting()
    with building():
        for number in range(rows):
            make_place(make_organisation(name=f"Neuve {number}"), past.commune)
    snapshot.current()
    Discretion.current()
    # One of them asks the version of the territories.
    with django_assert_num_queries(11):
        digests.digest_of(row)
