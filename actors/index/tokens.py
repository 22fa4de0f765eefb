"""Words as they are searched: made once here, in Python, alike for every database.

Accents, case, ligatures, hyphens, apostrophes and the dots of acronyms are folded away; a word stands
for its French stem as far as Snowball goes, and for its singular.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

from territories.text import fold

_STEMMER = snowballstemmer.stemmer("french")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
# A printed word: letters and digits, held together by hyphens and apostrophes.
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SINGLE = re.compile(r"[^\W_]+")
# Words that say nothing of what is looked for; a query of nothing else keeps them.
STOP_WORDS = frozenset(
    """
    a ai au aux avec c ce ces chez d dans de des du elle en et il j je l la le les leur leurs lui m ma mes mon
    n ne nos notre nous on ou par pas pour qu que qui s sa se ses son sous sur t ta te tes ton tu un une vers
    vos votre vous y
    """.split()  # noqa: SIM905
)


def _undotted(text: str) -> str:
    """« E.S.S. » as « ESS »."""
    return _DOTTED.sub(lambda match: match.group().replace(".", ""), text)


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """Every form under which one printed word is indexed and looked for: itself, singular, stems.

    Snowball stems some words otherwise without their accents: both stems are kept.
    """
    folded = fold(word).replace(" ", "")
    if not folded:
        return frozenset()
    found = {folded, _STEMMER.stemWord(folded), fold(_STEMMER.stemWord(word.lower())).replace(" ", "")}
    if len(folded) > 3 and folded[-1] in "sx":
        found.add(folded[:-1])
    return frozenset(filter(None, found))


def index_tokens(text: str) -> list[str]:
    """Tokens of a text, each once, in order of appearance.

    A word with hyphens or apostrophes is found by its parts and as one (« Ch’faid »: ch, faid, chfaid).
    """
    tokens: dict[str, None] = {}
    for match in _WORD.finditer(_undotted(text)):
        parts = re.split(r"['’\-]", match.group())
        for part in (*parts, "".join(parts)) if len(parts) > 1 else parts:
            tokens.update(dict.fromkeys(sorted(forms(part))))
    return list(tokens)


def joined_tokens(name: str) -> list[str]:
    """Neighbouring words of a name written as one: « Repair café » is also looked for as « repaircafe »."""
    words = [fold(word) for word in _SINGLE.findall(_undotted(name))]
    telling = [word for word in words if word and word not in STOP_WORDS]
    tokens: dict[str, None] = {}
    for first, second in pairwise(telling):
        tokens.update(dict.fromkeys(sorted(forms(first + second))))
    return list(tokens)


@dataclass(frozen=True)
class Term:
    """One thing a query asks for: a word by its forms, or a quoted phrase by its folded words."""

    text: str
    forms: tuple[str, ...] = ()
    phrase: str = ""


@dataclass(frozen=True)
class Query:
    """What a visitor typed, read: terms that must all be there, others that must not."""

    text: str
    key: str
    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


_QUERY = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|«(?P<quoted>[^»]*)»|(?P<word>[^\s"«»]+))')


def read_query(text: str) -> Query:
    """Never fails: signs that mean nothing are passed over.

    ``"…"`` and « … » quote a phrase, a leading ``-`` excludes (a word with hyphens or apostrophes as
    a phrase). Stop words are left out unless nothing else is asked. Neighbouring words are also looked
    for written as one, « plate-forme » and « rail coop » as « plateforme » and « railcoop ».
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    plain: list[str] = []
    run: list[str] = []  # wanted words side by side
    for match in _QUERY.finditer(_undotted(text)):
        phrase = match["phrase"] if match["phrase"] is not None else match["quoted"]
        words = [word for word in _SINGLE.findall(match["word"] or "") if fold(word)]
        if match["minus"]:
            if phrase is not None or len(words) > 1:
                unwanted += _quoted(phrase or match["word"])
            else:
                unwanted += [Term(word, forms=tuple(sorted(forms(word)))) for word in words]
        elif phrase is not None:
            wanted += [*_side_by_side(run), *_quoted(phrase)]
            run = []
            plain.append(phrase)
        else:
            run += words
            plain.append(match["word"])
    wanted += _side_by_side(run)
    telling = [term for term in wanted if term.phrase or fold(term.text) not in STOP_WORDS]
    unique = tuple(dict.fromkeys(telling or wanted))
    return Query(text.strip(), fold(" ".join(plain)), unique, tuple(dict.fromkeys(unwanted)))


def _quoted(phrase: str) -> list[Term]:
    return [Term(phrase.strip(), phrase=fold(phrase))] if fold(phrase) else []


def _side_by_side(words: list[str]) -> list[Term]:
    """Each word by its forms, and by those of what it makes with the word before and after it."""
    found = [set(forms(word)) for word in words]
    for at, (first, second) in enumerate(pairwise(words)):
        both = forms(fold(first) + fold(second))
        found[at] |= both
        found[at + 1] |= both
    return [Term(word, forms=tuple(sorted(each))) for word, each in zip(words, found, strict=True)]
