"""Links as a mail would hold them: signed with the key that the sites of the browser have."""

from django.core import signing

# Of throw-away sites on this machine alone.
KEY = "la-cle-des-sites-du-navigateur-qui-ne-protege-rien"
# The question that scene.py asks about, the first of its database.
_REMINDER = "1"


def entry_token() -> str:
    return signing.TimestampSigner(key=KEY, salt="editing.freshness.entry", sep=".", fallback_keys=()).sign(
        _REMINDER
    )


def stop_token() -> str:
    return signing.Signer(key=KEY, salt="editing.freshness.stop", sep=".", fallback_keys=()).sign("f" * 32)
