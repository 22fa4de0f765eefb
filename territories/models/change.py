import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, connections, models, transaction
from django.utils import timezone

from territories.enums import ChangeFate

# Any number will do, as long as nothing else in this database takes it.
_ADVISORY_LOCK = 7_225_301
# The last row rather than MAX(), which takes PostgreSQL half as long again to plan.
_VERSION = 'SELECT "number" FROM "territories_change" ORDER BY "number" DESC LIMIT 1'
_TERRITORIES_VERSION = (
    'SELECT MAX("number") FROM "territories_change" WHERE "subject" IN (\'all\', \'territory\')'
)
# Inside ``of_one_version()``: by database, what it told of the version and of that of the territories.
_told: ContextVar[dict[str, tuple[int, int]] | None] = ContextVar("told", default=None)


@contextmanager
def of_one_version() -> Iterator[None]:
    """The versions asked in here are those of the first asking, both read at once: for an answer that would ask ten times.

    What is read later may be newer than they say, as for whoever takes the version first and the data next. Nothing
    that changes the directory belongs in here.
    """
    token = _told.set({})
    try:
        yield
    finally:
        _told.reset(token)


class ChangeQuerySet(models.QuerySet):
    def version(self) -> int:
        """The directory's version: the largest number of all, 0 when nothing was ever published (1 query)."""
        told = _told.get()
        return self._both(told)[0] if told is not None else self._largest(_VERSION)

    def territories_version(self) -> int:
        """The same for the territories alone: what is drawn of them outlives the edits of actors (1 query)."""
        told = _told.get()
        return self._both(told)[1] if told is not None else self._largest(_TERRITORIES_VERSION)

    def _both(self, told: dict[str, tuple[int, int]]) -> tuple[int, int]:
        if self.db not in told:
            with connections[self.db].cursor() as cursor:
                cursor.execute(f"SELECT ({_VERSION}), ({_TERRITORIES_VERSION})")
                version, of_territories = cursor.fetchone()
            told[self.db] = version or 0, of_territories or 0
        return told[self.db]

    def _largest(self, sql: str) -> int:
        # Every page asks several times: building the query took ten times as long as asking it.
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
        return row[0] or 0 if row else 0

    def latest_dates(self, subject: str) -> dict[str, datetime.date]:
        """Key of each thing of this subject -> the day it last changed, in the site's time zone (1 query)."""
        latest = self.filter(subject=subject).values_list("key").annotate(latest=models.Max("at")).order_by()
        return {key: timezone.localdate(at) for key, at in latest}

    def latest_times(self, subject: str) -> dict[str, datetime.datetime]:
        """Key of each thing of this subject -> when it last changed (1 query); those that never did are left out."""
        return dict(self.latest_times_of(subject))

    def latest_times_of(self, subject: str) -> "ChangeQuerySet":
        """Rows of (key, when it last changed), one for each of these things that did."""
        return self.filter(subject=subject).values_list("key").order_by().annotate(latest=models.Max("at"))

    def keys_since(self, subject: str, moment: datetime.datetime) -> set[str]:
        """Keys of the things of this subject that changed from a moment on (1 query)."""
        return set(self.filter(subject=subject, at__gte=moment).values_list("key", flat=True))

    def newest(self) -> "Change | None":
        """The change that made the present version, None when nothing was ever published (1 query)."""
        return self.order_by("-number").first()

    def deleted(self, subject: str) -> set[str]:
        """Keys of the things of this subject that an editor deleted, even if made anew since (1 query)."""
        return set(self.filter(subject=subject, fate=ChangeFate.DELETED).values_list("key", flat=True))


class Change(models.Model):
    """One committed change of something visitors can see.

    Numbers commit in order, so the largest one is the directory's version: a reader that takes it
    first and the data next never keeps older data under a newer version. Written by
    :func:`record_change` alone, in the transaction of the change itself. It stands on the ground
    floor because territories, letters and actors all write it.
    """

    number = models.BigAutoField("numéro", primary_key=True)
    at = models.DateTimeField("le", auto_now_add=True)
    # "actor", "territory", "letter", "source", "activity", "page", or "all" for a load that touched many things.
    subject = models.CharField("objet", max_length=20)
    # Public id of an actor, kind:code of a territory, slug of a letter or a page, number of a source or an activity;
    # '' for a load.
    key = models.CharField("identifiant", max_length=120, blank=True)
    what = models.CharField("changement", max_length=200)
    fate = models.CharField("devenir", max_length=10, choices=ChangeFate, default=ChangeFate.LIVE)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "changement publié"
        verbose_name_plural = "changements publiés"
        ordering = ["-number"]
        indexes = [models.Index(fields=["subject", "key"], name="change_subject_key")]
        constraints = [
            models.CheckConstraint(
                name="change_fate_in_list",
                condition=models.Q(fate__in=ChangeFate.values),
                violation_error_message="Le devenir d’un changement est dans la liste prévue.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} : {self.what}"


def wait_for_writers() -> None:
    """Let other writers of the directory end first (1 query on PostgreSQL; SQLite's transactions do so by themselves).

    For a transaction that touches several rows in an order of its own: two of them would wait for each other,
    and PostgreSQL would end one. The lock goes with the transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def record_change(*, subject: str, key: str, what: str, fate: str = ChangeFate.LIVE) -> Change:
    """Raise the directory's version by one change (1 query on SQLite, 2 on PostgreSQL).

    Must be called inside the transaction that makes the change: on PostgreSQL it holds a lock until
    that transaction ends, so that numbers become visible in the order they were given. SQLite's
    IMMEDIATE transactions already write one after the other.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "record_change() belongs inside the change's transaction."
        )
    wait_for_writers()
    change = Change.objects.create(subject=subject, key=key, what=what[:200], fate=fate)
    for reach in _REACHES.get(subject, ()):
        reach(key)
    return change


def record_fates(*, subject: str, keys: Iterable[str], what: str, fate: str) -> None:
    """The same for many things that come or go at once (1 query for each thousand, 1 more on PostgreSQL)."""
    rows = [Change(subject=subject, key=key, what=what[:200], fate=fate) for key in keys]
    if rows:
        wait_for_writers()
        Change.objects.bulk_create(rows, batch_size=1000)


def leap(*, beyond: int, what: str) -> Change:
    """A change of everything whose number is larger than ``beyond`` and than any there is (4 queries at most).

    When older rows come back, numbers that readers have seen must not be given again to other contents. Inside a
    transaction, as :func:`record_change`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("leap() belongs inside a transaction.")
    wait_for_writers()
    number = max(beyond, Change.objects.version()) + 1
    change = Change.objects.create(number=number, subject="all", key="", what=what[:200])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # SQLite goes on from the largest number by itself.
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'number'), %s)", [Change._meta.db_table, number]
            )
    return change


# Subject -> what else a change of it changes, told by those above who know.
_REACHES: dict[str, list[Callable[[str], None]]] = {}


def reached_by(subject: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Have a function called with the key of each thing of this subject that changes, in the same transaction."""

    def registered(reach: Callable[[str], None]) -> Callable[[str], None]:
        _REACHES.setdefault(subject, []).append(reach)
        return reach

    return registered
