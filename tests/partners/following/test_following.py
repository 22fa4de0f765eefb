"""Following by e-mail: asked, confirmed by a link, ended by one; nobody writes to a stranger through us."""

import datetime
import re
from contextlib import contextmanager
from unittest import mock
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import escape

from actors.actions.merge_actors import merge_actors
from editing.roles import ADMINISTRATOR, EDITOR, give_role, sync_roles
from partners.following import guard
from partners.following.asking import forget_unconfirmed
from partners.following.surviving import surviving
from partners.following.tokens import CONFIRM, END, MINE, token
from partners.models import Subscription
from territories.enums import TerritoryKind
from tests.factories import building
from tests.factories.actors import make_ptce
from tests.factories.territories import make_succession, make_territory
from tests.pages.html import main

pytestmark = pytest.mark.django_db
ADDRESS = "/suivre/?territoire=62427"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.MAIL_IS_ON = True
    settings.SITE_URL = "https://annuaire.exemple.fr"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "annuaire@exemple.fr"
    guard._counts.forget()


def send(client, address: str = ADDRESS, seconds: int = 30, headers=None, **typed):
    """What a browser posts whose visitor opened the form so long ago."""
    with mock.patch.object(guard.time, "time", return_value=timezone.now().timestamp() - seconds):
        page = client.get(address)
    field = re.search(r'name="jeton" value="([^"]+)"', page.text)[1]
    return client.post(
        address, {"jeton": field, "email": "marie@exemple.fr", "period": "weekly", **typed}, headers=headers
    )


def link(kind: str, text: str) -> str:
    return re.search(rf"https://annuaire\.exemple\.fr(/suivre/{kind}/\S+)", text)[1]


@building()
def follow(query: str = "territoire=henin-beaumont", email: str = "marie@exemple.fr", **more) -> Subscription:
    values = {"title": "acteurs à Hénin-Beaumont", "confirmed_at": timezone.now(), **more}
    return Subscription.objects.create(email=email, query=query, **values)


def test_asked_confirmed_seen_and_ended(client, directory):
    response = send(client)
    assert (response.status_code, response.url) == (302, "/suivre/verifiez/")
    assert client.get(response.url).status_code == 200
    (asked,) = mail.outbox
    assert asked.to == ["marie@exemple.fr"]
    assert asked.subject == "Confirmez : les nouveautés de l’annuaire par courriel"
    assert "les nouveautés de l’annuaire : acteurs à Hénin-Beaumont.\n" in asked.body
    row = Subscription.objects.get()
    assert (row.query, row.confirmed_at) == ("territoire=henin-beaumont", None)

    confirm = link("confirmer", asked.body)
    assert "Oui, je confirme" in client.get(confirm).text
    row.refresh_from_db()
    assert row.confirmed_at is None  # programs that open links confirm nothing
    assert "C’est confirmé" in client.post(confirm).text
    row.refresh_from_db()
    first = row.confirmed_at
    assert first is not None
    client.post(confirm)
    row.refresh_from_db()
    assert row.confirmed_at == first

    mine = client.get(f"/suivre/mes-suivis/{token(MINE, row)}/")
    assert "marie@exemple.fr" in mine.text
    assert "Acteurs à Hénin-Beaumont" in mine.text
    end = f"/suivre/arreter/{token(END, row)}/"
    assert end in mine.text
    assert "Arrêter et effacer" in client.get(end).text
    assert Subscription.objects.count() == 1
    assert "C’est arrêté" in client.post(end).text
    assert Subscription.objects.count() == 0
    assert client.post(end).status_code == client.get(end).status_code == 200
    assert client.get(confirm).status_code == 410
    assert client.post(confirm).status_code == 410
    assert Subscription.objects.count() == 0
    assert not client.cookies


