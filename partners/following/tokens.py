"""Signed words of links in mail: who holds one received the mail. None expires: ending must work for ever."""

from django.core import signing

from partners.models import Subscription

CONFIRM, END, MINE = "confirm", "end", "mine"


def token(purpose: str, subscription: Subscription) -> str:
    """The word of a link that serves one purpose for one subscription."""
    return (
        signing.Signer(salt=f"partners.following.{purpose}").sign(str(subscription.pk)).replace(":", ".", 1)
    )


def subscription_id(purpose: str, word: str) -> int | None:
    """The number in a word of ours; None for any other. The row may be gone: then it was ended."""
    number, _, signature = word.partition(".")
    try:
        return int(signing.Signer(salt=f"partners.following.{purpose}").unsign(f"{number}:{signature}"))
    except (signing.BadSignature, ValueError):
        return None
