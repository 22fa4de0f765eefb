"""The list of erased persons: fingerprints, so that it names nobody."""

import hashlib
import hmac

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