def test_mail_programs_end_it_with_one_request(client):
    """RFC 8058: a POST from anywhere, without a cookie, with its own body."""
    row = follow()
    response = client.post(
        f"/suivre/arreter/{token(END, row)}/",
        {"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://courrier.exemple.com", "Sec-Fetch-Site": "cross-site"},
    )
    assert response.status_code == 200
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("kind", ["confirmer", "arreter", "mes-suivis"])
def test_a_link_that_is_not_ours_does_nothing(client, kind):
    row, other = follow(confirmed_at=None), follow(query="")
    purposes = {"confirmer": CONFIRM, "arreter": END, "mes-suivis": MINE}
    right = token(purposes[kind], row)
    wrong = [token(purpose, row) for name, purpose in purposes.items() if name != kind]
    wrong += [
        right[:-1],
        right + "x",
        f"{other.pk}.{right.partition('.')[2]}",
        str(row.pk),
        "x",
        "1.2.3",
        "%00",
        "1:2",
    ]
    for word in wrong:
        assert client.get(f"/suivre/{kind}/{word}/").status_code == 404, word
        assert client.post(f"/suivre/{kind}/{word}/").status_code in {404, 405}, word
    assert Subscription.objects.filter(confirmed_at=None).count() == 1
    assert client.get(f"/suivre/{kind}/{right}/").status_code == 200


def test_one_sees_the_subscriptions_of_ones_own_address_alone(client):
    row = follow()
    follow(query="secteur=culture", title="acteurs, domaine culture")
    follow(email="paul@exemple.fr", query="q=secret", title="acteurs pour « secret »")
    text = client.get(f"/suivre/mes-suivis/{token(MINE, row)}/").text
    assert "domaine culture" in text
    assert "secret" not in text


def test_asking_again_tells_nobody_who_follows_what(client, directory):
    follow()
    again = send(client)
    other = send(client, email="paul@exemple.fr")
    assert (again.status_code, again.url) == (other.status_code, other.url)
    assert [message.to for message in mail.outbox] == [["paul@exemple.fr"]]


@contextmanager
def after(time: datetime.timedelta):
    """Everybody's clock so much later, and the job that forgets run once."""
    moment = timezone.now() + time
    with (
        mock.patch.object(timezone, "now", return_value=moment),
        mock.patch("time.time", return_value=moment.timestamp()),
    ):
        forget_unconfirmed()
        yield


def test_who_lost_the_mail_is_asked_once_more(client, directory):
    """After half a day, and once: the wish keeps its first date, and is forgotten by it."""
    send(client)
    first = Subscription.objects.get()
    for hours, mails in ((11, 1), (13, 2), (26, 2), (100, 2)):
        with after(hours * HOUR):
            send(client, period="monthly")
        assert len(mail.outbox) == mails, hours
    row = Subscription.objects.get()
    assert (row.pk, row.created_at, row.period) == (first.pk, first.created_at, "monthly")
    with after(7 * 24 * HOUR + HOUR):
        assert not Subscription.objects.exists()


def test_one_address_is_asked_few_times(client, directory):
    """Whatever is asked for it, however long: 3 mails until they are forgotten, seven days later."""
    wishes = ["territoire=62427", *(f"q={word}" for word in ("culture", "sport", "velo", "soin"))]
    first = None
    for hour in range(0, 24 * 10, 13):
        with after(hour * HOUR):
            for query in wishes:
                guard._counts.forget()
                send(client, f"/suivre/?{query}", email="Marie@Exemple.fr")
        first = first or set(Subscription.objects.values_list("pk", flat=True))
        assert len(mail.outbox) <= (3 if hour <= 7 * 24 else 6), hour
    assert len(mail.outbox) == 6
    assert not Subscription.objects.filter(pk__in=first).exists()


def test_who_answers_may_ask_for_more(client, directory):
    for number in range(guard.PER_EMAIL + 2):
        guard._counts.forget()
        send(client, f"/suivre/?q=mot{number}")
        client.post(link("confirmer", mail.outbox[-1].body))
    assert len(mail.outbox) == guard.PER_EMAIL + 2


