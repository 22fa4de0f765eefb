"""Coming back to a copy, without bringing back whom it must not."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from post_office.models import STATUS, Email

from actors.actions.reapply_erasures import reapply_erasures
from apes_directory.backups import postgresql, sqlite
from apes_directory.backups.archive import Archive, Manifest, copies_in, verify
from apes_directory.backups.errors import BackupFailed
from apes_directory.backups.keys import opened
from apes_directory.backups.making import EDITIONS, KEY_FILE, make, put_beside
from apes_directory.jobs import FileLock, lock_of_database
from apes_directory.settings import env_str
from editing.freshness_models import Correspondent
from partners.models import Subscription
from sources.kept_prints import kept_prints
from sources.models import ErasedPerson, Person
from territories.models import Change
from territories.models.change import leap

# Where the present version can't be read: more changes than happen between two copies.
_FAR = 1_000_000
Say = Callable[[str], None]


@dataclass
class Present:
    """What of the present state outlives coming back to an older one."""

    version: int
    # Lines of ``kept_prints()``.
    erased: set[str]
    refused: set[str]
    # Slugs of persons nobody may see for now -> since when.
    hidden: dict[str, datetime]
    # Numbers of the subscriptions that are not ended; None where the present database can't be read.
    following: set[int] | None


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

    Raises BackupFailed. The rows come back in one transaction; the rest can be done again by restoring again.
    """
    moment = datetime.now(UTC)
    present = _present(manifest, copies)
    _keep_present(present, copies, public_key, say)
    _come_back(manifest, folder, moment, say)
    _take_back_files(folder, copies, say)
    # Columns and tables that came since the copy.
    call_command("migrate", interactive=False, verbosity=0)
    _forget_and_leap(manifest, present, moment, say)


def _keep_present(present: Present, copies: Path, public_key: str, say: Say) -> None:
    """A copy of what is there, unless nothing is, or nothing that can be read."""
    if present.following is not None:
        say(f"État présent gardé : {make(copies, label='avant-retour', public_key=public_key).path}")


def _come_back(manifest: Manifest, folder: Path, moment: datetime, say: Say) -> None:
    if connection.vendor == "postgresql":
        postgresql.bring_back(folder / postgresql.NAME, manifest.counts)
        return
    if sqlite.is_spoilt():
        lock = lock_of_database()
        if isinstance(lock, FileLock) and not lock.take():
            raise BackupFailed("La base présente est abîmée : arrêtez le site, puis recommencez.")
        aside = sqlite.put_aside(f"{moment:%Y%m%dT%H%M%SZ}")
        say(f"La base présente est abîmée, elle est mise de côté : {aside}")
    sqlite.bring_back(folder / sqlite.NAME)


def _present(manifest: Manifest, copies: Path) -> Present:
    """Who must not come back, as the present database knows, and the copies made meanwhile where it can't be asked.

    Copies are asked for their lists only when they can be read without a key.
    """
    present = Present(0, set(manifest.erased), set(manifest.refused), {}, None)
    tables = _tables()
    if ErasedPerson._meta.db_table in tables:
        present.version = Change.objects.version()
        present.erased |= set(kept_prints())
        present.hidden = dict(Person.objects.exclude(hidden_on=None).values_list("slug", "hidden_on"))
        present.refused |= set(Correspondent.objects.refusing().values_list("fingerprint", flat=True))
        present.following = set(Subscription.objects.values_list("pk", flat=True))
        return present
    for copy in copies_in(copies):
        if copy.is_encrypted:
            continue
        try:
            told = Archive(copy.path).manifest()
        except BackupFailed:
            continue
        present.version = max(present.version, told.version)
        present.erased |= set(told.erased)
        present.refused |= set(told.refused)
    present.version += _FAR
    return present


def _tables() -> set[str]:
    try:
        if connection.vendor == "sqlite" and sqlite.is_spoilt():
            return set()
        return set(connection.introspection.table_names())
    except DatabaseError:
        return set()


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
def _forget_and_leap(manifest: Manifest, present: Present, moment: datetime, say: Say) -> None:
    erased = reapply_erasures(present.erased)
    for slug, day in present.hidden.items():
        Person.objects.filter(slug=slug, hidden_on=None).update(hidden_on=day)
    today = timezone.localdate()
    for fingerprint in sorted(present.refused):
        correspondent, _ = Correspondent.objects.get_or_create(fingerprint=fingerprint)
        if correspondent.refused_on is None:
            correspondent.refused_on = today
            correspondent.save(update_fields=["refused_on"])
    ended = 0
    if present.following is not None:
        ended, _ = Subscription.objects.exclude(pk__in=present.following).delete()
    # It left meanwhile, or nobody waits for it any more.
    waiting, _ = Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued]).delete()
    # Whoever logged out, or lost the account since, must not be logged in again.
    Session.objects.all().delete()
    leap(
        beyond=present.version,
        what=f"Retour à la sauvegarde du {timezone.localtime(manifest.moment):%d/%m/%Y à %H h %M}",
    )
    say(
        f"Mentions de personnes effacées depuis, retirées : {erased} ; suivis terminés depuis : {ended} ; "
        f"courriels qui attendaient, abandonnés : {waiting} ; tout le monde est déconnecté."
    )
