"""Which addresses are due, asking them side by side, and noting what came back."""

import datetime
import queue
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from django.utils import timezone

from actors.mail import absolute
from editing.freshness.reaching import Outcome, Reacher
from editing.freshness_models import FAILURES_TO_BE_DEAD, LONGEST_ADDRESS, LinkCheck, LinkState, web_contacts
from sources.models import Source

# When an address is asked again, by how it answered: a site that failed once may be back tomorrow.
AGAIN = {
    LinkState.GOOD: datetime.timedelta(days=30),
    LinkState.MOVED: datetime.timedelta(days=30),
    LinkState.UNSURE: datetime.timedelta(days=30),
}
AGAIN_FAILED = datetime.timedelta(days=1)
AGAIN_DEAD = datetime.timedelta(days=7)
# How long the answer of an address that nothing gives any more is kept.
KEPT_UNUSED = datetime.timedelta(days=90)


def agent() -> str:
    """How we name ourselves to the sites: with an address where somebody can ask who we are."""
    return f"AnnuaireESS-HautsDeFrance/1.0 (+{absolute('/')}; verification des liens)"


def addresses_given() -> list[str]:
    """Every web address that a published entry or a source gives, once, in order (2 queries).

    A social account counts where it is written as an address: « @nom » leads nowhere by itself.
    """
    values = {*web_contacts().values_list("value", flat=True), *Source.objects.values_list("url", flat=True)}
    return sorted(
        value
        for value in values
        if value.startswith(("http://", "https://")) and len(value) <= LONGEST_ADDRESS
    )


def addresses_due() -> list[str]:
    """Those never checked first, then those whose time has come (3 queries)."""
    now = timezone.now()
    due_at = dict(LinkCheck.objects.values_list("address", "due_at"))
    long_ago = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    waiting = [(due_at.get(address, long_ago), address) for address in addresses_given()]
    return [address for due, address in sorted(waiting) if due <= now]


def outcomes(
    addresses: Sequence[str], reacher: Reacher, workers: int, stop: threading.Event | None = None
) -> Iterator[tuple[str, Outcome]]:
    """Each address with its outcome, as they come; the addresses of one site after one another.

    Closing the iterator asks for nothing more; requests under way end by their deadline.
    """
    stop = stop or threading.Event()
    done: queue.SimpleQueue = queue.SimpleQueue()

    def work(of_one_site: list[str]) -> None:
        for address in of_one_site:
            if stop.is_set():
                return
            try:
                done.put((address, reacher.reach(address)))
            except BaseException as error:
                # Waited for in the other thread, which would otherwise wait for ever.
                done.put((address, error))
                raise

    sites = defaultdict(list)
    for address in addresses:
        sites[_site(address)].append(address)
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="links")
    try:
        for of_one_site in sites.values():
            pool.submit(work, of_one_site)
        for _ in addresses:
            address, outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield address, outcome
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _site(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def record(address: str, outcome: Outcome) -> LinkCheck:
    """Note how an address answered (2 queries). Entries stay as they are."""
    now = timezone.now()
    check = LinkCheck.objects.filter(address=address).first() or LinkCheck(address=address)
    if outcome.state == LinkState.FAILING:
        check.failures += 1
        check.first_failed_at = check.first_failed_at or now
        again = AGAIN_DEAD if check.failures >= FAILURES_TO_BE_DEAD else AGAIN_FAILED
    else:
        check.failures, check.first_failed_at = 0, None
        again = AGAIN[outcome.state]
    if check.state != outcome.state or check.final_address != outcome.final:
        # What was put off was something else.
        check.postponed_until = None if outcome.state == LinkState.MOVED else check.postponed_until
    check.state, check.fault, check.status = outcome.state, outcome.fault, outcome.status
    check.final_address = outcome.final
    check.checked_at, check.due_at = now, now + again
    check.save()
    return check


def forget_unused() -> int:
    """Delete the answers of addresses that nothing gives any more and that were asked long ago (2 queries)."""
    used = LinkCheck.objects.in_use().order_by().values("pk")
    old = LinkCheck.objects.filter(checked_at__lt=timezone.now() - KEPT_UNUSED).exclude(pk__in=used)
    return old.delete()[0]


def reacher() -> Reacher:
    """The one of the running site: public addresses alone."""
    return Reacher(agent())
