"""What was measured, and the rounds in which it was."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from tests.bench.server import Visitor

# A fresh process reads the index at its first answers, and a page is kept from the first on.
WARM_UP = 3


@dataclass(frozen=True)
class Target:
    """One address of one server. ``who``: site (no page kept), warm, 304, datasette or nginx."""

    who: str
    visitor: Visitor
    page: str
    address: str
    tag: str = ""
    status: int = 200


@dataclass
class Measures:
    """By (size, database, who, page): milliseconds of each round, of processor, bytes on the line."""

    times: dict[tuple, list[float]] = field(default_factory=lambda: defaultdict(list))
    processor: dict[tuple, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[tuple, int] = field(default_factory=dict)
    # By (size, database): what tests/bench/sql.py tells.
    index: dict[tuple, dict] = field(default_factory=dict)
    sql: dict[tuple, dict] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    slow: dict[str, tuple[float, float]] = field(default_factory=dict)

    def median(self, *key) -> float | None:
        """Milliseconds; None for what was not asked."""
        return statistics.median(self.times[key]) if self.times.get(key) else None

    def work(self, *key) -> float | None:
        """Milliseconds of processor."""
        return statistics.median(self.processor[key]) if self.processor.get(key) else None


def interleaved(
    measures: Measures,
    size: int,
    database: str,
    targets: list[Target],
    slow: list[Target],
    rounds: int,
    slow_rounds: int,
) -> None:
    """Every target in each round; those that are ``slow`` in ``slow_rounds`` of them, evenly spread."""
    every = max(1, rounds // max(1, slow_rounds))
    asked_slowly = 0
    for number in range(-WARM_UP, rounds):
        present = list(targets)
        if number >= 0 and number % every == 0 and asked_slowly < slow_rounds:
            present += slow
            asked_slowly += 1
        for target in present:
            before = target.visitor.processor()
            elapsed, _, body = target.visitor.ask(target.address, tag=target.tag, status=target.status)
            if number < 0:
                continue
            key = (size, database, target.who, target.page)
            measures.times[key].append(elapsed)
            measures.processor[key].append(target.visitor.processor() - before)
            measures.sizes[key] = len(body)
