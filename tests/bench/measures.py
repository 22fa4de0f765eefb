"""What was measured, and the rounds in which it was."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from tests.bench.server import Visitor

# A fresh process reads the index at its first answers; limits of territories, sources and cards when they are first told.
# Every address is asked before, of ours and of theirs alike: so many times where there are fewer.
WARM_UP = 3
# Times a target is asked in a row in each round. A server at work finds its code and its tables in the processor's
# caches; one that is asked once after thirty others finds theirs, which says more of the order of asking than of it.
BURST = 3


@dataclass(frozen=True)
class Target:
    """One page of one server. ``who``: site (no page kept), warm, 304, datasette or nginx; ``addresses``: asked in turn."""

    who: str
    visitor: Visitor
    page: str
    addresses: tuple[str, ...]
    tag: str = ""
    status: int = 200

    def ask(self, turn: int) -> tuple[float, float, int]:
        """(milliseconds, of processor, bytes) of the answer to the address whose turn it is."""
        before = self.visitor.processor()
        address = self.addresses[turn % len(self.addresses)]
        elapsed, _, body = self.visitor.ask(address, tag=self.tag, status=self.status)
        return elapsed, self.visitor.processor() - before, len(body)


@dataclass
class Measures:
    """By (size, database, who, page): of each answer milliseconds, those of processor, bytes on the line."""

    times: dict[tuple, list[float]] = field(default_factory=lambda: defaultdict(list))
    processor: dict[tuple, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[tuple, list[int]] = field(default_factory=lambda: defaultdict(list))
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

    def weight(self, *key) -> float:
        """Bytes."""
        return statistics.median(self.sizes[key]) if self.sizes.get(key) else 0

    def note(self, key: tuple, elapsed: float, processor: float, size: int) -> None:
        self.times[key].append(elapsed)
        self.processor[key].append(processor)
        self.sizes[key].append(size)


def interleaved(
    measures: Measures,
    size: int,
    database: str,
    targets: list[Target],
    slow: list[Target],
    rounds: int,
    slow_rounds: int,
) -> None:
    """Every target in each round, a few times in a row; those that are ``slow`` once in ``slow_rounds`` of them,
    evenly spread."""
    every = max(1, rounds // max(1, slow_rounds))
    asked_slowly = 0
    for target in targets:
        for turn in range(max(WARM_UP, len(target.addresses))):
            target.ask(turn)
    for number in range(rounds):
        for target in targets:
            for turn in range(number * BURST, (number + 1) * BURST):
                measures.note((size, database, target.who, target.page), *target.ask(turn))
        if number % every == 0 and asked_slowly < slow_rounds:
            for target in slow:
                measures.note((size, database, target.who, target.page), *target.ask(asked_slowly))
            asked_slowly += 1
