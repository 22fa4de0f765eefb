"""How each kind of column is written into a cell and read from one; reading raises ValidationError in French."""

import re
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.widgets import Widget
from rapidfuzz import fuzz, process

from actors import normalising
from editing.exchange.cells import SEPARATOR, split_list
from territories.text import fold

# What empties a column: an empty cell leaves it alone.
EMPTY = "(vide)"
# How alike two words must be, of 100, for one to be proposed instead of the other.
_ALIKE = 60


class TextWidget(Widget):
    """Text as it is; ``form``: what gives it its one written form."""

    empty: object = ""

    def __init__(self, form: Callable[[str], str] = str) -> None:
        super().__init__()
        self.form = form

    def clean(self, value, row=None, **kwargs):
        return self.form(value)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class LineWidget(TextWidget):
    """Text of one line."""

    def clean(self, value, row=None, **kwargs):
        return self.form(" ".join(value.split()))


class YearWidget(TextWidget):
    empty = None

    def clean(self, value, row=None, **kwargs):
        # A year whose cell is a day in Excel.
        year = value[:4] if re.match(r"\d{4}-\d\d-\d\d", value) else value
        if not (year.isdecimal() and 1000 <= int(year) <= timezone.localdate().year):
            raise ValidationError(f"« {value} » n’est pas une année passée, de quatre chiffres.")
        return int(year)


class DayWidget(TextWidget):
    """A day, of the site's own time where it is a moment."""

    def render(self, value, obj=None, **kwargs):
        if value is None:
            return ""
        return (timezone.localdate(value) if hasattr(value, "tzinfo") else value).isoformat()


class ChoiceWidget(TextWidget):
    """One of a closed list, by its label, its word in addresses or its value, whatever accents and case."""

    def __init__(self, choices: Iterable, synonyms: dict[str, str] | None = None) -> None:
        super().__init__()
        self.labels = {member.value: str(member.label) for member in choices}
        self._by_word = {}
        for member in choices:
            for word in (member.value, getattr(member, "slug", ""), member.label):
                self._by_word.setdefault(fold(str(word)), member.value)
            # « SCIC » of « Société coopérative d’intérêt collectif (SCIC) ».
            if member.label.endswith(")"):
                name, _, short = member.label[:-1].rpartition(" (")
                self._by_word.setdefault(fold(name), member.value)
                self._by_word.setdefault(fold(short), member.value)
        self._by_word.pop("", None)
        for word, value in (synonyms or {}).items():
            self._by_word.setdefault(fold(word), value)

    def clean(self, value, row=None, **kwargs):
        key = fold(value)
        if key not in self._by_word:
            raise ValidationError(not_in_list(value, {fold(label): label for label in self.labels.values()}))
        return self._by_word[key]

    def render(self, value, obj=None, **kwargs):
        return self.labels.get(value, "")


class ListWidget(TextWidget):
    """Several values of another widget in one cell."""

    empty = ()

    def __init__(self, each: TextWidget, most: int = 50) -> None:
        super().__init__()
        self.each, self.most = each, most

    def clean(self, value, row=None, **kwargs):
        parts = split_list(value)
        if len(parts) > self.most:
            raise ValidationError(f"{len(parts)} valeurs, {self.most} au plus.")
        return list(dict.fromkeys(self.each.clean(part, row, **kwargs) for part in parts))

    def render(self, value, obj=None, **kwargs):
        return SEPARATOR.join(self.each.render(one) for one in value or ())


class ActivityWidget(TextWidget):
    """An activity by its name or a synonym; ``activities`` of :meth:`clean`: folded word -> its name."""

    def clean(self, value, row=None, *, activities: dict[str, str], **kwargs):
        found = activities.get(fold(value))
        if found is None:
            raise ValidationError(not_in_list(value, {fold(name): name for name in activities.values()}))
        return found


def website_widget() -> ListWidget:
    return ListWidget(LineWidget(normalising.web_address))


def not_in_list(value: str, allowed: dict[str, str]) -> str:
    """« X » is not allowed, and what it may have meant; ``allowed``: folded words -> how they are written."""
    told = f"« {value[:80]} » n’est pas dans la liste"
    near = process.extractOne(fold(value), allowed.keys(), scorer=fuzz.WRatio, score_cutoff=_ALIKE)
    if near:
        return f"{told} : vouliez-vous dire « {allowed[near[0]]} » ?"
    return f"{told} : voyez les valeurs admises dans la documentation de l’import."
