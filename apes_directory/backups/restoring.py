"""Coming back to a copy, without bringing back whom it must not."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from actors.actions.reapply_erasures import reapply_erasures
from apes_directory.backups import postgresql, present, sqlite
from apes_directory.backups.archive import BEFORE, Archive, Manifest, verify
from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.keys import opened
from apes_directory.backups.making import EDITIONS, KEY_FILE, make, put_beside
from apes_directory.jobs import FileLock, lock_of_database
from apes_directory.settings import env_str
from editing.freshness_models import Correspondent
from partners.models import Subscription
from sources.erasure import key_mark
from sources.kept_prints import kept_prints, row_of
from sources.models import Person
from territories.models.change import leap

Say = Callable[[str], None]


@contextmanager
def examined(path: Path, key_file: Path | None, work: Path) -> Iterator[tuple[Manifest, Path]]:
    """What a copy says of itself and the folder where it is unpacked; raises BackupFailed unless all of it is sound."""
    verify(path)
    with tempfile.TemporaryDirectory(prefix=".restauration-", dir=work) as name:
        folder = Path(name)
        with opened(path, folder, key_file) as plain:
            archive = Archive(plain)
            manifest = archive.manifest()
            archive.unpack(folder)
        if manifest.engine == "sqlite":
            if sqlite.counts_of(folder / sqlite.NAME) != manifest.counts:
                raise BackupFailed(
                    "La base de cette sauvegarde n’a plus toutes ses lignes. Prenez une autre copie."
                )
        else:
            postgresql.check(folder / postgresql.NAME)
        yield manifest, folder


def refusal(manifest: Manifest) -> str:
    """Why this program can't come back to that copy, in French; '' when it can."""
    if manifest.engine != connection.vendor:
        return (
            f"Cette sauvegarde vient de {manifest.engine}, la base en service est {connection.vendor} : réglez "
            "DATABASE_URL comme sur le site d’origine."
        )
    disk = MigrationLoader(None).disk_migrations
    ours, known = {app for app, _ in disk}, {f"{app}.{name}" for app, name in disk}
    newer = [each for each in manifest.migrations if each.split(".")[0] in ours and each not in known]
    if newer:
        return (
            f"Cette sauvegarde vient d’une version plus récente du programme ({newer[-1]}) : mettez le programme à "
            "jour d’abord."
        )
    return ""


def bring_back(manifest: Manifest, folder: Path, copies: Path, public_key: str, say: Say) -> None:
    """Put the unpacked copy in the place of what is there, of which a copy is made first where it can be read.

    Raises BackupFailed. The rows come back in one transaction; whatever stops what follows, the next start or the next
    return goes on there (``finish()``), and the site answers 503 until then.
    """
    moment = datetime.now(UTC)
    there = present.read(manifest, copies)
    _refuse_another_key(there, folder)
    if there.stands:
        say(f"État présent gardé : {make(copies, label=BEFORE, public_key=public_key).path}")
    present.keep(there)
    try:
        _come_back(manifest, folder, moment, say)
    except BackupFailed:
        # As it was: nothing is to be finished. (After a kill the next start finds no mark, and drops the file.)
        if not _is_marked():
            present.drop()
        raise
    _take_back_files(folder, copies, say)
    # Columns and tables that came since the copy.
    call_command("migrate", interactive=False, verbosity=0)
    finish(say)


def finish(say: Say) -> bool:
    """Take out of rows that came back what must not be there; whether a return was waiting for that (1 query if not).

    Called at every start as well, once migrations are applied.
    """
    there = present.kept()
    if not present.store().is_marked():
        present.drop()
        return False
    if there is None:
        there = present.Present(made_at="", erased=set(kept_prints()))
    _forget_and_leap(there, say)
    present.drop()
    return True


def _is_marked() -> bool:
    try:
        return present.store().is_marked()
    except DatabaseError:
        return False


