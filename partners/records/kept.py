"""Records of actors kept in memory for one version of the directory: most pages of a list are asked again and again."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence

from actors.index.snapshot import Snapshot
from partners.records.actors import ActorReader
from partners.records.links import Links

# Some 5 kB each in memory: 10 MB for each process at most.
MOST = 2000


class KeptRecords:
    """Whole records by (site, id of the row), those asked for last; all of one version."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._beside: weakref.ref[Snapshot] | None = None
        self._records: OrderedDict[tuple[str, int], dict] = OrderedDict()
        self._lock = threading.Lock()

    def read_by_id(self, ids: Sequence[int], links: Links, snapshot: Snapshot) -> dict[int, dict]:
        """As :meth:`ActorReader.read_by_id` with all keys; those kept cost no query. They are shared: never to be changed.

        ``snapshot`` was read before: what is read now is of its version or newer, and is dropped with it.
        """
        with self._lock:
            if not self._is_beside(snapshot):
                self._records.clear()
                self._beside = weakref.ref(snapshot)
            found = {pk: record for pk in ids if (record := self._records.get((links.base, pk)))}
            for pk in found:
                self._records.move_to_end((links.base, pk))
        missing = [pk for pk in ids if pk not in found]
        if missing:
            by_id = ActorReader(links, version=snapshot.version).read_by_id(missing)
            found |= by_id
            with self._lock:
                if self._is_beside(snapshot):
                    for pk, record in by_id.items():
                        self._records[links.base, pk] = record
                    while len(self._records) > self._most:
                        self._records.popitem(last=False)
        return found

    def _is_beside(self, snapshot: Snapshot) -> bool:
        return self._beside is not None and self._beside() is snapshot


kept = KeptRecords()
