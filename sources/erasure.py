"""The list of erased persons: fingerprints, so that it names nobody."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable

from django.conf import settings

from sources.models import ErasedPerson
from territories.text import fold


def fingerprint(name: str) -> str:
    """Keyed fingerprint of a folded name (SHA-256, 64 hexadecimal digits).

    Without ERASURE_KEY nobody can find out who is on the list by trying names.
    """
    return hmac.new(settings.ERASURE_KEY.encode(), fold(name).encode(), hashlib.sha256).hexdigest()


def erased_names(names: list[str]) -> set[str]:
    """Those of ``names`` whose bearer asked to be erased (1 query)."""
    by_print = {fingerprint(name): name for name in names}
    erased = ErasedPerson.objects.filter(fingerprint__in=by_print).values_list("fingerprint", flat=True)
    return {by_print[value] for value in erased}


def without_names(text: str, names: Iterable[str], instead: str = "[…]") -> str:
    """``text`` with each of ``names`` replaced, however accents, capitals and hyphens are written; never longer."""
    folded = "".join(_letter(char) for char in text)
    spans = []
    for name in names:
        words = re.findall(r"[a-z0-9œæß]+", "".join(_letter(char) for char in name))
        if words:
            # Jean-Paul Martin and Paul Martin-Dubois are not Paul Martin.
            pattern = rf"(?<![a-z0-9-]){'[^a-z0-9]{1,3}'.join(words)}(?![a-z0-9-])"
            spans += [match.span() for match in re.finditer(pattern, folded)]
    # Two names may be found in one place, or overlap.
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    for start, end in reversed(apart):
        text = text[:start] + instead + text[end:]
    return text


def _letter(char: str) -> str:
    """The character without accent and capital, one for one, so that places in both texts agree."""
    plain = unicodedata.normalize("NFD", char)[0].lower()
    return plain if len(plain) == 1 else char