def test_all_together_are_asked_so_often_a_day(client, directory, monkeypatch):
    monkeypatch.setattr(guard, "PER_DAY", 2)

    def ask_all(*names: str) -> None:
        for name in names:
            guard._counts.forget()
            send(client, email=f"{name}@exemple.fr")

    ask_all("a", "b", "c")
    assert [message.to for message in mail.outbox] == [["a@exemple.fr"], ["b@exemple.fr"]]
    # A second mail counts as the first one does.
    with after(13 * HOUR):
        ask_all("a", "b", "c")
    assert len(mail.outbox) == 2
    with after(25 * HOUR):
        ask_all("a", "c", "d")
    assert [message.to for message in mail.outbox[2:]] == [["a@exemple.fr"], ["c@exemple.fr"]]
    with after(38 * HOUR):
        ask_all("b", "e")
    assert len(mail.outbox) == 4


def test_nobody_writes_to_strangers_in_our_name(client, directory):
    """What was typed into the search stands in no mail that nobody has confirmed yet, on the page it leads to alone."""
    typed = "Votre colis est bloqué, payez 2 € sur https://autre.fr/payer"
    send(client, f"/suivre/?territoire=62427&q={quote(typed)}")
    (asked,) = mail.outbox
    told = f"{asked.subject} {asked.body}"
    assert [word for word in ("colis", "payez", "autre.fr") if word in told] == []
    assert "acteurs à Hénin-Beaumont, selon des mots que la page de confirmation montre." in asked.body
    assert escape(typed) in client.get(link("confirmer", asked.body)).text


def test_one_connection_sends_few_forms_a_minute(client, directory, monkeypatch):
    # All in one minute, however slow the machine.
    moment = timezone.now().timestamp()
    monkeypatch.setattr(guard.time, "time", lambda: moment)
    answers = [
        send(client, email=f"a{number}@exemple.fr").status_code for number in range(guard.PER_MINUTE + 1)
    ]
    assert answers == [*[302] * guard.PER_MINUTE, 429]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"email": ""}, 400),
        ({"email": "marie"}, 400),
        ({"email": "marie@exemple.fr\nBcc: paul@exemple.fr"}, 400),
        ({"email": f"{'a' * 250}@exemple.fr"}, 400),
        # One address to Django, three in a queue that separates them by commas.
        ({"email": '"a,une@exemple.fr,deux@exemple.fr,b"@exemple.fr'}, 400),
        ({"email": '"a b"@exemple.fr'}, 400),
        ({"email": "marie@[127.0.0.1]"}, 400),
        ({"period": "hourly"}, 400),
        ({"jeton": "x"}, 400),
        ({"jeton": ""}, 400),
        ({"seconds": 0}, 400),
        ({"seconds": 100_000}, 400),
        ({"headers": {"Origin": "https://ailleurs.fr"}}, 400),
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 400),
        ({"website": "https://spam.fr"}, 302),  # a machine is told nothing
    ],
)
def test_what_is_no_wish_of_a_person_sends_nothing(client, directory, typed, status):
    assert send(client, **typed).status_code == status
    assert mail.outbox == []
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "query", ["territoire=nulle-part", "zzz=1", "plus=" + "&plus=".join(["abcdefgh"] * 3) + "&q=%00"]
)
def test_filters_nobody_knows_are_told(client, directory, query):
    response = client.get(f"/suivre/?{query}")
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert "jeton" not in response.text
        assert client.post(f"/suivre/?{query}", {"email": "a@b.fr"}).status_code == 400


def test_where_mail_is_off_the_page_says_so_and_offers_the_feed(client, directory, settings):
    settings.MAIL_IS_ON = False
    page = client.get(ADDRESS)
    assert "n’est pas ouvert" in page.text
    assert "<form method" not in page.text
    assert 'href="/flux/acteurs.atom?territoire=henin-beaumont"' in page.text
    assert client.post(ADDRESS, {"email": "a@b.fr", "period": "weekly"}).status_code == 404
    assert not Subscription.objects.exists()


