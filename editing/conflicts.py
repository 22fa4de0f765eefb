"""Two people saving one entry: what each changed since the form was opened is put together.

A form carries the number of the version it was opened on. When the entry has a newer one, every posted
value is compared with three states: the one the form was opened on (*base*), the present one, and what was
posted. What only one side changed is taken as it is; what both changed differently is a
:class:`Conflict`, on which whoever posts decides. Rows of inlines are compared one by one, by their
number. All this happens on posted data, before Django's forms read it, so that whatever a form checks is
checked on the outcome.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.http import QueryDict

from actors.history import document_of, latest_ids, read_documents, versions_of
from actors.history.differences import Teller, capital, differences
from actors.history.document import ACTOR_COLUMNS, CITATIONS, ROW_KINDS, Document, Row, RowKind
from actors.history.names import Names
from actors.models import Actor
from editing.timeline import as_read, author
from territories.text import row_number

# Posted choices: « _choose-summary », « _choose-contacts:12:value »; the keys that wait for one.
CHOICE = "_choose-"
PENDING = "_conflicts"
MINE, THEIRS = "mine", "theirs"


class VersionField(forms.CharField):
    """The number of the version a form was opened on; posting another one is no change of the entry."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def has_changed(self, initial, data) -> bool:
        return False


@dataclass(frozen=True)
class Conflict:
    """One value that two people changed differently; ``key`` is '' for a row that is only told of."""

    key: str
    label: str
    theirs: str
    mine: str
    # What to do where there is nothing to choose.
    advice: str = ""


@dataclass
class Meeting:
    """What came of putting two people's changes together."""

    data: QueryDict
    conflicts: list[Conflict] = field(default_factory=list)
    # The others' changes since, told, and who made the latest.
    theirs: list[str] = field(default_factory=list)
    who: str = ""
    # Conflicts of which no choice was posted.
    undecided: bool = False


@dataclass(frozen=True)
class RowForm:
    """One inline: its prefix, the fields of its rows, and which list of a document it edits."""

    prefix: str
    fields: dict[str, forms.Field]
    kind: RowKind | None
    # The foreign key to the entry the page is about.
    parent: str
    model: type[models.Model]

    def rows_of(self, document: Document) -> dict[int, Row]:
        """The document's rows this inline shows, by number."""
        if self.kind is None:
            return {}
        rows = document.get(self.kind.name, [])
        if self.kind.name == "links":
            rows = [row for row in rows if row[f"{self.parent}_id"] == document["id"]]
        return {row["id"]: row for row in rows}


# Inline's model -> list of the document whose rows carry their number.
_KINDS = {kind.model: kind for kind in (*ROW_KINDS, CITATIONS)}
# Inline's prefix -> its only column: lists that a document holds as values.
_LISTS = {"sectors": "sector", "labels": "label"}


def row_forms(formset_classes: Iterable[type[forms.BaseInlineFormSet]], actor: Actor) -> list[RowForm]:
    """What the inlines of a page edit (no query)."""
    found = []
    for formset_class in formset_classes:
        formset = formset_class(instance=actor)
        found.append(
            RowForm(
                formset.prefix,
                formset.empty_form.fields,
                _KINDS.get(formset_class.model),
                formset_class.fk.name,
                formset_class.model,
            )
        )
    return found


def meet(
    *,
    actor: Actor,
    data: QueryDict,
    fields: dict[str, forms.Field],
    inlines: list[RowForm],
    user: AbstractBaseUser,
) -> Meeting | None:
    """Put posted ``data`` together with what changed since its form was opened; None when nothing did.

    Links that ``user``, who posts, may not read take no part: the form does not show them.
    Call it inside the transaction that saves, on a locked row. One query when the form is the latest,
    some 40 otherwise.
    """
    opened_on = data.get("entry_version", "")
    latest = latest_ids([actor.pk]).get(actor.pk, 0)
    pending = [key for key in data.get(PENDING, "").split(" ") if key]
    if not opened_on or (opened_on == str(latest) and not pending):
        return None
    versions = {
        str(version.pk): version
        for version in versions_of(actor.pk).filter(pk__in=[latest, *_number(opened_on)])
    }
    base = versions.get(opened_on)
    return _Merge(
        actor=actor,
        data=data,
        fields=fields,
        inlines=inlines,
        base=document_of(base) if base else None,
        latest=versions.get(str(latest)),
        user=user,
    ).run(pending)


