"""Mails to who follows something: what came and what changed since the last one, and nothing when nothing did."""

import datetime
from dataclasses import dataclass
from enum import Enum

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from actors import index
from actors.mail import absolute, one_address, send
from actors.wording import title
from partners import news
from partners.following.surviving import surviving
from partners.following.tokens import END, MINE, token
from partners.models import Period, Subscription
from partners.records import ActorReader, Links

# Actors named in one mail; the list has them all.
MOST = 40
_GONE = """
Bonjour,

Vous suiviez, dans l’annuaire : {title}.

Ce que cette liste nomme n’y est plus : une fiche a été supprimée, ou un filtre n’existe plus. Vous n’en recevrez donc
plus de nouvelles, et votre adresse est effacée de ce suivi.

Pour suivre autre chose, choisissez une liste :
{site}
"""
_OFTEN = {Period.WEEKLY: "une fois par semaine", Period.MONTHLY: "une fois par mois"}


class Outcome(Enum):
    """What became of a subscription that was due; one of them, several of them."""

    SENT = ("envoyé", "envoyés")
    NOTHING_NEW = ("sans nouveauté",) * 2
    UNREADABLE = ("dont la sélection n’existe plus",) * 2
    NO_ADDRESS = ("sans adresse lisible",) * 2
    TAKEN = ("déjà traité", "déjà traités")

    def told(self, number: int) -> str:
        """« 0 envoyé », « 1 envoyé », « 2 envoyés »."""
        return f"{number} {self.value[number > 1]}"


@dataclass(frozen=True)
class Digest:
    subject: str
    text: str
    headers: dict[str, str]


def digest_of(subscription: Subscription) -> Digest | Outcome:
    """The mail of one subscription; an Outcome where there is none to send (some 20 queries)."""
    selection = surviving(subscription.query)
    if selection is None:
        return Outcome.UNREADABLE
    since = subscription.told_until or subscription.confirmed_at
    found = news.since(index.ask(selection), since)
    links = Links(absolute("/").rstrip("/"))
    named = found[:MOST]
    records = ActorReader(links, ("full_name", "url", "seat")).read_by_id([each.pk for each in named])
    named = [each for each in named if each.pk in records]
    if not named:
        return Outcome.NOTHING_NEW
    what = subscription.title
    if selection.query != subscription.query:
        what = f"{title(selection)} (auparavant : {what})"
    parts = [f"Bonjour,\n\nDepuis le {date_format(timezone.localtime(since), 'j F Y')}, {what} :"]
    for heading, is_new in (("Nouvelles fiches", True), ("Fiches mises à jour", False)):
        lines = [_line(each, records[each.pk]) for each in named if each.is_new == is_new]
        if lines:
            parts.append("\n".join([heading, *lines]))
    if more := len(found) - len(named):
        parts.append(f"… et {more} autre{'s' if more > 1 else ''}.")
    query = f"?{selection.query}" if selection.query else ""
    parts.append(f"Toute la liste :\n{absolute(reverse('actor-list'))}{query}")
    end = absolute(reverse("follow-end", args=[token(END, subscription)]))
    mine = absolute(reverse("follow-mine", args=[token(MINE, subscription)]))
    parts.append(
        f"Vous recevez ces nouvelles {_OFTEN[Period(subscription.period)]} au plus, parce que vous l’avez demandé.\n"
        f"Ne plus les recevoir :\n{end}\nTout ce que vous suivez :\n{mine}"
    )
    headers = {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Digest(f"Nouveautés ({len(found)}) : {subscription.title}", "\n\n".join(parts), headers)


def _line(each: news.News, record: dict) -> str:
    where = f" ({record['seat']['name']})" if record["seat"] else ""
    what = "" if each.is_new else f" – {each.what.partition(' : ')[2]}"
    return f"- {record['full_name']}{where}{what}\n  {record['url']}"


def send_digest(pk: int, *, wet_run: bool) -> Outcome:
    """Send what one subscription is due, in one transaction with its mark: stopped anywhere, nobody gets two.

    Its row is locked meanwhile; who runs beside passes over it (PostgreSQL) or waits and finds it done (SQLite).
    """
    today = timezone.localdate()
    with transaction.atomic():
        rows = Subscription.objects.due(today)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        subscription = rows.filter(pk=pk).first()
        if subscription is None:
            return Outcome.TAKEN
        if not _is_address(subscription.email):
            # Kept since a time when forms let more pass: nobody reads there, and the others are waiting.
            if wet_run:
                subscription.delete()
            return Outcome.NO_ADDRESS
        # Before reading: what changes meanwhile is told next time rather than never.
        until = timezone.now()
        made = digest_of(subscription)
        if made is Outcome.UNREADABLE and wet_run:
            # Told once rather than never again: nothing else would ever end it.
            text = _GONE.format(title=subscription.title, site=absolute(reverse("actor-list")))
            send(to=subscription.email, subject=f"Fin de votre suivi : {subscription.title}", text=text)
            subscription.delete()
        if not isinstance(made, Digest):
            return made
        if wet_run:
            send(to=subscription.email, subject=made.subject, text=made.text, headers=made.headers)
            Subscription.objects.filter(pk=pk).update(told_until=until, sent_on=today)
    return Outcome.SENT


def _is_address(text: str) -> bool:
    try:
        one_address(text)
    except ValueError:
        return False
    return True


def due_ids(today: datetime.date) -> list[int]:
    return list(Subscription.objects.due(today).values_list("pk", flat=True))
