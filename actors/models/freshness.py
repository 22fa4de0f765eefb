"""When a plan has grown silent: nothing was heard of it for so long that what followed is unknown."""

from django.utils import timezone

# Of whatever was only planned, envisaged or wished for.
SILENT_YEARS = 3


def is_silent(year: int | None) -> bool:
    """Whether the last news, of ``year``, is three years old or more; False without a year."""
    return year is not None and timezone.localdate().year - year >= SILENT_YEARS
