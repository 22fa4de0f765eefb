"""One mail a day about the errors of the site, to whoever keeps the machine; none on a day without."""

import json
from collections import Counter
from pathlib import Path

from django.conf import settings

from actors.mail import send

_MOST_LINES = 20
Kind = tuple[str, str, str]


def error_file() -> Path:
    return Path(settings.DATA_DIR) / "errors.jsonl"


def being_sent() -> Path:
    """Put aside, until its mail waits in the database."""
    return error_file().with_name("errors-sending.jsonl")


def send_digest() -> int:
    """Queue the mail about what was written down since the last one, and begin a new file; how many errors.

    The file is put aside first, and deleted once the mail waits in the database: an interruption loses none.
    """
    path = error_file()
    aside = being_sent()
    if not aside.exists():
        try:
            path.rename(aside)
        except FileNotFoundError:
            return 0
    counts, first = _read(aside)
    if counts:
        send(
            to=settings.ADMIN_EMAIL,
            subject=f"Annuaire : {_errors(counts.total())} depuis le dernier relevé",
            text=_text(counts, first),
        )
    aside.unlink()
    return counts.total()


def _read(path: Path) -> tuple[Counter[Kind], dict[Kind, tuple[str, str]]]:
    """How many of each kind at each place, and when and what the first of them was; broken lines are passed over."""
    counts: Counter[Kind] = Counter()
    first: dict[Kind, tuple[str, str]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            told = json.loads(line)
            kind = (told["kind"], told["place"], told["logger"])
            first.setdefault(kind, (told["at"], told["text"]))
            counts[kind] += 1
        except (ValueError, KeyError, TypeError):
            continue
    return counts, first


def _errors(number: int) -> str:
    return f"{number} erreur{'s' if number > 1 else ''}"


def _text(counts: Counter[Kind], first: dict[Kind, tuple[str, str]]) -> str:
    lines = ["Voici ce qui a échoué sur le site depuis le dernier relevé, le plus fréquent d’abord.", ""]
    for kind, number in counts.most_common(_MOST_LINES):
        name, place, logger = kind
        at, text = first[kind]
        lines += [f"{number} fois : {name}, {place} ({logger})", f"    la première le {at} : {text}", ""]
    if len(counts) > _MOST_LINES:
        lines += [f"Et {len(counts) - _MOST_LINES} autres sortes.", ""]
    lines += [
        "Rien ici ne nomme de visiteur. Le détail est dans le journal de la machine (journalctl -u annuaire), l’état du site "
        "dans « annuaire diagnostic »."
    ]
    return "\n".join(lines)
