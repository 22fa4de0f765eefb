"""Folding of names: one form for search and order, the same on both databases."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """Lower case without accents or ligatures; every other sign becomes one space.

    >>> fold("L’Écoferme du Pinson – Cœur d'Ostrevent")
    'l ecoferme du pinson coeur d ostrevent'
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def row_number(text: object) -> int:
    """The number of a row that somebody typed or posted; 0, which no row has, for whatever is none.

    Digits of other scripts, which int() or the database refuses or takes, and numbers no database holds are none.

    >>> row_number("12"), row_number("²"), row_number("9" * 25), row_number(None)
    (12, 0, 0, 0)
    """
    text = str(text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
