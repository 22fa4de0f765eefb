"""What waits for an entry in the bin goes with it for good."""

from collections.abc import Collection

from actors.actions.purge_bin import goes_with
from editing.letter_models import PendingFact, PreparedEntry


@goes_with
def remove_letters_work(actor_ids: Collection[int]) -> None:
    """Facts and places in letters of entries that won't come back (2 queries)."""
    PendingFact.objects.filter(actor__in=actor_ids).delete()
    PreparedEntry.objects.filter(actor__in=actor_ids).delete()
