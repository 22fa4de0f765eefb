"""Which pages may be kept for everybody, and what of their address they depend on.

A page that is not in this table is made anew each time. One that is must be a function of its address, the
version of the directory and the date: nothing of who asks may show on it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from actors.filters import is_tracking
from actors.network.drawing import drawn_version


@dataclass(frozen=True)
class Kept:
    """``parameters``: those the page reads, None where it reads all, to complain of one it does not know.

    ``ordered``: whether the order of several values of one parameter tells anything. ``also``: what else the page
    shows that moves without the version, as something to compare.
    """

    parameters: frozenset[str] | None = frozenset()
    ordered: bool = False
    also: Callable[[], Hashable] | None = None

    def normal(self, query: str) -> str:
        """The query part of an address in one form: what means nothing taken away, in the order of the names.

        The page is asked for in this very form, so that what is kept can't depend on anything else.
        """
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=None)
        if self.parameters is None:
            pairs = [(name, value) for name, value in pairs if not is_tracking(name)]
        else:
            pairs = [(name, value) for name, value in pairs if name in self.parameters]
        names = [name for name, _ in pairs]
        # An empty value asks nothing; beside another one of its name it may be what counts.
        pairs = [(name, value) for name, value in pairs if value.strip() or names.count(name) > 1]
        if self.ordered:
            return urlencode(sorted(pairs, key=lambda pair: pair[0]))
        return urlencode(sorted(set(pairs)))


_NOTHING = Kept()
_FILTERS = Kept(parameters=None)

# Name of an address -> what it depends on.
KEPT: dict[str, Kept] = {
    "home": _NOTHING,
    "actor-list": _FILTERS,
    "actor-print": _FILTERS,
    "actor": Kept(frozenset({"notes"}), ordered=True),
    "territory-list": Kept(parameters=None, ordered=True),
    "territory": _NOTHING,
    "ptce-list": _NOTHING,
    "cooperation-list": _FILTERS,
    "map": _FILTERS,
    "map-points": _FILTERS,
    "map-contours": _NOTHING,
    # The drawing is made by a job, some time after the version.
    "network": Kept(parameters=None, also=drawn_version),
    "network-chains": Kept(parameters=None, ordered=True),
    "letter-list": _NOTHING,
    "letter": _NOTHING,
    "embed-list": Kept(parameters=None, ordered=True),
    "embed-map": Kept(parameters=None, ordered=True),
    "embed-network": Kept(parameters=None, ordered=True, also=drawn_version),
    "embed-actor": Kept(parameters=None, ordered=True),
    "site-plan": _NOTHING,
    "robots": _NOTHING,
    "sitemap": _NOTHING,
    "sitemap-section": Kept(frozenset({"p"}), ordered=True),
    "page": _NOTHING,
}
