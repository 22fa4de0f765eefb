"""``make audit``: silence of the service is told apart from good news."""

import json

import pytest

from tests import audit

FINE = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2020-1", "fix_versions": ["1.1"], "aliases": []}],
}
UNKNOWN = {
    "name": "gunicorn",
    "skip_reason": "Dependency not found and could not be audited: gunicorn (27.0.1)",
}


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([FINE], 0, "nothing known of its 1 packages."),
        ([FINE, WEAK], 1, "pillow 1.0: PYSEC-2020-1, mended in 1.1"),
        (
            [FINE, UNKNOWN],
            2,
            "NOT CHECKED, the advisory service did not answer for 1 of 2 packages (gunicorn…).",
        ),
        ([WEAK, UNKNOWN], 1, "NOT CHECKED"),
        (None, 2, "NOT CHECKED"),
    ],
)
def test_what_the_service_says(monkeypatch, capsys, packages, code, told):
    report = "" if packages is None else json.dumps({"dependencies": packages, "fixes": []})
    monkeypatch.setattr(audit, "ask", lambda lock: report)
    assert audit.main() == code
    assert told in capsys.readouterr().out


def test_one_lock_alone_is_enough_to_fail(monkeypatch, capsys):
    reports = {"requirements.txt": [FINE], "requirements-dev.txt": [WEAK]}
    monkeypatch.setattr(audit, "ask", lambda lock: json.dumps({"dependencies": reports.get(lock, [UNKNOWN])}))
    assert audit.main() == 1
