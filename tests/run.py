"""All checks of the repository, then the suite on each database: what ``make test`` and ``.ci/run`` call.

A failing step does not stop the next ones; the end tells all results and the exit code is theirs.
``TEST_DATABASES=sqlite`` or ``postgresql`` keeps to one database, for a quick loop.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
DATABASES = ("sqlite", "postgresql")
# An installation on the open web, as strict as the documentation asks for.
PRODUCTION = {
    "HTTPS": "on",
    "SECRET_KEY": "only-for-the-check-" + "x3Zq7-" * 9,
    "ALLOWED_HOSTS": "annuaire.example.org",
}
# Variables of the developer's own server, which must not change what is tested.
OWN = {
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
    "HOST",
    "PORT",
}


def databases() -> list[str]:
    """The databases TEST_DATABASES names, all when it is empty; stops on an unknown name."""
    chosen = [name.strip() for name in os.environ.get("TEST_DATABASES", "").split(",") if name.strip()]
    if unknown := set(chosen) - set(DATABASES):
        sys.exit(f"TEST_DATABASES: unknown database {', '.join(sorted(unknown))} (sqlite, postgresql).")
    return chosen or list(DATABASES)


def checks() -> dict[str, tuple[list, dict]]:
    """Every step before the suite: its name, its command, what it adds to the environment."""
    manage = [PYTHON, ROOT / "manage.py"]
    templates = sorted((ROOT / "templates").rglob("*.html"))
    steps = {
        "ruff format": ([BIN / "ruff", "format", "--check", "."], {}),
        "ruff check": ([BIN / "ruff", "check", "."], {}),
        "djade": ([BIN / "djade", "--check", "--target-version", "5.2", *templates], {}),
        "makemigrations": ([*manage, "makemigrations", "--check", "--dry-run"], {}),
        "check --deploy": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    }
    if not templates:
        del steps["djade"]
    return steps


def run_check(name: str, command: list, environment: dict) -> str:
    """« ok », or « FAILED » after its output was shown."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    result = "ok" if done.returncode == 0 else "FAILED"
    say(f"{name}: {result}")
    if done.returncode:
        say((done.stdout + done.stderr).strip())
    return result


def run_suite(environment: dict, report: Path) -> tuple[bool, str]:
    """Run pytest on both cores; whether all passed, and « 214 passed, 1 skipped in 38 s »."""
    started = time.monotonic()
    done = subprocess.run(
        [PYTHON, "-m", "pytest", "-q", "-n", "2", "-rs", f"--junitxml={report}", *sys.argv[1:]],
        cwd=ROOT,
        env=environment,
    )
    seconds = f"{time.monotonic() - started:.0f} s"
    if not report.exists():
        return False, f"FAILED without a report after {seconds}"
    suite = ET.parse(report).getroot().find("testsuite")
    counts = {key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")}
    passed = counts.pop("tests") - sum(counts.values())
    told = [f"{passed} passed"] + [f"{count} {key}" for key, count in counts.items() if count]
    return done.returncode == 0, f"{', '.join(told)} in {seconds}"


def run_on(database: str, environment: dict, folder: Path) -> tuple[bool, str]:
    """The suite on one database; whether all passed, and the summary line."""
    report = folder / f"{database}.xml"
    if database == "sqlite":
        say(f"Tests on SQLite {sqlite3.sqlite_version}…")
        passed, told = run_suite(environment, report)
        return passed, f"SQLite {sqlite3.sqlite_version}: {told}"
    try:
        with postgres.cluster() as (url, version):
            say(f"Tests on PostgreSQL {version}…")
            passed, told = run_suite(environment | {"DATABASE_URL": url}, report)
            return passed, f"PostgreSQL {version}: {told}"
    except postgres.PostgresMissing as error:
        return False, f"PostgreSQL: FAILED, {error}"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def main() -> int:
    chosen = databases()
    with tempfile.TemporaryDirectory(prefix="apes-tests-") as folder:
        # The developer's own database, secret and settings stay out of it.
        environment = {name: value for name, value in os.environ.items() if name not in OWN} | {
            "DATA_DIR": folder
        }
        results = {
            name: run_check(name, command, environment | added) for name, (command, added) in checks().items()
        }
        suites = [run_on(database, environment, Path(folder)) for database in chosen]
    say("\n" + ", ".join(f"{name} {result}" for name, result in results.items()))
    for _passed, line in suites:
        say(line)
    return int("FAILED" in results.values() or not all(passed for passed, _ in suites))


if __name__ == "__main__":
    sys.exit(main())
