"""The page of an entry in the order people tell of an actor: sections of fields and of rows, each with its anchor."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.admin.helpers import AdminForm, Fieldset, InlineAdminFormSet
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten
from django.db import models

from editing.admin.address import OutsideIdInline
from editing.admin.citation import CitationInline
from editing.admin.contact import ContactInline
from editing.admin.cooperation import LinkInInline, LinkOutInline, WishInline
from editing.admin.figure import FigureInline
from editing.admin.naming import AliasInline, LabelInline, SectorInline
from editing.admin.place import AreaInline, PlaceInline
from editing.admin.ptce_status import StatusInline
from editing.admin.spokesperson import SpokespersonInline

Line = str | tuple[str, ...]


@dataclass(frozen=True)
class Fields:
    """Columns under one heading, unique on the page; '' for those right under their section's title."""

    name: str
    lines: tuple[Line, ...]
    about: str = ""
    # Closed while it says nothing; such a block has one column a line.
    folded: bool = False


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    blocks: tuple[Fields | type[InlineModelAdmin], ...]


CEASED = Fields(
    "A cessé son activité",
    (("closed", "successor", "successors"),),
    "Dites quand, et au besoin qui a repris : la fiche quitte les listes ; sa page demeure et le dit.",
)
SECTIONS = (
    Section(
        "qui",
        "Qui",
        (
            Fields(
                "",
                (
                    ("name", "precision"),
                    ("organisation_kind", "initiative_kind", "legal_form", "sphere"),
                    ("founded", "number"),
                    "potential_ptce",
                ),
            ),
            AliasInline,
            Fields("Identifiants officiels", (("siren", "siret", "rna"), "registry_state")),
            Fields("Nom donné par la rédaction", ("name_reason",), folded=True),
            Fields("Pour un acteur public", ("administers",), folded=True),
        ),
    ),
    Section(
        "activite",
        "Ce qu’elle fait",
        (Fields("Présentation", ("summary", "description", "activities")), SectorInline, LabelInline),
    ),
    Section("ou", "Où", (PlaceInline, AreaInline)),
    Section("contact", "Contact", (ContactInline,)),
    Section("chiffres", "Chiffres", (FigureInline,)),
    Section("porte-parole", "Porte-parole", (SpokespersonInline,)),
    Section("cooperations", "Coopérations", (LinkOutInline, LinkInInline)),
    Section("envies", "Envies", (WishInline,)),
    Section("sources", "Dans les lettres et autres sources", (CitationInline,)),
    Section(
        "etat",
        "État de la fiche",
        (
            Fields("Situation", (("life_status", "life_status_year"),)),
            StatusInline,
            CEASED,
            Fields(
                "Publication",
                (("publication", "last_confirmed_on"), ("public_id", "created_at", "updated_at")),
            ),
            Fields("Adresse de la page", ("slug", "former_addresses")),
            OutsideIdInline,
        ),
    ),
)


def sections_but(
    *left_out: str | type[InlineModelAdmin], titles: Mapping[str, str] | None = None
) -> tuple[Section, ...]:
    """The sections of one nature: without the columns and the rows it has none of; ``titles``: anchor -> its own title."""
    found = []
    for section in SECTIONS:
        blocks = []
        for block in section.blocks:
            if not isinstance(block, Fields):
                blocks += [] if block in left_out else [block]
            elif lines := tuple(_lines(block.lines, left_out)):
                blocks.append(replace(block, lines=lines))
        title = (titles or {}).get(section.anchor, section.title)
        found.append(Section(section.anchor, title, tuple(blocks)))
    return tuple(found)


def _lines(lines: Iterable[Line], left_out: Container) -> Iterator[Line]:
    for line in lines:
        names = (line,) if isinstance(line, str) else line
        if kept := tuple(name for name in names if name not in left_out):
            yield kept if len(kept) > 1 else kept[0]


def rows_of(sections: Iterable[Section]) -> list[type[InlineModelAdmin]]:
    """The inlines of a page, in its order."""
    return [block for section in sections for block in section.blocks if not isinstance(block, Fields)]


def fieldsets_of(
    sections: Iterable[Section], *, but: Container[str] = (), obj: models.Model | None = None
) -> list[tuple[str | None, dict[str, Any]]]:
    """What Django takes, in the order of the page; what is folded opens where ``obj`` says something there."""
    sets = []
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Fields) and (lines := tuple(_lines(block.lines, but))):
                options = {"fields": lines, "description": block.about}
                if block.folded and not any(getattr(obj, name, None) for name in lines):
                    options["classes"] = ["collapse"]
                sets.append((block.name or None, options))
    return sets


# -- as the page shows them -------------------------------------------------------------------------


class WordedRows(InlineAdminFormSet):
    """Rows whose button says what it adds (``add_text`` of the inline)."""

    @classmethod
    def of(cls, plain: InlineAdminFormSet) -> "WordedRows":
        permissions = [f"has_{name}_permission" for name in ("add", "change", "delete", "view")]
        names = (
            "formset",
            "fieldsets",
            "prepopulated_fields",
            "readonly_fields",
            "model_admin",
            *permissions,
        )
        return cls(plain.opts, **{name: getattr(plain, name) for name in names})

    def inline_formset_data(self) -> str:
        data = json.loads(super().inline_formset_data())
        data["options"]["addText"] = self.opts.add_text
        return json.dumps(data)


@dataclass(frozen=True)
class ShownSection:
    """A section as its template takes it: pairs of « fields » or « rows » and the block; ``errors``: how many are in it."""

    anchor: str
    title: str
    parts: list[tuple[str, Fieldset | InlineAdminFormSet]]
    errors: int

    @property
    def is_single(self) -> bool:
        """Whether its title says what the heading of its only block would."""
        return len(self.parts) == 1 and self.parts[0][0] == "rows"


def shown_sections(
    sections: Iterable[Section], adminform: AdminForm, rows: Iterable[InlineAdminFormSet]
) -> list[ShownSection]:
    """The sections with the forms of this request; those of which nothing is shown are left out."""
    by_name = {fieldset.name: fieldset for fieldset in adminform}
    by_inline = {type(one.opts): one for one in rows}
    found = []
    for section in sections:
        parts, errors = [], 0
        for block in section.blocks:
            if isinstance(block, Fields):
                if fieldset := by_name.get(block.name or None):
                    parts.append(("fields", fieldset))
                    errors += sum(name in adminform.form.errors for name in flatten(fieldset.fields))
            elif one := by_inline.get(block):
                parts.append(("rows", one))
                errors += len(one.formset.non_form_errors()) + sum(map(bool, one.formset.errors))
        if parts:
            found.append(ShownSection(section.anchor, section.title, parts, errors))
    return found


def fold_empty(sections: Iterable[Section], inlines: Iterable[InlineModelAdmin], formsets: Iterable) -> None:
    """Rows that are none yet stand folded, where others share their section."""
    shared = {block for section in sections if len(section.blocks) > 1 for block in section.blocks}
    for inline, formset in zip(inlines, formsets, strict=True):
        if type(inline) in shared and not formset.forms:
            inline.classes = ("collapse",)
