"""What ``manage.py diagnostic`` says of the replicas."""

from collections.abc import Iterator

import psycopg
from django.db import DEFAULT_DB_ALIAS

from apes_directory.replicas.watch import Asker, watching


def sentences() -> Iterator[tuple[bool, str]]:
    """(whether it is well, a French sentence) for each replica; nothing where there is none."""
    watch = watching()
    if watch is None:
        return
    newest = _ask(DEFAULT_DB_ALIAS)
    for number, server in enumerate(watch.replicas, 1):
        found = _ask(server.alias)
        if found is None:
            yield False, f"la réplique n° {number} ne répond pas : le site lit ailleurs."
        elif not found[0]:
            yield (
                False,
                f"la base n° {number} n’est pas une réplique : elle accepte des écritures, le site ne la lit pas.",
            )
        elif newest and (found[1] or 0) < (newest[1] or 0):
            behind = (newest[1] or 0) - (found[1] or 0)
            yield (
                False,
                f"la réplique n° {number} a {behind} modifications de retard : relancez le diagnostic.",
            )
        else:
            yield True, f"la réplique n° {number} suit."


def _ask(alias: str) -> tuple[bool, int | None] | None:
    asker = Asker(alias)
    try:
        return asker()
    except psycopg.Error:
        return None
    finally:
        asker.close()
