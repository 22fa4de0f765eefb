"""The runner finds PostgreSQL or says how to get it, and never skips it in silence."""

import pytest

from tests import postgres, run


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
    passed, line = run.run_on("postgresql", {}, tmp_path)
    assert not passed
    assert "apt-get install postgresql" in line


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
    assert run.run_suite({}, report) == (False, "6 passed, 1 failures, 2 errors in 0 s")


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
