from collections.abc import Iterable

from actors.history import fragment_of, states_saying
from actors.models import reach, reach_citing


def reach_saying(names: Iterable[str]) -> None:
    """Note that entries in whose texts or sources these names may stand tell something else by now.

    Of persons who became known, or no longer are: what leaves the site is told without their names. A few more
    entries are noted than say them. Reads every state that is kept (6 queries for each name).
    """
    for name in {name.strip() for name in names} - {""}:
        fragment = fragment_of(name)
        reach(
            int(pk) for pk in states_saying([name]).order_by().values_list("object_id", flat=True).distinct()
        )
        reach_citing(title__icontains=fragment)
        reach_citing(article__title__icontains=fragment)
