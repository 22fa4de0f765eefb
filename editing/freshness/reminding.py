"""Asking organisations whether their entries are still right, by the e-mail address the entries show."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone

from actors.enums import ContactKind
from actors.mail import absolute, one_address, send
from actors.models import Actor, ContactPoint, PublicId
from actors.models.freshness import MONTHS_FRESH, months_before
from editing.freshness.tokens import entry_path, fingerprint, stop_path
from editing.freshness_models import LINK_LASTS, Correspondent, Reminder

# An address gets one mail in so many days, whatever its entries.
DAYS_BETWEEN_MAILS = 31
# An entry is asked about once in so many months: silence is an answer too.
MONTHS_BETWEEN_QUESTIONS = 6
# How long it is remembered what was asked: longer than any of the above.
KEPT = datetime.timedelta(days=2 * 366)


@dataclass
class Letter:
    """One mail to come: an address and every entry it is asked about."""

    address: str
    actors: list[Actor] = field(default_factory=list)

    @property
    def subject(self) -> str:
        if len(self.actors) == 1:
            return f"{self.actors[0].full_name} : votre fiche de l’annuaire est-elle à jour ?"
        return f"Vos {len(self.actors)} fiches de l’annuaire sont-elles à jour ?"


def letters_due(
    months: int = MONTHS_FRESH, between: int = MONTHS_BETWEEN_QUESTIONS
) -> tuple[list[Letter], dict[str, int]]:
    """Mails that may be sent now, and why other entries to confirm get none, in French, with how many (5 queries).

    An entry is asked about at its first public address that wants mail; entries of one address share one mail.
    """
    today = timezone.localdate()
    emails = ContactPoint.objects.filter(kind=ContactKind.EMAIL, personal=False).order_by("pk")
    asked = _asked_since(months_before(today, between))
    refusing = set(Correspondent.objects.refusing().values_list("fingerprint", flat=True))
    written = set(
        Correspondent.objects.filter(
            written_on__gt=today - datetime.timedelta(days=DAYS_BETWEEN_MAILS)
        ).values_list("fingerprint", flat=True)
    )
    letters: dict[str, Letter] = {}
    left_out: dict[str, int] = defaultdict(int)
    rows = Actor.objects.to_confirm(months).prefetch_related(
        Prefetch("contacts", queryset=emails, to_attr="mails")
    )
    for actor in rows:
        addresses = list(_addresses(actor.mails))
        wanted = [address for address in addresses if fingerprint(address) not in refusing]
        if not addresses:
            left_out["sans courriel public"] += 1
        elif actor.public_id in asked:
            left_out["déjà interrogées il y a peu"] += 1
        elif not wanted:
            left_out["dont l’adresse ne veut plus de courriel"] += 1
        elif fingerprint(wanted[0]) in written:
            left_out["dont l’adresse a reçu un courriel ce mois-ci"] += 1
        else:
            letters.setdefault(wanted[0], Letter(wanted[0])).actors.append(actor)
    return list(letters.values()), dict(left_out)


def send_letter(letter: Letter) -> bool:
    """Queue it and note that it was, in one transaction; False when somebody else did so meanwhile.

    Some 6 queries and 1 for each entry.
    """
    today = timezone.localdate()
    with transaction.atomic():
        Correspondent.objects.get_or_create(fingerprint=fingerprint(letter.address))
        # Two runs at once: the second waits here, then sees what the first one wrote.
        correspondent = Correspondent.objects.select_for_update().get(fingerprint=fingerprint(letter.address))
        recent = today - datetime.timedelta(days=DAYS_BETWEEN_MAILS)
        if correspondent.refused_on or (correspondent.written_on and correspondent.written_on > recent):
            return False
        entries = PublicId.objects.filter(actor__in=letter.actors).in_bulk(field_name="actor_id")
        asked = [
            (actor, Reminder.objects.create(correspondent=correspondent, entry=entries[actor.pk]))
            for actor in letter.actors
        ]
        correspondent.written_on = today
        correspondent.save(update_fields=["written_on"])
        stop = absolute(stop_path(correspondent.fingerprint))
        text = render_to_string(
            "freshness/reminder.txt",
            {
                "asked": [
                    (actor, absolute(actor.get_absolute_url()), absolute(entry_path(reminder)))
                    for actor, reminder in asked
                ],
                "until": today + LINK_LASTS,
                "stop": stop,
            },
        )
        send(
            to=letter.address,
            subject=letter.subject,
            text=text,
            # Mail programs show a button of their own (RFC 8058).
            headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )
    return True


def forget_old() -> int:
    """Delete questions too old to matter, and addresses that neither refused nor were written to since (2 queries)."""
    limit = timezone.now() - KEPT
    gone = Reminder.objects.filter(sent_at__lt=limit).delete()[0]
    idle = Correspondent.objects.filter(refused_on=None, written_on__lt=timezone.localdate(limit))
    return gone + idle.filter(reminders=None).delete()[0]


def refuse_mail(correspondent_print: str) -> None:
    """« Ne plus m’écrire », from now on and for every entry."""
    Correspondent.objects.update_or_create(
        fingerprint=correspondent_print, defaults={"refused_on": timezone.localdate()}
    )


def accept_mail(correspondent_print: str) -> None:
    """Whoever refused thinks again."""
    Correspondent.objects.filter(fingerprint=correspondent_print).update(refused_on=None)


def refuses_mail(email: str) -> bool:
    """Whether that address asked for no more mail: to be asked before any mail nobody waits for (1 query)."""
    return Correspondent.objects.refusing().filter(fingerprint=fingerprint(email)).exists()


def _asked_since(day: datetime.date) -> set[str]:
    rows = Reminder.objects.filter(sent_at__date__gt=day).order_by()
    return set(rows.values_list("entry", flat=True))


def _addresses(contacts: list[ContactPoint]) -> Iterator[str]:
    """Those that mail can be sent to, alike for every entry that shows one."""
    for contact in contacts:
        with suppress(ValueError):
            yield one_address(contact.value)


def sent_one_by_one(letters: list[Letter]) -> Iterator[bool]:
    """Send each, telling whether it left: interrupted, the next run goes on with the others."""
    for letter in letters:
        yield send_letter(letter)
