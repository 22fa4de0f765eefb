"""Replicas that lag or are gone: what tests/apes_directory/replicas does against a real primary and a real replica."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.serving import ROOT
from tests.torture.house import Home
from tests.torture.told import Told, timed

FAULT = "replica lags, replica or primary gone"
TESTS = "tests/apes_directory/replicas"


def run(base: Home) -> Told:
    told = Told(FAULT, base.database)
    with timed(told), tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "report.xml")
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={found}", TESTS],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": base.environment["DATABASE_URL"]},
            capture_output=True,
        )
        for case in ET.parse(found).getroot().iter("testcase"):
            failed = next((each for kind in ("failure", "error") for each in case.iter(kind)), None)
            if case.find("skipped") is None:
                told.expect(
                    failed is None,
                    f"{case.get('name')}: {failed.get('message') if failed is not None else ''}",
                )
        told.note(f"{TESTS}, test by test")
    return told
