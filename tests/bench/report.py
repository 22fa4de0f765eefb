"""What was measured as docs/performance.md, between two marks, and as the drawing of how it grows."""

import datetime
import os
import platform
from pathlib import Path

from tests.bench.measures import Measures
from tests.bench.pages import PAGES
from tests.bench.ratios import Ratio
from tests.serving import ROOT

FILE = ROOT / "docs" / "performance.md"
DRAWING = ROOT / "docs" / "performance.svg"
_START, _END = "<!-- measured by make bench, not by hand -->", "<!-- end of what was measured -->"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def write(measures: Measures, ratios: list[Ratio], minutes: float) -> None:
    """Replace what the last run wrote; the rest of the page is written by people."""
    text = FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    _, _, after = rest.partition(_END)
    blocks = [
        _where(measures, minutes),
        _verdicts(ratios),
        *_tables(measures),
        _index(measures),
        _slow(measures),
    ]
    told = "\n\n".join(block for block in blocks if block)
    FILE.write_text(f"{before}{_START}\n\n{told}\n\n{_END}{after}", encoding="utf-8")
    DRAWING.write_text(drawing(measures), encoding="utf-8")


def _where(measures: Measures, minutes: float) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(measures.versions.values())
    return (
        f"Run of {datetime.date.today().isoformat()}: {os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}, {versions}; {minutes:.0f} minutes, load of the machine at the end "
        f"{os.getloadavg()[1]:.1f}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()


def _verdicts(ratios: list[Ratio]) -> str:
    if not ratios:
        return ""
    missed = sum(ratio.missed for ratio in ratios)
    lines = [
        "## Ratios",
        "",
        f"{len(ratios) - missed} held, {missed} missed.",
        "",
        "| actors | database | ratio | measured | asked | |",
        "|--:|---|---|--:|--:|---|",
    ]
    for ratio in ratios:
        bound = f"{'≥' if ratio.least else '≤'} {ratio.limit:g}"
        verdict = "**missed**" if ratio.missed else "held"
        lines.append(
            f"| {_number(ratio.size)} | {_NAMES[ratio.database]} | {ratio.text} | {ratio.value:.3g} | {bound} | {verdict} |"
        )
    return "\n".join(lines)


def _tables(measures: Measures) -> list[str]:
    return [_table(measures, size, database) for size, database in sorted(measures.sql)]


def _table(measures: Measures, size: int, database: str) -> str:
    lines = [
        f"## {_number(size)} actors, {_NAMES[database]}",
        "",
        "| page | ms | processor ms | kept, ms | Datasette, ms | bare SQL, ms | index and rows, ms | kB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for page in PAGES:
        sql = measures.sql[size, database].get(page.key, {})
        cells = [
            measures.median(size, database, "site", page.key),
            measures.work(size, database, "site", page.key),
            measures.median(size, database, "warm", page.key),
            measures.median(size, "sqlite", "datasette", page.key),
            sql["rows"] + sql["facets"] if sql else None,
            sql.get("own"),
        ]
        weight = measures.weight(size, database, "site", page.key) / 1000
        lines.append(f"| {page.label} | {' | '.join(map(_cell, cells))} | {weight:.0f} |")
    same = measures.median(size, database, "304", "list")
    file = measures.median(size, database, "nginx", "list")
    lines += [
        "",
        f"304 to who has the list: {_cell(same)} ms. nginx with the list as a file: {_cell(file)} ms.",
    ]
    return "\n".join(lines)


def _index(measures: Measures) -> str:
    lines = [
        "## What a process reads once",
        "",
        "| actors | database | s until the first page | s with words and names | MB of the index | MB of the process |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    for size, database in sorted(measures.index):
        told = measures.index[size, database]
        lines.append(
            f"| {_number(size)} | {_NAMES[database]} | {told['first']:.2f} | {told['seconds']:.2f} | "
            f"{told['megabytes']:.0f} | {told['process']:.0f} |"
        )
    return "\n".join([*lines, "", "![Time and memory from 1,000 to 200,000 actors](performance.svg)"])


def _slow(measures: Measures) -> str:
    if not measures.slow:
        return ""
    lines = ["## On a poor line", "", "| page | first text, s | largest block, s |", "|---|--:|--:|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| {label} | {first:.1f} | {largest:.1f} |"
                for label, (first, largest) in measures.slow.items()
            ),
        ]
    )


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _number(size: int) -> str:
    return f"{size:,}"


# -- the drawing -------------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 220, 52, 40
_SHOWN = {"list": "list", "large": "large EPCI", "common": "common word", "actor": "one actor"}
# Told apart without colours too, by their dashes.
_STROKES = {"list": "", "large": "6 3", "common": "2 3", "actor": "10 3 2 3"}


def drawing(measures: Measures) -> str:
    """Milliseconds of some pages, beside Datasette's list, and megabytes of the index, both axes by powers of ten."""
    database = next((kind for kind in _NAMES if any(key[1] == kind for key in measures.sql)), "sqlite")
    sizes = sorted(size for size, kind in measures.sql if kind == database)
    times = {
        f"{name}": ([(size, measures.median(size, database, "site", page)) for size in sizes], _STROKES[page])
        for page, name in _SHOWN.items()
    }
    times["Datasette, list"] = (
        [(size, measures.median(size, "sqlite", "datasette", "list")) for size in sizes],
        "1 5",
    )
    index = {
        "index, MB": ([(size, measures.index[size, database]["megabytes"]) for size in sizes], ""),
        "process, MB": ([(size, measures.index[size, database]["process"]) for size in sizes], "6 3"),
    }
    seconds = {
        "index read, ms": ([(size, 1000 * measures.index[size, database]["seconds"]) for size in sizes], "")
    }
    parts = [
        _panel(0, f"A page, ms ({_NAMES[database]})", times),
        _panel(1, "Memory, MB", index),
        _panel(2, "Reading the index, ms", seconds),
    ]
    width, height = 3 * (_WIDTH + _LEFT + 120), _HEIGHT + _TOP + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">'
        f'<title>Growth from 1,000 to 200,000 actors</title><rect width="{width}" height="{height}" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _panel(number: int, title: str, lines: dict[str, tuple[list, str]]) -> str:
    from math import ceil, floor, log10

    left = number * (_WIDTH + _LEFT + 120) + _LEFT
    values = [value for points, _ in lines.values() for _, value in points if value]
    if not values:
        return ""
    low, high = floor(log10(max(min(values), 0.1))), ceil(log10(max(values)))
    high = max(high, low + 1)

    def at(size: float, value: float) -> tuple[float, float]:
        across = (log10(size) - 3) / (log10(200_000) - 3)
        up = (log10(max(value, 10**low)) - low) / (high - low)
        return left + across * _WIDTH, _TOP + (1 - up) * _HEIGHT

    drawn = [f'<text x="{left}" y="{_TOP - 16}" font-weight="bold">{title}</text>']
    for power in range(low, high + 1):
        _, y = at(1000, 10**power)
        drawn.append(f'<path d="M{left} {y:.0f}H{left + _WIDTH}" stroke="#ccc"/>')
        drawn.append(f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{10**power:g}</text>')
    for size in (1_000, 20_000, 200_000):
        x, _ = at(size, 1)
        drawn.append(f'<text x="{x:.0f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{size:,}</text>')
    ends: list[tuple[float, float, str]] = []
    for name, (points, dashes) in lines.items():
        known = [at(size, value) for size, value in points if value]
        if not known:
            continue
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="#9c3320" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#9c3320"/>' for x, y in known]
        x, y = known[-1]
        ends.append((y, x, name))
    # From the top down, so that names that make room for each other keep the order of their lines.
    lowest = 0.0
    for y, x, name in sorted(ends):
        lowest = max(y, lowest + 13)
        drawn.append(f'<text x="{x + 8:.0f}" y="{lowest + 4:.0f}">{name}</text>')
    return "".join(drawn)
