"""Tables for tests: made of dicts, uploaded, sorted, written."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from editing.exchange import steps
from editing.exchange.jobs import work_off
from editing.import_models import ImportBatch
from tests.factories.editors import make_user


def make_csv(*lines: dict[str, str], name: str = "tableau.csv") -> SimpleUploadedFile:
    """The columns are those of all lines, in the order they come."""
    header = list(dict.fromkeys(column for line in lines for column in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(lines)
    return SimpleUploadedFile(name, text.getvalue().encode())


def stage(*lines: dict[str, str], user=None) -> ImportBatch:
    return steps.stage(file=make_csv(*lines), sheet="", user=user or make_user())


def sort(*lines: dict[str, str], user=None, scheme: str = "", nature: str = "organisation") -> ImportBatch:
    """The table sorted, with the columns that were recognised."""
    return sorted_batch(stage(*lines, user=user), scheme=scheme, nature=nature)


def sorted_batch(batch: ImportBatch, scheme: str = "", nature: str = "organisation") -> ImportBatch:
    assert steps.ask_to_sort(batch, mapping=batch.mapping, scheme=scheme, nature=nature)
    return worked_off(batch)


def apply(*lines: dict[str, str], chosen=("create", "change"), **kwargs) -> ImportBatch:
    """The table written."""
    return applied(sort(*lines, **kwargs), chosen)


def applied(batch: ImportBatch, chosen=("create", "change")) -> ImportBatch:
    assert steps.ask_to_apply(batch, chosen=list(chosen), seen=batch.sorting)
    return worked_off(batch)


def undone(batch: ImportBatch) -> ImportBatch:
    assert steps.ask_to_undo(batch)
    return worked_off(batch)


def worked_off(batch: ImportBatch) -> ImportBatch:
    assert work_off() is True
    batch.refresh_from_db()
    return batch


def told(batch: ImportBatch) -> list[tuple[str, list[str]]]:
    """Fate and reasons of each line, in their order."""
    return [(row.outcome, row.reasons) for row in batch.rows.order_by("line")]
