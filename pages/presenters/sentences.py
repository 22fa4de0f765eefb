"""Cooperations told as sentences, each with its state and its sources, wherever a page lists some."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString

from actors.detail import cooperations
from pages.templatetags.compiled import part
from territories.memory import Memory

# About 1 kB each.
_told: Memory[SafeString] = Memory(4000)


def kept_sentences(ids: Sequence[int], version: int) -> list[SafeString]:
    """The links of these ids as a version tells them, in that order (6 queries at most for those not kept, none else)."""
    # With the years a plan falls silent, whatever the version.
    year = timezone.localdate().year

    def read(keys: list[tuple[int, int, int]]) -> dict[tuple[int, int, int], SafeString]:
        links = cooperations([pk for _, _, pk in keys], version)
        return {(version, year, link.pk): part("facts.cooperation", link) for link in links}

    keys = [(version, year, pk) for pk in ids]
    told = _told.get_many(keys, read)
    return [told[key] for key in keys if key in told]