def test_pages_of_one_person_are_kept_by_nobody(client):
    row = follow()
    for address in (
        ADDRESS,
        f"/suivre/confirmer/{token(CONFIRM, row)}/",
        f"/suivre/arreter/{token(END, row)}/",
        f"/suivre/mes-suivis/{token(MINE, row)}/",
    ):
        response = client.get(address)
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_pages_lead_there(client, directory):
    for address, wanted in (
        ("/acteurs/?secteur=reemploi", "/suivre/?secteur=reemploi"),
        (directory.commune.get_absolute_url(), "/suivre/?territoire=henin-beaumont"),
        # The PTCE itself as well: that it ended is the first thing to be told.
        (directory.ptce.get_absolute_url(), "/suivre/?ptce=emergence&plus=cdefghjk"),
    ):
        assert f'href="{escape(wanted)}"' in client.get(address).text, address
        assert client.get(wanted).status_code == 200


def test_what_nobody_confirmed_is_forgotten_after_seven_days():
    with building():
        follow()
        for days in (6, 8):
            row = follow(query=f"q={days}", confirmed_at=None)
            Subscription.objects.filter(pk=row.pk).update(
                created_at=timezone.now() - datetime.timedelta(days=days)
            )
    assert forget_unconfirmed()
    assert not forget_unconfirmed()
    assert sorted(Subscription.objects.values_list("query", flat=True)) == [
        "q=6",
        "territoire=henin-beaumont",
    ]


def test_a_stored_selection_is_read_again(directory):
    assert surviving("territoire=henin-beaumont").territory == directory.commune
    assert surviving("ptce=disparu") is None
    assert surviving("territoire=nulle-part") is None
    assert surviving("ptce=emergence").query == "ptce=emergence"
    assert not surviving("")


def test_what_took_over_is_followed(directory):
    """A PTCE merged with another one; a commune that became part of a new one."""
    other = make_ptce(slug="nouveau")
    merge_actors(kept=other, merged=directory.ptce)
    assert surviving("ptce=emergence&secteur=reemploi").query == "secteur=reemploi&ptce=nouveau"
    assert surviving("avec=emergence").linked == other
    old, new = make_territory(TerritoryKind.FORMER, slug="vieux-bourg"), make_territory(slug="bourg-neuf")
    assert surviving("territoire=vieux-bourg").territory == old
    with building():
        make_succession(old, new)
    assert surviving("territoire=vieux-bourg").territory == new
    with building():
        make_succession(old, make_territory())
    assert surviving("territoire=vieux-bourg").territory == old


def test_a_page_of_ones_own_leads_nowhere_that_is_gone(client, directory):
    row = follow(query="ptce=emergence", title="acteurs, en lien avec Émergence")
    follow(query="ptce=disparu", title="acteurs, en lien avec un disparu")
    merge_actors(kept=make_ptce(slug="nouveau"), merged=directory.ptce)
    page = main(client.get(f"/suivre/mes-suivis/{token(MINE, row)}/"))
    lists = [href for href, _ in page.links() if href.startswith("/acteurs/")]
    assert lists == ["/acteurs/?ptce=nouveau"]
    assert client.get(lists[0]).status_code == 200
    assert "Acteurs, en lien avec un disparu (n’est plus dans l’annuaire)" in page.text


def test_administrators_alone_see_who_follows(client):
    follow()
    sync_roles()
    user = get_user_model().objects.create_user("une", password="x")
    client.force_login(user)
    for role, status in ((EDITOR, 403), (ADMINISTRATOR, 200)):
        give_role(user, role)
        assert client.get("/admin/partners/subscription/").status_code == status


def test_the_database_keeps_one_row_for_each_wish():
    row = follow()
    with pytest.raises(IntegrityError), transaction.atomic():
        follow(query=row.query)
    with pytest.raises(IntegrityError), transaction.atomic():
        follow(query="", period="hourly")
