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
