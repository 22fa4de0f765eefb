"""The runner finds PostgreSQL and Chromium or says how to get them, and never skips them in silence."""

import pytest

from tests import postgres, programs, run


def install_fake(folder):
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).touch(mode=0o755)
    return folder


def test_programs_on_path_come_first_then_the_newest(tmp_path):
    on_path = install_fake(tmp_path / "bin")
    install_fake(tmp_path / "debian" / "9" / "bin")
    newest = install_fake(tmp_path / "debian" / "15" / "bin")
    debian = str(tmp_path / "debian")
    assert postgres.find_programs(path=str(on_path), roots=debian) == on_path
    assert postgres.find_programs(path=str(tmp_path), roots=debian) == newest
    assert postgres.find_programs(path=str(tmp_path), roots=str(tmp_path)) is None


def test_without_postgresql_the_run_fails_and_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "find_programs", lambda: None)
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
    ((passed, line),) = run.run_on("postgresql", {}, tmp_path, [], [])
    assert not passed
    assert "apt-get install postgresql" in line


@pytest.mark.parametrize(
    ("arguments", "suite", "browser"),
    [
        ([], ["--ignore=tests/browser"], ["tests/browser"]),
        (["-x"], ["-x", "--ignore=tests/browser"], ["-x", "tests/browser"]),
        (["tests/pages"], ["tests/pages", "--ignore=tests/browser"], None),
        (["-x", "tests/browser/pages.py::a"], None, ["-x", "tests/browser/pages.py::a"]),
        (
            ["tests/pages", "tests/browser"],
            ["tests/pages", "--ignore=tests/browser"],
            ["tests/browser"],
        ),
    ],
)
def test_paths_say_which_runs_are_wanted(arguments, suite, browser):
    assert run.parted(arguments) == (suite, browser)


def test_the_browser_runs_once_on_the_last_database(monkeypatch):
    asked = []

    def run_on(database, environment, folder, suite, browser):
        asked.append((database, browser is not None))
        return [(True, database)]

    monkeypatch.setattr(run, "checks", dict)
    monkeypatch.setattr(run, "run_on", run_on)
    monkeypatch.setattr(run.sys, "argv", ["tests.run"])
    monkeypatch.delenv("TEST_DATABASES", raising=False)
    assert run.main() == 0
    assert asked == [("sqlite", False), ("postgresql", True)]


def test_without_chromium_the_run_fails_and_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(programs.shutil, "which", lambda name, path=None: None)
    passed, line = run.run_browser({}, tmp_path, [])
    assert not passed
    assert "« apt-get install chromium-headless-shell »" in line


def test_a_second_best_browser_serves_where_the_best_cannot_be_had(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(
        programs.shutil, "which", lambda name, path=None: "/usr/bin/chromium" if name == "chromium" else None
    )
    assert programs.CHROMIUM.path() == "/usr/bin/chromium"


def test_a_browser_told_in_vain_is_an_error(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(programs.ProgramMissing, match="CHROMIUM"):
        programs.CHROMIUM.path()


def test_a_program_is_found_under_any_of_its_names(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert programs.CHROMIUM.find(path=str(tmp_path)) is None
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    assert programs.CHROMIUM.find(path=str(tmp_path)) == str(browser)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "mine"))
    assert programs.CHROMIUM.find(path=str(tmp_path)) is None


def test_root_on_debian_gets_a_program_installed(monkeypatch):
    commands = []

    def which(name, path=None):
        return f"/usr/bin/{name}" if name == "apt-get" or commands else None

    def apt(command, **options):
        commands.append([word for word in command[1:] if not word.startswith("--")])
        return programs.subprocess.CompletedProcess(command, 0)

    monkeypatch.delenv("JAVA", raising=False)
    monkeypatch.setattr(programs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(programs.shutil, "which", which)
    monkeypatch.setattr(programs.subprocess, "run", apt)
    assert programs.JAVA.path() == "/usr/bin/java"
    assert commands == [["update"], ["install", "default-jre-headless"]]


def test_databases_are_both_unless_told(monkeypatch):
    monkeypatch.delenv("TEST_DATABASES", raising=False)
    assert run.databases() == ["sqlite", "postgresql"]
    monkeypatch.setenv("TEST_DATABASES", "sqlite")
    assert run.databases() == ["sqlite"]
    monkeypatch.setenv("TEST_DATABASES", "oracle")
    with pytest.raises(SystemExit, match="oracle"):
        run.databases()


def test_report_is_told_in_one_line(monkeypatch, tmp_path):
    report = tmp_path / "report.xml"

    def pytest_run(*args, **kwargs):
        report.write_text(
            '<testsuites><testsuite tests="9" failures="1" errors="2" skipped="0"/></testsuites>'
        )
        return run.subprocess.CompletedProcess(args, 1)

    monkeypatch.setattr(run.subprocess, "run", pytest_run)
    assert run.run_suite({}, report, []) == (False, "6 passed, 1 failures, 2 errors in 0 s")


def test_root_on_debian_gets_the_package_installed(monkeypatch):
    commands = []

    def apt(command, **options):
        commands.append([word for word in command[1:] if not word.startswith("--")])
        return postgres.subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(postgres.subprocess, "run", apt)
    postgres.install()
    assert commands == [["update"], ["install", "postgresql"]]


def test_failed_installation_says_why(monkeypatch):
    def apt(command, **options):
        return postgres.subprocess.CompletedProcess(command, 100, "", "No space left on device")

    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(postgres.subprocess, "run", apt)
    with pytest.raises(postgres.PostgresMissing, match="No space left on device"):
        postgres.install()
