"""What processes hold, as the kernel counts it (Linux)."""

from collections.abc import Iterator
from pathlib import Path


def resident(pid: int) -> int:
    """Bytes of a process's proportional set (PSS): memory that several share counts once in their sum.

    Raises OSError where there is no such process any more.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def family(pid: int) -> Iterator[int]:
    """A process, its children, theirs and so on."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))