def _number(text: str) -> list[int]:
    return [row_number(text)] if row_number(text) else []


class _Merge:
    def __init__(self, *, actor, data, fields, inlines, base, latest, user) -> None:
        self.actor = actor
        self.data = data.copy()
        self.fields = fields
        self.inlines = inlines
        self.latest = latest
        states = [read_documents([actor.pk])[actor.pk], *([base] if base else [])]
        self.present, *rest = as_read(states, user)
        self.base = rest[0] if rest else None
        self.teller = Teller(Names([document for document in (self.base, self.present) if document]))
        self.conflicts: list[Conflict] = []

    def run(self, pending: list[str]) -> Meeting:
        undecided = self._choose(pending)
        told: list[str] = []
        if self.base != self.present:
            self._merge_columns()
            for inline in self.inlines:
                if inline.prefix in _LISTS:
                    self._merge_list(inline)
                else:
                    self._merge_rows(inline)
            told = [str(each) for each in differences(self.base, self.present)] if self.base else []
        self.conflicts += [self._again(key) for key in undecided]
        self.data["entry_version"] = str(self.latest.pk) if self.latest else "0"
        self.data[PENDING] = " ".join(conflict.key for conflict in self.conflicts if conflict.key)
        who = author(self.latest) if self.latest else ""
        return Meeting(self.data, self.conflicts, told, who, bool(undecided))

    # -- choices made on conflicts seen before ---------------------------------------------------------

    def _choose(self, pending: list[str]) -> list[str]:
        """Take the others' value where that was chosen; returns the keys of which nothing was."""
        undecided = []
        for key in pending:
            choice = self.data.get(CHOICE + key)
            if choice == THEIRS:
                self._take_theirs(key)
            elif choice != MINE:
                undecided.append(key)
            self.data.pop(CHOICE + key, None)
        return undecided

    def _take_theirs(self, key: str) -> None:
        name, pk, column = _parts(key)
        if not pk:
            if name in _LISTS:
                self._write_list(self._inline(name), self.present.get(name, []))
            elif name in self.fields:
                self._post(name, self.fields[name], self._value(self._columns(), self.present, name))
            return
        inline, html_name = self._inline(name), self._html_name(name, pk, column)
        row = inline.rows_of(self.present).get(int(pk)) if inline else None
        if row is None or html_name is None:
            return
        if column == "DELETE":
            self.data.pop(html_name, None)
        elif column in inline.fields:
            self._post(html_name, inline.fields[column], self._value(_columns_of(inline), row, column))

    def _again(self, key: str) -> Conflict:
        """A conflict nothing was decided on, told once more."""
        name, pk, column = _parts(key)
        inline = self._inline(name) if pk or name in _LISTS else None
        if inline is None:
            return self._field_conflict(key, name, self.fields[name], self._columns(), self.present, name)
        if not pk:
            return self._list_conflict(inline, self._posted_list(inline))
        row = inline.rows_of(self.present).get(int(pk), {})
        html_name = self._html_name(name, pk, column) or ""
        if column == "DELETE":
            return self._deletion_conflict(inline, pk, row)
        head = self.teller.head(inline.kind, row) if inline.kind is not CITATIONS and row else ""
        return self._field_conflict(
            key, html_name, inline.fields[column], _columns_of(inline), row, column, head
        )

    def _inline(self, prefix: str) -> RowForm | None:
        return next((inline for inline in self.inlines if inline.prefix == prefix), None)

    def _html_name(self, prefix: str, pk: str, column: str) -> str | None:
        """Where the row of that number stands in what was posted."""
        for number in self._numbers(prefix):
            if self.data.get(f"{prefix}-{number}-id") == pk:
                return f"{prefix}-{number}-{column}"
        return None

    # -- columns ---------------------------------------------------------------------------------------

    @staticmethod
    def _columns() -> dict[str, models.Field]:
        columns = {column.name: column for column in ACTOR_COLUMNS}
        return {**columns, "activities": Actor._meta.get_field("activities")}

    def _merge_columns(self) -> None:
        columns = self._columns()
        for name, form_field in self.fields.items():
            if name in columns:
                self._merge_value(name, name, form_field, columns, self.base, self.present, name)

    def _merge_value(self, key, html_name, form_field, columns, base, present, name, head="") -> None:
        """One posted value: theirs where only they changed it, else mine, or a conflict."""
        posted = form_field.widget.value_from_datadict(self.data, {}, html_name)
        now = self._value(columns, present, name)
        if not _differs(form_field, now, posted):
            return
        if base is not None:
            then = self._value(columns, base, name)
            if not _differs(form_field, then, posted):
                self._post(html_name, form_field, now)
                return
            if then == now:
                return
        self.conflicts.append(self._field_conflict(key, html_name, form_field, columns, present, name, head))

    def _field_conflict(self, key, html_name, form_field, columns, present, name, head="") -> Conflict:
        column = columns[name]
        label = f"{head}, {column.verbose_name}" if head else capital(str(column.verbose_name))
        posted = form_field.widget.value_from_datadict(self.data, {}, html_name)
        if name == "activities":
            theirs = ", ".join(self.teller.names.of(column.related_model, pk) for pk in present.get(name, []))
        else:
            theirs = self.teller.value(column, present.get(column.attname))
        return Conflict(key, label, theirs, _said(form_field, posted))

    @staticmethod
    def _value(columns: dict[str, models.Field], row: Row, name: str) -> Any:
        """A column of a document as a form takes it for its initial value."""
        column = columns[name]
        if column.many_to_many:
            return row.get(name, [])
        value = row.get(column.attname)
        if value is None:
            return False if isinstance(column, models.BooleanField) else None if column.null else ""
        return column.to_python(value)

    def _post(self, html_name: str, form_field: forms.Field, value: Any) -> None:
        """Put a value where a browser would have."""
        self.data.setlist(html_name, _as_posted(form_field, value))

    # -- rows --------------------------------------------------------------------------------------------

    def _numbers(self, prefix: str) -> list[int]:
        pattern = re.compile(rf"{re.escape(prefix)}-(\d{{1,6}})-")
        return sorted({int(match[1]) for name in self.data if (match := pattern.match(name))})

    def _take_out(self, prefix: str) -> Iterator[dict[str, list[str]]]:
        """Each posted row of an inline, in order, which is then no longer in the data."""
        for number in self._numbers(prefix):
            start = f"{prefix}-{number}-"
            names = [name for name in self.data if name.startswith(start)]
            yield {name[len(start) :]: self.data.pop(name) for name in names}

    def _put_in(self, prefix: str, old: list[dict[str, list[str]]], new: list[dict[str, list[str]]]) -> None:
        """Rows that are stored, then those that are not yet: the order Django counts on."""
        for number, row in enumerate([*old, *new]):
            for name, values in row.items():
                self.data.setlist(f"{prefix}-{number}-{name}", values)
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(old) + len(new))
        self.data[f"{prefix}-INITIAL_FORMS"] = str(len(old))

    def _merge_rows(self, inline: RowForm) -> None:
        if inline.kind is None:
            return
        present = inline.rows_of(self.present)
        base = inline.rows_of(self.base) if self.base is not None else None
        columns = _columns_of(inline)
        stored, new = [], []
        for row in self._take_out(inline.prefix):
            pk = row_number(row.get("id", [""])[0])
            (stored if pk else new).append((pk, row))
        kept, again = [], []
        for pk, row in stored:
            if pk in present:
                kept.append((pk, row))
            elif self._touched(inline, columns, (base or {}).get(pk), row):
                again.append(row)
        seen = {pk for pk, _ in stored}
        added = {pk: row for pk, row in present.items() if pk not in seen}
        mine = [row for _, row in new if not self._is_one_of(inline, columns, row, added)]
        old = [row for _, row in kept] + [self._as_row(inline, columns, row) for row in added.values()]
        self._put_in(inline.prefix, old, [*mine, *(self._as_new(row) for row in again)])
        for number, (pk, row) in enumerate(kept):
            before = None if base is None else base.get(pk, {})
            self._merge_row(inline, columns, number, row, before, present[pk])
        for row in again:
            self.conflicts.append(self._gone(inline, row))

    def _merge_row(self, inline, columns, number, posted, base, present) -> None:
        pk, start = present["id"], f"{inline.prefix}-{number}"
        head = (
            self.teller.head(inline.kind, present) if inline.kind is not CITATIONS else "Source de la fiche"
        )
        if _is_deleted(posted):
            if base is None or _own(base) != _own(present):
                self.conflicts.append(self._deletion_conflict(inline, str(pk), present))
            return
        for name, form_field in inline.fields.items():
            if name in columns and name not in {"id", inline.parent}:
                key = f"{inline.prefix}:{pk}:{name}"
                self._merge_value(key, f"{start}-{name}", form_field, columns, base, present, name, head)

    def _deletion_conflict(self, inline: RowForm, pk: str, present: Row) -> Conflict:
        citation = inline.kind is CITATIONS
        head = "Source de la fiche" if citation else self.teller.head(inline.kind, present)
        now = "" if citation else self.teller.summary(inline.kind, present)
        theirs = f"garder, ainsi modifié : {now}" if now else "garder"
        return Conflict(f"{inline.prefix}:{pk}:DELETE", head, theirs, "supprimer")

    def _touched(self, inline: RowForm, columns, base: Row | None, posted: dict[str, list[str]]) -> bool:
        """Whether somebody typed into a row that is gone by now, without deleting it themselves."""
        if _is_deleted(posted):
            return False
        if base is None or posted.get("cited_source", [""]) != [""]:
            return True
        data = _query({f"x-{name}": values for name, values in posted.items()})
        return any(
            _differs(
                form_field,
                self._value(columns, base, name),
                form_field.widget.value_from_datadict(data, {}, f"x-{name}"),
            )
            for name, form_field in inline.fields.items()
            if name in columns and name not in {"id", inline.parent}
        )

    def _is_one_of(
        self, inline: RowForm, columns, posted: dict[str, list[str]], rows: dict[int, Row]
    ) -> bool:
        """Whether a row of mine says what a row of theirs, added meanwhile, says already."""
        return any(not self._touched(inline, columns, row, posted) for row in rows.values())

    def _as_row(self, inline: RowForm, columns, row: Row) -> dict[str, list[str]]:
        """A stored row as a browser would post it untouched."""
        values = {
            name: _as_posted(form_field, self._value(columns, row, name))
            for name, form_field in inline.fields.items()
            if name in columns and name not in {"id", inline.parent}
        }
        return {**values, "id": [str(row["id"])], inline.parent: [str(self.actor.pk)]}

    @staticmethod
    def _as_new(row: dict[str, list[str]]) -> dict[str, list[str]]:
        return {**row, "id": [""]}

    def _gone(self, inline: RowForm, row: dict[str, list[str]]) -> Conflict:
        said = [
            _said(form_field, value)
            for name, form_field in inline.fields.items()
            if name not in {"id", inline.parent, "DELETE", "cited_source"}
            if (value := form_field.widget.value_from_datadict(_query({name: row.get(name, [])}), {}, name))
        ]
        label = capital(str(inline.model._meta.verbose_name))
        return Conflict(
            "",
            label,
            "(supprimé)",
            ", ".join(filter(None, said)),
            "La ligne est remise avec votre saisie : supprimez-la si elle ne doit pas revenir.",
        )

    # -- lists of values: sectors, labels ------------------------------------------------------------------

    def _posted_list(self, inline: RowForm) -> list[str]:
        """What an inline of values says, in its order; rows to be deleted and empty ones left out."""
        column, found = _LISTS[inline.prefix], []
        for number in self._numbers(inline.prefix):
            start = f"{inline.prefix}-{number}-"
            value = self.data.get(f"{start}{column}", "")
            if value and not self.data.get(f"{start}DELETE"):
                position = self.data.get(f"{start}position", "")
                found.append((row_number(position) or 9, number, value))
        values = [value for _, _, value in sorted(found)]
        return values if inline.prefix == "sectors" else sorted(values)

    def _merge_list(self, inline: RowForm) -> None:
        posted, now = self._posted_list(inline), self.present.get(inline.prefix, [])
        then = self.base.get(inline.prefix, []) if self.base is not None else None
        if posted in (now, then):
            self._write_list(inline, now)
            return
        # Rows as they are numbered today, whichever is chosen in the end.
        self._write_list(inline, posted)
        if then != now:
            self.conflicts.append(self._list_conflict(inline, posted))

    def _list_conflict(self, inline: RowForm, posted: list[str]) -> Conflict:
        labels = dict(inline.model._meta.get_field(_LISTS[inline.prefix]).flatchoices)
        theirs, mine = (
            ", ".join(str(labels.get(value, value)) for value in values) or "(rien)"
            for values in (self.present.get(inline.prefix, []), posted)
        )
        return Conflict(inline.prefix, capital(str(inline.model._meta.verbose_name_plural)), theirs, mine)

    def _write_list(self, inline: RowForm, values: list[str]) -> None:
        """Post ``values``: the rows of today untouched where they say just that, else all of them anew."""
        column = _LISTS[inline.prefix]
        list(self._take_out(inline.prefix))
        rows = list(inline.model._base_manager.filter(actor=self.actor.pk).order_by("pk"))
        same = values == self.present.get(inline.prefix, [])
        old, new = [], []
        for row in rows:
            posted = {
                "id": [str(row.pk)],
                inline.parent: [str(self.actor.pk)],
                column: [getattr(row, column)],
            }
            if hasattr(row, "position"):
                posted["position"] = [str(row.position)]
            old.append(posted if same else {**posted, "DELETE": ["on"]})
        for position, value in enumerate([] if same else values, start=1):
            posted = {"id": [""], inline.parent: [str(self.actor.pk)], column: [value]}
            new.append({**posted, "position": [str(position)]} if inline.prefix == "sectors" else posted)
        self._put_in(inline.prefix, old, new)


