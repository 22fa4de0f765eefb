"""How long what is told of persons is kept, and what ends it: the table of docs/registre-des-traitements.md as code.

Jobs of the runner do nearly all of it as it falls due; ``manage.py forget_old_data --wet-run`` does all of it at once.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils import timezone

from actors.actions.purge_bin import purge_due
from actors.actions.purge_history import YEARS_KEPT, purge_history, purgeable
from apes_directory import mail
from editing.accounts.attempts import forget_old as forget_attempts
from editing.freshness.reminding import forget_old as forget_reminders
from editing.import_models import DAYS_KEPT, ImportBatch
from editing.requests.jobs import forget_requests
from editing.suggestions.jobs import forget_senders
from partners.following.asking import forget_unconfirmed
from partners.usage.counting import forget_old as forget_usage

KEPT_JOURNAL = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Rule:
    """One line of the table: what, how long, in French; ``end()`` tells whether there was any."""

    what: str
    kept: str
    end: Callable[[], bool]


def forget_sessions() -> bool:
    """The job that deletes who is logged in no more; whether there was any (1 query when none)."""
    rows = Session.objects.filter(expire_date__lt=timezone.now())
    return rows.exists() and bool(rows.delete()[0])


def forget_journal() -> bool:
    """The job that deletes lines of the back-office's journal after a year; whether there was any (1 query when none)."""
    rows = LogEntry.objects.filter(action_time__lt=timezone.now() - KEPT_JOURNAL)
    return rows.exists() and bool(rows.delete()[0])


def _forget_history() -> bool:
    return purgeable(years=YEARS_KEPT).exists() and purge_history(years=YEARS_KEPT) > 0


def _forget_imports() -> bool:
    return bool(ImportBatch.objects.overdue().delete()[0])


def _forget_reminders() -> bool:
    return forget_reminders() > 0


RULES: tuple[Rule, ...] = (
    Rule(
        "Demandes de personnes citées, une fois closes (sans rien de qui demandait)", "3 ans", forget_requests
    ),
    Rule(
        "Propositions : courriel 30 jours après la réponse, indésirables 30 jours, le reste 1 an, empreinte d’envoi 1 jour",
        "1 an au plus",
        forget_senders,
    ),
    Rule("Suivis par courriel jamais confirmés", "7 jours", forget_unconfirmed),
    Rule("Courriels envoyés (7 jours), ou qui n’ont pu l’être", "30 jours au plus", mail.forget_old),
    Rule("Fiches mises à la corbeille", "30 jours", purge_due),
    Rule("Lignes des tableaux déposés", f"{DAYS_KEPT} jours", _forget_imports),
    Rule("Demandes de confirmation envoyées aux structures", "2 ans", _forget_reminders),
    Rule("Versions anciennes des fiches", f"{YEARS_KEPT} ans", _forget_history),
    Rule("Journal de l’administration", "1 an", forget_journal),
    Rule("Tentatives de connexion", "1 jour", forget_attempts),
    Rule("Sessions de connexion expirées", "2 semaines", forget_sessions),
    Rule("Décomptes d’usage, qui ne nomment personne", "25 mois", forget_usage),
)


def forget_all() -> list[Rule]:
    """End all that is over; the rules by which anything went. Raise inside a transaction to only look."""
    return [rule for rule in RULES if rule.end()]
