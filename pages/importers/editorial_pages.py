"""First texts of the editorial pages, ``fixtures/pages/<slug>.md``: they seed, the database rules.

A file opens with lines ``column: value``, then ``---`` alone, then the text in Markdown.
"""

import datetime
from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from pages.models import EditorialPage
from sources.erasure import DoNotRestore
from territories.models import Change, record_change

# What goes together: an editor who moved a page in the foot did not touch its text.
_UNITS = (("title", "body", "updated_on"), ("footer_rank", "footer_label"))
_COLUMNS = tuple(name for unit in _UNITS for name in unit)
_END_OF_HEAD = "---"


class PageFileError(Exception):
    """A file that cannot be loaded, with its name."""


def load_pages(folder: Path, *, wet_run: bool) -> Counter:
    """Load every page file of ``folder`` in one transaction, rolled back unless ``wet_run``.

    Counts outcomes: created; updated, where a file was corrected and nobody had edited; same; kept, where
    an editor's word stands against the file's or a page was deleted. Raises PageFileError.
    """
    outcomes: Counter = Counter()
    with transaction.atomic():
        pages = {page.slug: page for page in EditorialPage.objects.all()}
        deleted = Change.objects.deleted("page")
        erased = DoNotRestore.read()
        for path in sorted(folder.glob("*.md")):
            try:
                outcomes[_load(path.stem, erased.cleaned_value(read_page(path)), pages, deleted)] += 1
            except (ValidationError, ValueError) as error:
                raise PageFileError(f"{path.name}: {error}") from error
        if outcomes["created"] or outcomes["updated"]:
            record_change(subject="all", key="", what="Chargement des pages du site")
        if not wet_run:
            transaction.set_rollback(True)
    return outcomes


def _load(slug: str, data: dict, pages: dict[str, EditorialPage], deleted: set[str]) -> str:
    page = pages.get(slug)
    if page is None:
        if slug in deleted:
            return "kept"
        page = EditorialPage(slug=slug)
        _write(page, data, _COLUMNS)
        return "created"
    present = _values(page)
    corrected = [unit for unit in _UNITS if _of(data, unit) not in (_of(page.seed, unit), _of(present, unit))]
    free = [unit for unit in corrected if _of(present, unit) == _of(page.seed, unit)]
    if free:
        _write(page, data, tuple(name for unit in free for name in unit))
        return "updated"
    return "kept" if corrected else "same"


def _write(page: EditorialPage, data: dict, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(page, name, EditorialPage._meta.get_field(name).to_python(data[name]))
    page.seed = {**page.seed, **{name: data[name] for name in names}}
    page.full_clean()
    page.save()


def _of(data: dict, names: tuple[str, ...]) -> list:
    return [data.get(name) for name in names]


def _values(page: EditorialPage) -> dict:
    """The columns as a file and JSON hold them."""
    return {
        "title": page.title,
        "body": page.body,
        "updated_on": page.updated_on.isoformat(),
        "footer_rank": page.footer_rank,
        "footer_label": page.footer_label,
    }


# -- files ----------------------------------------------------------------------------------------


def read_page(path: Path) -> dict:
    """Columns of one file; raises PageFileError."""
    head, end, body = path.read_text(encoding="utf-8").partition(f"\n{_END_OF_HEAD}\n")
    given = dict(line.partition(": ")[::2] for line in head.splitlines())
    unknown = given.keys() - set(_COLUMNS) - {"body"}
    if not end or unknown or not {"title", "updated_on"} <= given.keys():
        raise PageFileError(
            f"{path.name}: a head of title, updated_on, footer_rank, footer_label, then ---, is expected."
        )
    datetime.date.fromisoformat(given["updated_on"])
    rank = given.get("footer_rank", "")
    return {
        "title": given["title"],
        "body": body.strip(),
        "updated_on": given["updated_on"],
        "footer_rank": int(rank) if rank else None,
        "footer_label": given.get("footer_label", ""),
    }


def export_pages(folder: Path) -> int:
    """Write every page as a file that :func:`load_pages` reads back without a difference; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = list(EditorialPage.objects.order_by("slug"))
    for page in pages:
        values = _values(page)
        head = [
            f"{name}: {values[name]}"
            for name in ("title", "footer_rank", "footer_label", "updated_on")
            if values[name] not in (None, "")
        ]
        text = "\n".join([*head, _END_OF_HEAD, page.body.replace("\r\n", "\n").strip(), ""])
        (folder / f"{page.slug}.md").write_text(text, encoding="utf-8")
    return len(pages)
