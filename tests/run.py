"""All checks of the repository, then the suite on each database, then the site in a browser.

What ``make test`` and ``.ci/run`` call. A failing step does not stop the next ones; the end tells all results
and the exit code is theirs. ``TEST_DATABASES=sqlite`` or ``postgresql`` keeps to one database, for a quick
loop. The browser's tests run once, on the last of the databases, for what a browser shows does not depend on it.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from tests import postgres
from tests.browser import site
from tests.programs import CHROMIUM, JAVA, ProgramMissing

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
    "DATABASE_REPLICA_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "DEBUG",
    "HTTPS",
    "ALLOWED_HOSTS",
    "HOST",
    "PORT",
    "CONTACT_EMAIL",
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


BROWSER = "tests/browser"


def parted(arguments: list[str]) -> tuple[list[str] | None, list[str] | None]:
    """Arguments of pytest for the suite and for the browser; None for the one that is not asked for.

    Without paths both run; with paths, whichever of the two they name. Options go to both.
    """
    paths = [each for each in arguments if (ROOT / each.partition("::")[0]).exists()]
    options = [each for each in arguments if each not in paths]
    browser = [path for path in paths if path.startswith(BROWSER)]
    suite = [path for path in paths if path not in browser]
    return (
        None if browser and not suite else [*options, *suite, f"--ignore={BROWSER}"],
        None if suite and not browser else [*options, *(browser or [BROWSER])],
    )


def run_suite(environment: dict, report: Path, arguments: list[str]) -> tuple[bool, str]:
    """Run pytest on both cores; whether all passed, and « 214 passed, 1 skipped in 38 s ».

    Each core takes one half of the files and ends with what the other has left, so that a module's data is seldom loaded
    on both.
    """
    started = time.monotonic()
    done = subprocess.run(
        [
            PYTHON,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "--dist",
            "worksteal",
            "-rs",
            f"--junitxml={report}",
            *arguments,
        ],
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


def run_on(
    database: str, environment: dict, folder: Path, suite: list[str] | None, browser: list[str] | None
) -> list[tuple[bool, str]]:
    """The suite and the browser's tests on one database; per run, whether all passed and its summary line."""
    if database == "sqlite":
        return list(run_both(f"SQLite {sqlite3.sqlite_version}", environment, folder, suite, browser))
    try:
        with postgres.cluster() as (url, version):
            environment = environment | {"DATABASE_URL": url}
            return list(run_both(f"PostgreSQL {version}", environment, folder, suite, browser))
    except postgres.PostgresMissing as error:
        return [(False, f"PostgreSQL: FAILED, {error}")]


def run_both(
    title: str, environment: dict, folder: Path, suite: list[str] | None, browser: list[str] | None
) -> Iterator[tuple[bool, str]]:
    if suite is not None:
        say(f"Tests on {title}…")
        passed, told = run_suite(environment, folder / f"{title.split()[0]}.xml", suite)
        yield passed, f"{title}: {told}"
    if browser is not None:
        say(f"Tests in a browser, on {title}…")
        passed, told = run_browser(environment, folder, browser)
        yield passed, f"Browser, {title}: {told}"


def run_browser(environment: dict, folder: Path, arguments: list[str]) -> tuple[bool, str]:
    """The sites for both cores, on databases and in folders of their own."""
    started = time.monotonic()
    try:
        # Told to the workers, which would each look for a better one.
        environment = environment | {CHROMIUM.variable: CHROMIUM.path()}
        JAVA.path()
    except ProgramMissing as error:
        return False, f"FAILED, {error}"
    own = site.own(environment, folder / "browser", "browser")
    try:
        with site.standing(own) as sites:
            passed, told = run_suite(environment | sites.told(), folder / "browser.xml", arguments)
    except site.SiteFailed as error:
        return False, f"FAILED, {error}"
    return passed, f"{told} ({time.monotonic() - started:.0f} s with its site)"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def main() -> int:
    chosen = databases()
    suite, browser = parted(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="apes-tests-") as folder:
        # The developer's own database, secret and settings stay out of it.
        environment = {name: value for name, value in os.environ.items() if name not in OWN} | {
            "DATA_DIR": folder
        }
        results = {
            name: run_check(name, command, environment | added) for name, (command, added) in checks().items()
        }
        suites = [
            result
            for database in chosen
            for result in run_on(
                database, environment, Path(folder), suite, browser if database == chosen[-1] else None
            )
        ]
    say("\n" + ", ".join(f"{name} {result}" for name, result in results.items()))
    for _passed, line in suites:
        say(line)
    return int("FAILED" in results.values() or not all(passed for passed, _ in suites))


if __name__ == "__main__":
    sys.exit(main())
