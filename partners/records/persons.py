"""No person leaves in a file: their names are taken out of the texts that editors write."""

from collections import defaultdict
from functools import lru_cache
from itertools import chain

from sources.erasure import without_names
from sources.models import Person
from territories.memory import Memory
from territories.models import Change
from territories.text import fold

# What stands before a name instead of the first one.
_TITLES = ("M", "Mr", "Mme", "Mlle", "Monsieur", "Madame", "Mademoiselle", "Dr", "Me", "Maître")
_TITLES_FOLDED = {fold(title) for title in _TITLES}


class Discretion:
    """Takes the names of known persons out of the texts of records; what an actor is called stays as it is.

    Spokespersons and authors are in no record anyway: this minds the name that slipped into a description, an address
    or the title of an article, in the forms of :func:`forms`. Names of one word are not looked for, since « Gérard »
    alone is also a street's.
    """

    def __init__(self, names: list[str]) -> None:
        # Last word of a name -> its forms: a text is searched only for the names whose last word it holds.
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for name in dict.fromkeys(names):
            words = fold(name).split()
            if len(words) > 1:
                self._by_word[words[-1]] += forms(name)

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
        meant = self._meant(text)
        return without_names(text, meant) if meant else text

    def applied_to_word(self, slug: str) -> str:
        """A word of an address without each name: « entretien-jeanne-dupontel » as « entretien »; « x » of nothing else."""
        if not slug or not (meant := self._meant(slug)):
            return slug
        plain = without_names(slug.replace("-", " "), meant, instead=" ")
        return "-".join(plain.split()) or "x"

    def _meant(self, text: str) -> list[str]:
        """Forms of the names that the text may hold."""
        found = self._by_word.keys() & set(chain.from_iterable(map(_words, text.split())))
        return [form for word in found for form in self._by_word[word]]


def forms(name: str) -> list[str]:
    """How texts write a name of several words: whole, the other way round, by an initial, with a title.

    >>> forms("Anne-Lise Havez")[:4]
    ['Anne-Lise Havez', 'Havez Anne-Lise', 'a l Havez', 'a Havez']
    >>> forms("Mme Havez")
    ['Mme Havez']
    """
    first, _, last = name.strip().partition(" ")
    if not last.strip() or fold(first) in _TITLES_FOLDED or len(fold(first)) < 2:
        return [name]
    initials = [part[0] for part in fold(first).split()]
    short = [" ".join([*initials, last]), f"{initials[0]} {last}"]
    return list(dict.fromkeys([name, f"{last} {first}", *short, *(f"{title} {last}" for title in _TITLES)]))


# Texts of a directory share their words, and folding a sentence costs ten times as much as looking up its words.
@lru_cache(maxsize=10_000)
def _words(piece: str) -> tuple[str, ...]:
    """Folded words of a piece of text without a space."""
    return tuple(fold(piece).split())


_memory: Memory[Discretion] = Memory()
