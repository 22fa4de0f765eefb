"""Links as a mail would hold them: signed with the key that the sites of the browser have."""

from django.core import signing

# Of throw-away sites on this machine alone.
KEY = "la-cle-des-sites-du-navigateur-qui-ne-protege-rien"
# What scene.py makes, the first and second of its database: the question it asks, the lists that somebody follows.
_REMINDER = "1"
_FOLLOWED, _ASKED = "1", "2"
# The dated edition it makes.
EDITION = "2026-01"


def entry_token() -> str:
    return signing.TimestampSigner(key=KEY, salt="editing.freshness.entry", sep=".", fallback_keys=()).sign(
        _REMINDER
    )


def follow_token(purpose: str, *, confirmed: bool = True) -> str:
    """``purpose``: confirm, end or mine, of a list that is followed, or that waits to be confirmed."""
    signer = signing.Signer(key=KEY, salt=f"partners.following.{purpose}", fallback_keys=())
    return signer.sign(_FOLLOWED if confirmed else _ASKED).replace(":", ".", 1)


def stop_token() -> str:
    return signing.Signer(key=KEY, salt="editing.freshness.stop", sep=".", fallback_keys=()).sign("f" * 32)
