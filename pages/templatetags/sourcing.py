"""Notes and years of facts, for templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.presenters import sourcing
from pages.presenters.sourcing import Notebook
from pages.templatetags.french import lower_first, sentence_list, typo
from sources.models import Letter, Source
from territories.rows import loaded

register = template.Library()


def _marks(notebook: Notebook, sources) -> SafeString | str:
    entries = notebook.called_by(sources)
    if not entries:
        return ""
    # Each mark says its source: twenty links called « 1 » would tell a screen reader nothing.
    marks = format_html_join(
        " ",
        '<a href="#source-{}" aria-label="Note {} : {}">{}</a>',
        ((each.number, each.number, typo(lower_first(each.source.label)), each.number) for each in entries),
    )
    return format_html(' <sup class="notes">{}</sup>', marks)


@register.simple_tag
def references(sources) -> list[sourcing.Reference]:
    """The sources of a block, each letter once."""
    return sourcing.references(sources)


@dataclass(frozen=True)
class OfLetter:
    """Sources that follow each other and are of one letter; None of those that are no articles."""

    letter: Letter | None
    sources: list[Source]


def by_letter(sources: Iterable[Source]) -> list[OfLetter]:
    """The sources of a line, those of a letter together."""
    groups = groupby(sources, key=lambda source: source.article and source.article.letter)
    return [OfLetter(letter, list(found)) for letter, found in groups]


@register.simple_tag
def notes(notebook: Notebook, row) -> SafeString | str:
    """The notes of a row that carries citations; nothing while notes are silent."""
    return (
        _marks(notebook, [citation.source for citation in loaded(row, "citations")]) if notebook.shown else ""
    )


@register.simple_tag
def column_notes(page, column: str) -> SafeString | str:
    """The notes of one column of the actor of a page, as ``CitationColumn`` names it."""
    return _marks(page.notebook, page.sources_of(column)) if page.notebook.shown else ""


@register.filter
def told_in(row) -> str:
    """« 2022 », « 2015 et 2022 »: years of the sources of a row; '' where none has one."""
    years = sourcing.years_of(row)
    return sentence_list(years) if years else ""


@register.filter
def last_told(row) -> str:
    """« 2023 »: the year of the latest source of a row; '' where none has one."""
    return str(max(sourcing.years_of(row), default=""))
