"""What the page of uses shows: a drawing by week, and the lists of the last twelve months."""

import csv
import datetime
import io
from dataclasses import dataclass

from django.utils import timezone

from partners.models import UsageCount, UsageKind

WEEKS = 26
_MOST = 20
# The drawing, in its own units.
WIDTH, HEIGHT, FOOT, LEFT = 780, 220, 24, 46
COLUMNS = {"day": "jour", "kind": "type", "name": "quoi", "host": "site", "count": "nombre"}


@dataclass(frozen=True)
class Bar:
    """One week's uses of one kind."""

    kind: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Week:
    monday: datetime.date
    counts: dict[str, int]
    bars: list[Bar]
    x: float

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Report:
    """6 queries."""

    width, height, foot, left = WIDTH, HEIGHT, FOOT, LEFT

    def __init__(self) -> None:
        today = timezone.localdate()
        monday = today - datetime.timedelta(days=today.weekday())
        mondays = [monday - datetime.timedelta(weeks=back) for back in reversed(range(WEEKS))]
        counts = UsageCount.objects.by_week(mondays[0])
        self.highest = _round_up(max((sum(week.values()) for week in counts.values()), default=0))
        self.weeks = [
            self._week(rank, monday, dict(counts.get(monday, {}))) for rank, monday in enumerate(mondays)
        ]
        year = today - datetime.timedelta(days=365)
        rank = UsageCount.objects.ranked
        self.lists = [
            ("Sites qui intègrent nos contenus", "Site", rank("host", UsageKind.EMBED, year, _MOST)),
            ("Contenus intégrés", "Contenu", rank("name", UsageKind.EMBED, year, _MOST)),
            ("API", "Adresse", rank("name", UsageKind.API, year, _MOST)),
            ("Téléchargements", "Fichier", rank("name", UsageKind.DOWNLOAD, year, _MOST)),
            ("Flux", "Flux", rank("name", UsageKind.FEED, year, _MOST)),
        ]

    @property
    def kinds(self) -> list[UsageKind]:
        return list(UsageKind)

    @property
    def marks(self) -> list[tuple[int, float]]:
        """(number, height) of the lines across."""
        step = self.highest / 4
        return [(round(step * part), self._y(step * part)) for part in range(5)]

    @property
    def total(self) -> int:
        return sum(week.total for week in self.weeks)

    def _y(self, count: float) -> float:
        return round(HEIGHT - FOOT - count / self.highest * (HEIGHT - FOOT - 10), 1)

    def _week(self, rank: int, monday: datetime.date, counts: dict[str, int]) -> Week:
        step = (WIDTH - LEFT) / WEEKS
        x, below, bars = round(LEFT + rank * step + 2, 1), 0, []
        for kind in UsageKind:
            if count := counts.get(kind, 0):
                top, foot = self._y(below + count), self._y(below)
                bars.append(Bar(kind.value, x, top, round(foot - top, 1)))
                below += count
        return Week(monday, counts, bars, x)

    @property
    def bar_width(self) -> float:
        return round((WIDTH - LEFT) / WEEKS - 4, 1)


def _round_up(number: int) -> int:
    """The next of 4, 8, 20, 40, 80, 200…, which four lines part into whole numbers."""
    size = 1
    while True:
        for step in (4, 8, 20):
            if number <= step * size:
                return step * size
        size *= 10


def as_csv() -> str:
    """Every count kept, the latest first; with the mark by which tables know UTF-8 (1 query)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for day, kind, name, host, count in UsageCount.objects.values_list(*COLUMNS):
        writer.writerow([day.isoformat(), UsageKind(kind).label, _plain(name), _plain(host), count])
    return f"\ufeff{text.getvalue()}"


def _plain(text: str) -> str:
    """A name that a table would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