def _parts(key: str) -> tuple[str, str, str]:
    """« contacts:12:value » in three; a column of the entry has no row."""
    name, _, rest = key.partition(":")
    pk, _, column = rest.partition(":")
    return name, pk if row_number(pk) else "", column


def _columns_of(inline: RowForm) -> dict[str, models.Field]:
    return {column.name: column for column in inline.model._meta.concrete_fields}


def _is_deleted(posted: dict[str, list[str]]) -> bool:
    return posted.get("DELETE", [""])[-1] not in {"", "False", "false"}


def _own(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "citations"}


def _query(values: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, each in values.items():
        data.setlist(name, each)
    return data


def _differs(form_field: forms.Field, initial: Any, posted: Any) -> bool:
    return form_field.has_changed(initial, posted)


def _as_posted(form_field: forms.Field, value: Any) -> list[str]:
    """A value as a browser would send it back."""
    if isinstance(form_field, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(form_field, forms.ModelMultipleChoiceField):
        return [str(each) for each in value]
    widget = getattr(form_field.widget, "widget", form_field.widget)
    shown = widget.format_value(form_field.prepare_value(value))
    if isinstance(shown, list | tuple):
        return [str(each) for each in shown if each is not None]
    return ["" if shown is None else str(shown)]


def _said(form_field: forms.Field, posted: Any) -> str:
    """A posted value in words; as it was typed where it can't be read."""
    if isinstance(form_field, forms.BooleanField):
        return "oui" if posted else "non"
    try:
        value = form_field.clean(posted)
    except forms.ValidationError:
        return str(posted)
    if isinstance(value, models.QuerySet):
        return ", ".join(map(str, value))
    if isinstance(form_field, forms.ChoiceField) and not isinstance(form_field, forms.ModelChoiceField):
        return str(dict(_flat(form_field.choices)).get(str(value), value))
    return "" if value is None else str(value)


def _flat(choices) -> Iterator[tuple[str, str]]:
    for value, label in choices:
        yield from label if isinstance(label, list | tuple) else [(str(value), label)]
