"""The two menus of every page: its sections on top, the editorial pages at its foot."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from django.urls import reverse

from actors.index import snapshot
from pages.models import EditorialPage
from territories.memory import Memory

_SECTIONS = (
    ("actor-list", "Annuaire"),
    ("territory-list", "Territoires"),
    ("ptce-list", "PTCE"),
    ("cooperation-list", "Coopérations"),
    ("map", "Carte"),
    ("letter-list", "Lettres"),
)


@dataclass(frozen=True)
class MenuEntry:
    """One link; ``current`` is a value of aria-current, or nothing."""

    href: str
    label: str
    current: str = ""


_memory: Memory[tuple[MenuEntry, ...]] = Memory()


@cache
def sections() -> tuple[MenuEntry, ...]:
    return tuple(MenuEntry(reverse(name), label) for name, label in _SECTIONS)


def footer() -> tuple[MenuEntry, ...]:
    """The pages at the foot, what partners take along, then the plan of the site.

    Read once per version (1 query) and kept in memory, since every page shows them: a page that asks
    the index knows of every change, one that does not shows what the process last heard of.
    """
    # Another snapshot means that something changed; without any, nothing tells whether.
    return _memory.get(snapshot.at_hand() or object(), _read_footer)


def _read_footer() -> tuple[MenuEntry, ...]:
    entries = [MenuEntry(page.get_absolute_url(), page.label) for page in EditorialPage.objects.in_footer()]
    ours = (("data", "Données et intégration"), ("site-plan", "Plan du site"))
    return (*entries, *(MenuEntry(reverse(name), label) for name, label in ours))


def footer_of_error() -> tuple[MenuEntry, ...]:
    """The same for a page that must not ask the database: what was last read, or nothing."""
    return _memory.last() or ()


def marked(entries: Iterable[MenuEntry], path: str) -> tuple[MenuEntry, ...]:
    """The entries, the one the page at ``path`` is or lies below marked as such."""
    return tuple(
        [
            replace(entry, current="page" if path == entry.href else "true")
            if path.startswith(entry.href)
            else entry
            for entry in entries
        ]
    )
