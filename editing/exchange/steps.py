"""The steps of an import that a person takes; the long ones are then worked off by the runner of jobs."""

from collections.abc import Iterator

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile

from editing.exchange.applying import batches
from editing.exchange.columns import COLUMNS, READABLE, recognise
from editing.exchange.reading import MOST_LINES, FileRefused, Table, read_table
from editing.import_models import ImportBatch, ImportRow, ImportState

# Lines that one person may have waiting: five whole tables.
MOST_WAITING = 100_000
# Lines of the file shown beside each column.
_EXAMPLES = 3


def stage(*, file: UploadedFile, sheet: str, user: AbstractBaseUser) -> ImportBatch:
    """Read an uploaded table into lines, writing no entry; raises FileRefused, and then leaves nothing.

    A line is in memory at a time, a thousand while they are written.
    """
    if ImportBatch.objects.of(user).unwritten_lines() >= MOST_WAITING:
        raise FileRefused(
            "Vos imports en attente comptent déjà 100 000 lignes : enregistrez ou oubliez-en un, puis recommencez."
        )
    with read_table(file, sheet=sheet, is_known=lambda name: recognise(name) is not None) as table:
        return _stage(table, file_name=(file.name or "tableau")[-150:], user=user)


def _stage(table: Table, *, file_name: str, user: AbstractBaseUser) -> ImportBatch:
    batch = ImportBatch.objects.create(created_by=user, file_name=file_name, header=table.header)
    try:
        for lines in batches(table.lines):
            batch.total += len(lines)
            if batch.total > MOST_LINES:
                raise FileRefused(
                    f"Ce tableau a plus de {MOST_LINES} lignes. Partagez-le en plusieurs fichiers."
                )
            ImportRow.objects.bulk_create(
                ImportRow(batch=batch, line=number, cells=cells) for number, cells in lines
            )
        if not batch.total:
            raise FileRefused("Ce tableau n’a aucune ligne sous le nom de ses colonnes.")
    except BaseException:
        batch.delete()
        raise
    batch.mapping, told = proposed_mapping(table.header)
    batch.notices = [*table.notices, *told]
    batch.state = ImportState.MATCHING
    batch.save()
    return batch


def proposed_mapping(header: list[str]) -> tuple[list[str], list[str]]:
    """For each name a column or '', each column once; and what there is to say of the others."""
    mapping, unknown, worked_out, told = [], [], [], []
    for name in header:
        key = recognise(name) if name else None
        if key in mapping:
            told.append(
                f"Deux colonnes disent la même chose ({COLUMNS[key].column_name}) : la première est reprise, "
                f"« {name} » ne l’est pas."
            )
            key = ""
        elif key is None and name:
            unknown.append(name)
        elif key and key not in READABLE:
            worked_out.append(name)
        mapping.append(key if key in READABLE else "")
    if unknown:
        names = ", ".join(f"« {name[:60]} »" for name in unknown[:40])
        told.append(f"Colonnes inconnues, qui ne seront pas reprises sans votre choix : {names}.")
    if worked_out:
        names = ", ".join(f"« {name} »" for name in worked_out)
        told.append(f"Colonnes que l’annuaire calcule lui-même et ne reprend pas : {names}.")
    if "" in header:
        told.append("Une colonne n’a pas de nom : elle n’est pas reprise.")
    return mapping, told


def examples(batch: ImportBatch) -> list[list[str]]:
    """For each column of the file its first values (1 query)."""
    rows = batch.rows.order_by("line").values_list("cells", flat=True)[: _EXAMPLES * 4]
    found: list[list[str]] = [[] for _ in batch.header]
    for cells in rows:
        for at, values in enumerate(found):
            if at < len(cells) and cells[at] and len(values) < _EXAMPLES:
                values.append(cells[at][:80])
    return found


def ask_to_sort(batch: ImportBatch, *, mapping: list[str], scheme: str, nature: str) -> bool:
    """Whether it was still its turn: also once more, after the first sorting or an undo."""
    return _move(
        batch,
        (ImportState.MATCHING, ImportState.SORTED, ImportState.UNDONE, ImportState.FAILED),
        ImportState.SORTING,
        mapping=mapping,
        scheme=scheme,
        nature=nature,
        done=0,
        problems=[],
    )


def ask_to_match_again(batch: ImportBatch) -> bool:
    before = (ImportState.SORTED, ImportState.UNDONE, ImportState.FAILED)
    return _move(batch, before, ImportState.MATCHING, problems=[])


def ask_to_apply(batch: ImportBatch, *, chosen: list[str], seen: str) -> bool:
    """``seen``: the sorting (``ImportBatch.sorting``) that was looked at; another one is not written."""
    return seen == batch.sorting and _move(
        batch, (ImportState.SORTED,), ImportState.APPLYING, chosen=chosen, problems=[]
    )


def ask_to_undo(batch: ImportBatch) -> bool:
    return _move(batch, (ImportState.APPLIED,), ImportState.UNDOING, problems=[])


def forget(batch: ImportBatch) -> bool:
    """Delete a table of which nothing is written; whether it was one."""
    states = (ImportState.MATCHING, ImportState.SORTED, ImportState.UNDONE, ImportState.FAILED)
    deleted, _ = ImportBatch.objects.filter(pk=batch.pk, state__in=states).delete()
    return bool(deleted)


def rejected_rows(batch: ImportBatch) -> Iterator[list[str]]:
    """The rejected lines as they came, after their number and before the reason (1 query for each 2,000)."""
    yield ["Ligne", *batch.header, "Raison du rejet"]
    for row in batch.rows.rejected().iterator():
        cells = [*row.cells[: len(batch.header)], *[""] * (len(batch.header) - len(row.cells))]
        yield [str(row.line), *cells, " ".join(row.reasons)]


def _move(batch: ImportBatch, before: tuple[str, ...], after: str, **values) -> bool:
    """One statement, so that the same button pressed twice counts once."""
    return bool(ImportBatch.objects.filter(pk=batch.pk, state__in=before).update(state=after, **values))
