"""Folding of names, one form for search and order, the same on both databases; texts without signs nobody sees."""

import re
import unicodedata

# What ends a line besides \n: Word, PDF and old machines leave them in what people paste.
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# No text of people holds them: controls, half letters, signs that turn the direction of what follows. XML, Excel,
# the fonts of share images and PostgreSQL (NUL) refuse one or another.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """Lower case without accents or ligatures; every other sign becomes one space.

    >>> fold("L’Écoferme du Pinson – Cœur d'Ostrevent")
    'l ecoferme du pinson coeur d ostrevent'
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def without_controls(text: str) -> str:
    r"""Lines end with \n, and signs that can't be seen are gone.

    >>> without_controls("Collecte\x0bet\x02 revend\r\n")
    'Collecte\net revend\n'
    """
    return _UNSEEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    r"""The same on one line, as names are.

    >>> one_line("Dynamique\x85Insertion")
    'Dynamique Insertion'
    """
    return without_controls(text).replace("\n", " ")


def row_number(text: object) -> int:
    """The number of a row that somebody typed or posted; 0, which no row has, for whatever is none.

    Digits of other scripts, which int() or the database refuses or takes, and numbers no database holds are none.

    >>> row_number("12"), row_number("²"), row_number("9" * 25), row_number(None)
    (12, 0, 0, 0)
    """
    text = str(text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