def _refuse_another_key(there: present.Present, folder: Path) -> None:
    """Raise BackupFailed where the list of the erased could not be read with the key that comes back.

    Only once rows are there would it be told otherwise, with the erased among them.
    """
    key_file = folder / "files" / KEY_FILE
    if env_str("SECRET_KEY") or env_str("ERASURE_KEY") or not key_file.is_file():
        mark = key_mark()
    else:
        mark = key_mark(key_file.read_text(encoding="ascii").strip())
    rows = [row for line in there.erased if (row := row_of(line))]
    if any(row.key_mark not in {"", mark} for row in rows):
        raise BackupFailed(
            "La liste des personnes effacées a été écrite avec une autre clé que celle de cette sauvegarde : elles "
            "reviendraient. Donnez à ERASURE_KEY la clé d’avant (celle de SECRET_KEY ou du fichier secret_key), et à "
            "SECRET_KEY celle du site, puis recommencez. Rien n’est changé."
        )


def _come_back(manifest: Manifest, folder: Path, moment: datetime, say: Say) -> None:
    if connection.vendor == "postgresql":
        postgresql.bring_back(folder / postgresql.NAME, manifest.counts)
        return
    if sqlite.is_spoilt():
        lock = lock_of_database()
        if isinstance(lock, FileLock) and not lock.take():
            raise BackupFailed("La base présente est abîmée : arrêtez le site, puis recommencez.")
        aside = sqlite.put_in_place(folder / sqlite.NAME, f"{moment:%Y%m%dT%H%M%SZ}")
        say(f"La base présente est abîmée, elle est mise de côté : {aside}")
        return
    sqlite.bring_back(folder / sqlite.NAME)


def _take_back_files(folder: Path, copies: Path, say: Say) -> None:
    """The files that are missing; the key of the site comes back as it was, for it reads what the database holds."""
    data, kept = Path(settings.DATA_DIR), folder / "files"
    back = put_beside(copies / EDITIONS, data / EDITIONS)
    for source in sorted(kept.rglob("*")) if kept.is_dir() else ():
        target = data / source.relative_to(kept)
        if source.is_dir() or (target.exists() and target.name != KEY_FILE):
            continue
        if target.name == KEY_FILE:
            _take_back_key(source, target, say)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        back += 1
    if back:
        say(f"Fichiers revenus : {back}")


def _take_back_key(source: Path, target: Path, say: Say) -> None:
    key = source.read_text(encoding="ascii").strip()
    if env_str("SECRET_KEY") or (target.exists() and target.read_text(encoding="ascii").strip() == key):
        return
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    target.write_text(key, encoding="ascii")
    # The lists of this process are compared by it from here on.
    settings.SECRET_KEY = key
    if not env_str("ERASURE_KEY"):
        settings.ERASURE_KEY = key
    say("La clé du site est revenue : relancez le site pour qu’il la prenne.")


@transaction.atomic
def _forget_and_leap(there: present.Present, say: Say) -> None:
    erased = reapply_erasures(there.erased)
    for slug, day in there.hidden.items():
        Person.objects.filter(slug=slug, hidden_on=None).update(hidden_on=date.fromisoformat(day))
    today = timezone.localdate()
    for fingerprint in sorted(there.refused):
        correspondent, _ = Correspondent.objects.get_or_create(fingerprint=fingerprint)
        if correspondent.refused_on is None:
            correspondent.refused_on = today
            correspondent.save(update_fields=["refused_on"])
    ended = 0
    if there.following is not None:
        ended, _ = Subscription.objects.exclude(pk__in=there.following).delete()
    made = f" du {timezone.localtime(datetime.fromisoformat(there.made_at)):%d/%m/%Y à %H h %M}"
    leap(beyond=there.version, what=f"Retour à la sauvegarde{made if there.made_at else ''}")
    present.store().unmark()
    say(
        f"Mentions de personnes effacées depuis, retirées : {erased} ; suivis terminés depuis : {ended} ; les courriels "
        "qui attendaient sont abandonnés ; tout le monde est déconnecté."
    )
