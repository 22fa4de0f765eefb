"""Which copies are kept: the newest of each of the last days, weeks and months that have one."""

from datetime import timedelta

from apes_directory.backups.archive import Copy

# Enough to go back before a mistake noticed late; a person who was erased is in the oldest for this long.
DAYS, WEEKS, MONTHS = 7, 4, 6
# In which a return, an upgrade or whatever else had a copy of its own made turns out to have been a mistake.
_NOTICED = timedelta(days=7)


def forgotten(copies: list[Copy]) -> list[Copy]:
    """Those nobody needs any more, the oldest first. Days without a copy don't count, so a clock gone wrong, or a
    machine that was off for months, empties no folder; the newest one always stays."""
    newest_first = sorted(copies, reverse=True)
    kept = set()
    if newest_first:
        # Made before something that may have been a mistake: a later copy of the same day does not stand for it.
        kept |= {each for each in copies if each.label and newest_first[0].moment - each.moment < _NOTICED}
    for number, period in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        newest: dict[str, Copy] = {}
        for copy in newest_first:
            newest.setdefault(f"{copy.moment:{period}}", copy)
        kept |= set(list(newest.values())[:number])
    return sorted(set(copies) - kept)


def forget(copies: list[Copy]) -> list[Copy]:
    """Delete them, and what stands beside them; which ones they were."""
    gone = forgotten(copies)
    for copy in gone:
        copy.path.unlink(missing_ok=True)
        copy.path.with_name(f"{copy.path.name}.sha256").unlink(missing_ok=True)
    return gone
