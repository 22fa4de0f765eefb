"""Dates as precise as their source: a small profile of EDTF (ISO 8601-2).

Accepted: a year, a month or a day (``2018``, ``2019-07``, ``2019-07-14``), about (``2018~``), and at
the latest (``../2004``). A full EDTF parser accepts far more than a form should; the one kept library
warns on import with the current pyparsing, so this profile is read here.
"""

import calendar
import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format

_PATTERN = re.compile(r"(?P<before>\.\./)?(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?(?P<about>~)?")


@dataclass(frozen=True)
class PartialDate:
    """A year, month or day, possibly about or at the latest; ``str()`` reads in French."""

    year: int
    month: int | None = None
    day: int | None = None
    about: bool = False
    before: bool = False

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Raises ValueError when ``text`` is not of the profile, or names a day that never was."""
        match = _PATTERN.fullmatch(text.strip())
        if not match:
            raise ValueError(text)
        year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
        # A month 00 is none: not one that is unknown.
        datetime.date(year, 1 if month is None else month, 1 if day is None else day)
        return cls(year, month, day, bool(match["about"]), bool(match["before"]))

    @property
    def earliest(self) -> datetime.date | None:
        """First day it can mean; None when only the end is known."""
        return None if self.before else datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """Last day it can mean."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return _in_french(self)


# A page tells the day it was read, and many facts the same years.
@lru_cache(maxsize=4000)
def _in_french(date: PartialDate) -> str:
    if date.day:
        text = date_format(date.latest, "j F Y" if date.day > 1 else "1\\e\\r F Y")
    elif date.month:
        text = date_format(date.latest, "F Y")
    else:
        text = str(date.year)
    if date.about:
        text = f"vers {text}"
    return f"{text} au plus tard" if date.before else text


def as_precise(earliest: datetime.date, latest: datetime.date) -> str:
    """The date two dates frame, as precise as they agree: « 2022-11-05 », « 2022-11 », « 2022 »; the later year where
    they differ in it, since what a letter tells is true of its latest possible date."""
    if earliest == latest:
        return latest.isoformat()
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"{latest:%Y-%m}"
    return str(latest.year)


def latest_date(dates: Iterable[str | None]) -> str | None:
    """The latest of dates of differing precision, « 2022 » before « 2022-11 »; None without any."""
    return max((date for date in dates if date), default=None)


def not_before(known: str, since: str) -> bool:
    """Whether a date lies in or after another: « 2022 » is not before « 2022-06 », as far as both are known."""
    return known >= since[: len(known)]


def validate_partial_date(value: str) -> None:
    try:
        PartialDate.parse(value)
    except ValueError:
        raise ValidationError(
            "« %(value)s » n’est pas une date connue : écrivez 2018, 2019-07 ou 2019-07-14, "
            "2018~ pour « vers 2018 », ../2004 pour « 2004 au plus tard ».",
            code="partial_date",
            params={"value": value},
        ) from None


HELP = (
    "Année, mois ou jour : 2018, 2019-07, 2019-07-14. « Vers 2018 » s’écrit 2018~, "
    "« 2004 au plus tard » ../2004."
)


class PartialDateField(models.CharField):
    """Text column holding a :class:`PartialDate` in its EDTF form; '' when unknown."""

    default_validators = [validate_partial_date]

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 14
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"], kwargs["blank"]
        return name, path, args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**{"help_text": HELP, **kwargs})
