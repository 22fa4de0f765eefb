"""Two processes, then four, prepare one empty database at the same time."""

import subprocess
import sys
from pathlib import Path

from tests.browser.site import new_database
from tests.serving import ROOT, output
from tests.torture.house import Home
from tests.torture.told import Told, timed

FAULT = "several migrate at once"


def run(base: Home, *, processes: int) -> Told:
    told = Told(FAULT, base.database)
    with timed(told):
        folder = base.folder.parent / "migrated"
        folder.mkdir()
        environment = base.environment | {"DATA_DIR": str(folder)}
        if base.cluster is not None:
            environment["DATABASE_URL"] = new_database(base.cluster.url, "migrated")
        at_once(told, environment, ["prepare"] * (processes - 1) + ["migrate"], folder)
        done = subprocess.run(
            [sys.executable, "manage.py", "diagnostic"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        told.expect("fiches publiées" in done.stdout, f"the database is not whole: {done.stdout[-500:]}")
        actors = "from actors.models import Actor; print(Actor.objects.count())"
        # Those of the scene are the base's alone.
        expected = int(base.manage("shell", "--no-imports", "-c", actors)) - len(base.entries)
        found = int(output("manage.py", "shell", "--no-imports", "-c", actors, environment=environment))
        told.expect(found == expected, f"{found} entries instead of {expected}")
    return told


def at_once(told: Told, environment: dict[str, str], commands: list[str], folder: Path) -> None:
    """Each of these commands of manage.py, all of them started in the same moment."""
    started = [
        subprocess.Popen(
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    waited = 0
    for command, process in zip(commands, started, strict=True):
        said = process.communicate(timeout=1200)[0]
        waited += "attente" in said
        told.expect(
            process.returncode == 0, f"{command} beside others ended with {process.returncode}: {said[-600:]}"
        )
    told.note(
        f"{len(commands)} commands at once ({', '.join(commands)}), {waited} of which waited for another and said so"
    )
