"""What was tried and lost as docs/faults.md, between two marks; the rest of the page is written by people."""

import datetime
import os
import platform
import sqlite3
import subprocess

from tests.serving import ROOT
from tests.torture.told import Told

FILE = ROOT / "docs" / "faults.md"
_START, _END = "<!-- tried by make torture, not by hand -->", "<!-- end of what was tried -->"


def write(rows: list[Told], postgresql: str) -> None:
    """Replace what the last run wrote."""
    text = FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    _, _, after = rest.partition(_END)
    told = "\n\n".join(
        (_where(sum(row.seconds for row in rows) / 60, postgresql), _table(rows), _details(rows))
    )
    FILE.write_text(f"{before}{_START}\n\n{told}\n\n{_END}{after}", encoding="utf-8")


def _where(minutes: float, postgresql: str) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return (
        f"Run of {datetime.date.today().isoformat()}, commit {commit.stdout.strip() or 'unknown'}: {os.cpu_count()} cores, "
        f"{memory:.0f} GB, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}{f', PostgreSQL {postgresql}' if postgresql else ''}; {minutes:.0f} minutes, load of "
        f"the machine at the end {os.getloadavg()[1]:.1f}."
    )


def _table(rows: list[Told]) -> str:
    lines = ["| fault | database | tried | survived | lost |", "|---|---|--:|--:|--:|"]
    lines += [
        f"| {row.fault} | {row.database} | {row.tried} | {row.survived} | "
        f"{f'**{len(row.losses)}**' if row.losses else 0} |"
        for row in rows
    ]
    return "\n".join(lines)


def _details(rows: list[Told]) -> str:
    parts = []
    for row in rows:
        parts.append(f"**{row.fault}, {row.database}** ({row.seconds:.0f} s)\n")
        parts += [f"- {note}" for note in row.notes]
        parts += [f"- **Lost:** {loss}" for loss in row.losses[:20]]
        parts.append("")
    return "\n".join(parts).rstrip()
