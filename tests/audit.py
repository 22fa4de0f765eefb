"""Known weaknesses of the packages of the locks: what ``make audit`` calls.

Ends with 0 where the advisory service answered for every pin and knows of nothing, with 1 where it knows of
something, with 2 where it could not be asked: silence is no answer.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-territories.txt", "requirements-bench.txt")


class Audit(NamedTuple):
    """One lock: lines about what is known, and the pins nobody answered for."""

    known: list[str]
    unanswered: list[str]
    asked: int


def ask(lock: str) -> str:
    """What pip-audit tells of a lock, as JSON; empty where it failed, which its own words on stderr explain."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    return subprocess.run([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout


def read(report: str) -> Audit:
    """The judgement of one report; an empty one answers for nothing."""
    if not report.strip():
        return Audit([], ["(all)"], 0)
    packages = json.loads(report)["dependencies"]
    known = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in "
        f"{', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", [])
    ]
    unanswered = [package["name"] for package in packages if "skip_reason" in package]
    return Audit(known, unanswered, len(packages))


def main() -> int:
    code = 0
    for lock in LOCKS:
        audit = read(ask(lock))
        for line in audit.known:
            say(f"{lock}: {line}")
        if audit.unanswered:
            say(
                f"{lock}: NOT CHECKED, the advisory service did not answer for {len(audit.unanswered)} of "
                f"{audit.asked or 'its'} packages ({', '.join(audit.unanswered[:5])}…)."
            )
        elif not audit.known:
            say(f"{lock}: nothing known of its {audit.asked} packages.")
        code = 1 if audit.known or code == 1 else 2 if audit.unanswered or code == 2 else 0
    return code


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
