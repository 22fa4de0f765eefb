"""What a fault did: how often it was tried, how often the site was well after it, and what was lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Told:
    """One row of the report.

    ``tried`` counts the faults that were made; ``losses`` says, a sentence each, what was lost, seen half or never told:
    nothing, if the site survived. ``notes`` are measured facts, for the report.
    """

    fault: str
    database: str
    tried: int = 0
    losses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def survived(self) -> int:
        return max(0, self.tried - len(self.losses))

    @property
    def line(self) -> str:
        return (
            f"{self.fault} ({self.database}): {self.tried} tried, {self.survived} survived, "
            f"{len(self.losses)} lost, {self.seconds:.0f} s"
        )

    def expect(self, holds: bool, otherwise: str) -> bool:
        """Count one thing looked at; ``otherwise`` tells the loss where it does not hold."""
        self.tried += 1
        if not holds:
            self.losses.append(otherwise)
        return holds

    def note(self, text: str) -> None:
        self.notes.append(text)


@contextmanager
def timed(told: Told) -> Iterator[Told]:
    """The block's seconds in ``told``; what stops the block is a loss, and stops nothing else."""
    started = time.monotonic()
    try:
        yield told
    except Exception as error:
        told.tried += 1
        told.losses.append(f"the fault could not be tried to its end: {type(error).__name__}: {error}")
    finally:
        told.seconds = time.monotonic() - started
