"""A visitor who asks over one connection that is kept open."""

import http.client
import sys
import time

from tests.bench.pages import numbered_address


class Visitor:
    """One connection, hence one process: its first answers after the start read the snapshot."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._asked = 0

    def ask(self, address: str) -> tuple[float, int]:
        """Milliseconds and bytes of one answer; any other status than 200 ends the bench.

        Every address is new, by its number where it takes one, else as a mail program's mark makes it: no cache of
        pages answers. The API knows no such mark, and keeps no pages.
        """
        self._asked += 1
        numbered = numbered_address(address, self._asked)
        if numbered == address and not address.startswith("/api/"):
            numbered += f"{'&' if '?' in address else '?'}utm_bench={self._asked}"
        start = time.perf_counter()
        self._connection.request("GET", numbered)
        response = self._connection.getresponse()
        body = response.read()
        elapsed = 1000 * (time.perf_counter() - start)
        if response.status != 200:
            sys.exit(f"{address} answered {response.status}")
        return elapsed, len(body)
