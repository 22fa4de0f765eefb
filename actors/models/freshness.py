"""When a plan has grown silent, and when an entry wants confirming: what time alone makes doubtful."""

import calendar
import datetime

from django.utils import timezone

# Of whatever was only planned, envisaged or wished for.
SILENT_YEARS = 3
# How long a confirmation holds.
MONTHS_FRESH = 12


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months earlier, or the last one of a shorter month.

    >>> months_before(datetime.date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_silent(year: int | None) -> bool:
    """Whether the last news, of ``year``, is three years old or more; False without a year."""
    return year is not None and timezone.localdate().year - year >= SILENT_YEARS
