"""An editor's import of many lines, driven from outside the site: what is heavy of it, the site's runner of jobs does.

Run as ``python -m tests.bench.small_import LINES`` while the site serves; prints how many entries it made.
"""

import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from actors.models import Actor  # noqa: E402
from editing.exchange import steps  # noqa: E402
from editing.import_models import ImportBatch, ImportState  # noqa: E402
from editing.roles import ADMINISTRATOR, give_role  # noqa: E402
from tests.editing.imports.tables import make_csv  # noqa: E402

# Seconds; the machine has half a processor left for it.
_LONGEST = 600


def run(lines: int) -> int:
    user = get_user_model().objects.create_user("import", is_staff=True)
    give_role(user, ADMINISTRATOR)
    before = Actor.objects.count()
    rows = (
        {
            "Nom": f"Atelier partagé numéro {number}",
            "En une ligne": "Répare et prête des outils.",
            "Description": "Un lieu ouvert à qui veut réparer plutôt que jeter. " * 8,
            "Commune": "Lens",
            "Publication": "Publié",
        }
        for number in range(lines)
    )
    batch = steps.stage(file=make_csv(*rows), sheet="", user=user)
    assert steps.ask_to_sort(batch, mapping=batch.mapping, scheme="", nature="organisation")
    batch = _until(batch, ImportState.SORTED)
    assert steps.ask_to_apply(batch, chosen=["create"], seen=batch.sorting)
    _until(batch, ImportState.APPLIED)
    return Actor.objects.count() - before


def _until(batch: ImportBatch, state: ImportState) -> ImportBatch:
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        close_old_connections()
        batch.refresh_from_db()
        if batch.state == state:
            return batch
        if batch.state == ImportState.FAILED:
            break
        time.sleep(0.5)
    sys.exit(f"The import is {batch.state}, not {state}: {batch.problems}")


if __name__ == "__main__":
    print(run(int(sys.argv[1])))  # noqa: T201
