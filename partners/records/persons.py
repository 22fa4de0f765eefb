"""No person leaves in a file: their names are taken out of the texts that editors write."""

from collections import defaultdict
from functools import lru_cache
from itertools import chain

from sources.erasure import without_names
from sources.models import Person
from territories.memory import Memory
from territories.models import Change
from territories.text import fold


class Discretion:
    """Takes the names of known persons out of running texts; what an actor is called stays as it is.

    Spokespersons and authors are in no record anyway: this minds the name that slipped into a description. Only names
    of two words or more are looked for, since « Gérard » alone is also a street's.
    """

    def __init__(self, names: list[str]) -> None:
        # First word of a name -> the names that begin with it: a text is searched for its own words only.
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for name in names:
            words = fold(name).split()
            if len(words) > 1:
                self._by_word[words[0]].append(name)

    @classmethod
    def read(cls) -> "Discretion":
        """Every person of the directory (1 query)."""
        names = []
        for name, others in Person.objects.order_by("pk").values_list("name", "other_spellings"):
            names += [name, *others.splitlines()]
        return cls(names)

    @classmethod
    def current(cls, version: int | None = None) -> "Discretion":
        """The same, kept for one version of the directory (1 query for the version, none where it is given).

        Whoever speaks for a published actor or signed in a letter that is out moves the version.
        """
        if version is None:
            version = Change.objects.version()
        return _memory.get(version, cls.read)

    def applied(self, text: str) -> str:
        """``text`` with « […] » instead of each name."""
        if not text:
            return text
        found = self._by_word.keys() & set(chain.from_iterable(map(_words, text.split())))
        meant = [name for word in found for name in self._by_word[word]]
        return without_names(text, meant) if meant else text


# Texts of a directory share their words, and folding a sentence costs ten times as much as looking up its words.
@lru_cache(maxsize=10_000)
def _words(piece: str) -> tuple[str, ...]:
    """Folded words of a piece of text without a space."""
    return tuple(fold(piece).split())


_memory: Memory[Discretion] = Memory()
