"""Sorting the lines of an uploaded table: what each would do, or why it can't be taken. Writes no entry."""

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from actors.cells import revived
from actors.enums import (
    UNPUBLISHED,
    InitiativeKind,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PlaceRole,
    PublicationStatus,
    RegistryState,
)
from actors.history import latest_ids
from actors.models import Actor, ContactPoint, Place
from actors.models.contact import contact_key
from actors.normalising import is_personal
from editing.exchange.cells import SEPARATOR, split_list
from editing.exchange.columns import (
    COLUMNS,
    CONTACTS,
    LISTS,
    OWN,
    READABLE,
    REGISTRY,
    SEAT,
    ActorResource,
    kind_column,
    kind_of,
    seat_of,
)
from editing.exchange.ground import Ground
from editing.exchange.rules import broken_rules
from editing.exchange.widgets import EMPTY
from editing.import_models import NAMES_ERASED, ImportBatch, ImportRow, ImportState, Outcome
from sources.erasure import INSTEAD, DoNotRestore
from territories.text import fold

# Lines between two reports of progress.
CHUNK = 250
# Columns that « (vide) » empties.
_EMPTIABLE = {
    *("precision", "siren", "siret", "rna", "address", "postal_code", "summary", "description"),
    *LISTS,
    *CONTACTS,
}
_DIGITS = {"siren": 9, "siret": 14, "insee": 5, "postal_code": 5}
_EXCEL_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|VALEUR!|NAME\?|NOM\?|NUM!|NOMBRE!|NULL!|NUL!)")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:nbsp|amp|lt|gt|quot|#\d+);")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_SCHEME = re.compile(r"([a-z0-9][a-z0-9_-]{0,39}) ?: ?(\S.*)", re.IGNORECASE)
_CHECKED = {*OWN, "organisation_kind", "initiative_kind", "registry_state"}
_UNCHECKED = [column.name for column in Actor._meta.concrete_fields if column.name not in _CHECKED]


@dataclass
class Line:
    """One line while it is judged."""

    row: ImportRow
    # Key of a column -> what its widget read.
    values: dict[str, object] = field(default_factory=dict)
    # Key of a column -> the cell's text, and what its widget had to say against it.
    texts: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    target: int | None = None

    def wrong(self, key: str, message: str) -> None:
        self.errors.append(f"{COLUMNS[key].column_name} : {message}")


def sort_batch(batch: ImportBatch) -> None:
    """Sort every line anew; some 20 queries, and 11 for each 250 lines. Progress shows in ``batch.done``."""
    batch.done = 0
    batch.save(update_fields=["done"])
    sorter = Sorter(batch)
    numbers = list(batch.rows.order_by("line").values_list("pk", flat=True))
    for start in range(0, len(numbers), CHUNK):
        rows = list(batch.rows.filter(pk__in=numbers[start : start + CHUNK]).order_by("line"))
        sorter.sort(rows)
        ImportRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["cells", "outcome", "reasons", "notes", "changes", "values", "actor", "version"],
        )
        batch.done = start + len(rows)
        batch.save(update_fields=["done"])
    batch.state = ImportState.SORTED
    batch.save(update_fields=["state"])


class Sorter:
    """Judges lines in their order; remembers the earlier ones, which a later one may repeat."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.ground = Ground(batch.created_by)
        self.erased = DoNotRestore.read()
        # Position in the line, key of the column.
        self.columns = [(at, key) for at, key in enumerate(batch.mapping) if key in READABLE]
        self.width = len(batch.header)
        # What an earlier line was about -> its number.
        self.earlier: dict[tuple, int] = {}

    def sort(self, rows: Iterable[ImportRow]) -> None:
        """Fill in what each line would do (9 queries)."""
        lines = [self._read(row) for row in rows]
        for line in lines:
            line.target = self._target(line)
        ids = {line.target for line in lines if line.target}
        versions = latest_ids(ids)
        actors = ActorResource.relations(Actor.objects.filter(pk__in=ids)).in_bulk()
        for line in lines:
            row = line.row
            row.outcome, row.reasons, row.changes, row.values, row.actor_id, row.version = (
                Outcome.ERROR,
                [],
                [],
                {},
                None,
                0,
            )
            # Whose line it is must be clear before anything else is said of it.
            lost = bool(line.errors)
            if line.target in actors:
                self._leave_alone(line, actors[line.target])
            for key, message in line.failed.items():
                line.wrong(key, message)
            self._repeated(line)
            if line.target in actors:
                self._change(line, actors[line.target], versions.get(line.target, 0))
            elif not lost:
                self._create(line)
            if line.errors:
                row.outcome, row.reasons, row.values = Outcome.ERROR, line.errors, {}
            row.notes = line.notes

    # -- reading -------------------------------------------------------------------------------------

    def _read(self, row: ImportRow) -> Line:
        line = Line(row)
        if len(row.cells) > self.width:
            line.errors.append(
                "La ligne a plus de cellules que le tableau n’a de colonnes : un séparateur y est sans doute de trop."
            )
        if self.erased and any(self.erased.knows(cell) or INSTEAD in cell for cell in row.cells):
            # Nor does the staged line keep the name; sorted again, it says that one stood there.
            row.cells = [self.erased.cleaned(cell) for cell in row.cells]
            line.errors.append(NAMES_ERASED)
        for at, key in self.columns:
            text = row.cells[at] if at < len(row.cells) else ""
            if not text:
                continue
            line.texts[key] = revived(text).strip()
            try:
                value = self._value(line, key, text)
            except ValidationError as error:
                line.failed[key] = " ".join(error.messages)
            else:
                # A cell of nothing but separators says nothing.
                if value != [] or text == EMPTY:
                    line.values[key] = value
        return line

    def _value(self, line: Line, key: str, text: str):
        if text.startswith("="):
            raise ValidationError(f"« {text[:60]} » est une formule : mettez-y sa valeur.")
        text = revived(text).strip()
        if text == EMPTY:
            if key not in _EMPTIABLE:
                raise ValidationError("cette colonne ne se vide pas.")
            return COLUMNS[key].widget.empty
        if _EXCEL_ERROR.fullmatch(text):
            raise ValidationError(f"la cellule contient l’erreur « {text} » du tableur.")
        if found := _HTML.search(text):
            raise ValidationError(
                f"la cellule contient du code de page web ({found[0][:20]}) : mettez du texte."
            )
        return COLUMNS[key].widget.clean(self._repaired(line, key, text), activities=self.ground.activities)

    @staticmethod
    def _repaired(line: Line, key: str, text: str) -> str:
        """What a spreadsheet did to a number, undone where that is sure, and told."""
        if key in {*_DIGITS, "phone", "life_status_year"}:
            if _SCIENTIFIC.fullmatch(text):
                raise ValidationError(
                    f"« {text} » est un nombre arrondi par le tableur : mettez la colonne au format « texte »."
                )
            text = re.sub(r"^(\d+)[.,]0+$", r"\1", text)
        if key in _DIGITS:
            plain = re.sub(r"\s", "", text)
            if whole := _with_zeros(key, plain):
                line.notes.append(
                    f"{COLUMNS[key].column_name} : le zéro du début, perdu par le tableur, est rétabli."
                )
                return whole
            return plain if key in {"insee", "postal_code"} else text
        if key == "phone" and any(re.fullmatch(r"[1-9]\d{8}", part) for part in split_list(text)):
            line.notes.append("Téléphones : le zéro du début, perdu par le tableur, est rétabli.")
        return text

    # -- whose line it is ----------------------------------------------------------------------------

    def _target(self, line: Line) -> int | None:
        """The entry a line is about, by permanent id, SIRET or outside id; None for a new one."""
        found: dict[str, int] = {}
        line.values["outside_ids"] = self._outside_ids(line)
        if public_id := line.values.get("public_id"):
            pk = self.ground.by_id(str(public_id).lower())
            if pk is None or pk not in self.ground.visible:
                ended = str(public_id).lower() in self.ground.ended
                line.wrong(
                    "public_id",
                    f"la fiche « {public_id} » a été supprimée."
                    if ended
                    else f"aucune fiche n’a l’identifiant « {public_id} ». Pour une nouvelle fiche, laissez vide.",
                )
                return None
            found["public_id"] = pk
        siret = line.values.get("siret")
        if siret and siret in self.ground.by_siret:
            found["siret"] = self.ground.by_siret[siret]
        for pair in line.values["outside_ids"]:
            if pair in self.ground.by_outside_id:
                found.setdefault("outside_ids", self.ground.by_outside_id[pair])
        first = next(iter(found.values()), None)
        for key, pk in found.items():
            if pk != first:
                line.wrong(key, f"c’est celui d’une autre fiche, {self.ground.told(pk)}.")
        if first is not None and first not in self.ground.changeable:
            line.errors.append(f"Vous n’avez pas le droit de modifier {self.ground.told(first)}.")
            return None
        return first

    def _outside_ids(self, line: Line) -> list[tuple[str, str]]:
        pairs = []
        for text in line.values.get("outside_ids", ()):
            named = _SCHEME.fullmatch(text)
            if not named and not self.batch.scheme:
                line.wrong(
                    "outside_ids", f"« {text} » ne dit pas son référentiel (« référentiel : {text} »)."
                )
                continue
            pair = (named[1].lower(), named[2]) if named else (self.batch.scheme, text)
            if len(pair[1]) > 200:
                line.wrong("outside_ids", "un identifiant a 200 caractères au plus.")
                continue
            pairs.append(pair)
        return pairs

    def _repeated(self, line: Line) -> None:
        """A line that repeats an earlier one of the file is rejected."""
        number = line.row.line
        keys = [("cells", *line.row.cells)]
        if line.target:
            keys.append(("entry", line.target))
        if siret := line.values.get("siret"):
            keys.append(("siret", siret))
        keys += [("outside", *pair) for pair in line.values.get("outside_ids", ())]
        first = next((self.earlier[key] for key in keys if key in self.earlier), None)
        if first is not None:
            line.errors.append(f"La ligne répète la ligne {first} : même fiche ou même identifiant.")
        for key in keys:
            self.earlier.setdefault(key, number)

    # -- a new entry -----------------------------------------------------------------------------------

    def _create(self, line: Line) -> None:
        values = line.values
        nature = self._nature(values)
        actor = Actor(nature=nature, created_by_id=self.batch.created_by_id)
        if nature == Nature.ORGANISATION:
            actor.organisation_kind, actor.legal_form = OrganisationKind.UNSPECIFIED, LegalForm.UNSPECIFIED
        elif nature == Nature.INITIATIVE:
            actor.initiative_kind = InitiativeKind.UNSPECIFIED
        if not values.get("name") and "name" not in line.failed:
            line.wrong("name", "une nouvelle fiche a un nom.")
        blank = copy.copy(actor)
        self._fill(line, actor)
        territory = self._seat(line, None)
        if actor.publication != PublicationStatus.DRAFT:
            self._check_publication(line, PublicationStatus.DRAFT, actor.publication)
        if self.ground.kept is not None and territory not in self.ground.kept:
            line.errors.append("Le siège n’est pas dans les territoires qui vous sont confiés.")
        self._check(line, actor)
        row = line.row
        row.values["columns"] = {
            "nature": nature,
            **{
                name: getattr(actor, name)
                for name in _CHECKED
                if getattr(actor, name) != getattr(blank, name)
            },
            **{
                name: getattr(actor, name)
                for name in ("organisation_kind", "initiative_kind", "legal_form")
                if getattr(actor, name)
            },
        }
        for key in (*LISTS, *CONTACTS):
            if values.get(key):
                row.values[key] = list(values[key])
        self._mark_personal(line, actor.name)
        if values["outside_ids"]:
            row.values["outside_ids"] = values["outside_ids"]
        row.changes = [
            [COLUMNS[key].column_name, "", shown]
            for key in COLUMNS
            if key in values and (shown := self._shown(key, values[key]))
        ]
        row.outcome = Outcome.CREATE
        self._look_for_twins(line, actor, territory)

    def _nature(self, values: dict) -> str:
        if nature := values.get("nature"):
            return nature
        kind = values.get("kind")
        if kind in OrganisationKind.values and kind not in InitiativeKind.values:
            return Nature.ORGANISATION
        if kind in InitiativeKind.values and kind not in OrganisationKind.values:
            return Nature.INITIATIVE
        return self.batch.nature

    def _look_for_twins(self, line: Line, actor: Actor, territory: int | None) -> None:
        row = line.row
        twins = self.ground.twins(actor, territory, line.values.get("website") or ())
        for twin in twins[:3]:
            row.reasons.append(f"{twin.reason} que {self.ground.told(twin.pk)}.".replace("que une", "qu’une"))
        same = ("name", fold(actor.name), territory)
        if actor.name and same in self.earlier:
            row.reasons.append(f"Même nom que la ligne {self.earlier[same]}.")
        self.earlier.setdefault(same, row.line)
        if row.reasons:
            row.outcome = Outcome.TWIN
            row.actor_id = next((twin.pk for twin in twins if twin.pk in self.ground.visible), None)

    @staticmethod
    def _leave_alone(line: Line, present: Actor) -> None:
        """A cell that says what the entry says already changes nothing, whatever its form."""
        same = {
            key
            for key, text in line.texts.items()
            if text == COLUMNS[key].widget.render(COLUMNS[key].get_value(present)).strip()
        }
        seat = set(SEAT) & line.texts.keys()
        # The parts of an address are one: a part that stays says something of the others.
        for key in same - (set() if seat <= same else seat) - {"public_id", "outside_ids"}:
            line.values.pop(key, None)
            line.failed.pop(key, None)

    # -- an entry that is there --------------------------------------------------------------------------

    def _change(self, line: Line, present: Actor, version: int) -> None:
        row, values = line.row, line.values
        row.actor_id, row.version = present.pk, version
        if "nature" in values and values["nature"] != present.nature:
            line.wrong("nature", f"la fiche est de nature « {present.get_nature_display()} », et le reste.")
        actor = copy.copy(present)
        self._fill(line, actor)
        changed = [name for name in _CHECKED if getattr(actor, name) != getattr(present, name)]
        row.values["columns"] = {name: getattr(actor, name) for name in changed if name != "nature"}
        for key in (*OWN, "kind"):
            before, after = COLUMNS[key].get_value(present), COLUMNS[key].get_value(actor)
            if before != after and key != "nature":
                self._tell(line, key, before, after)
        for key in LISTS:
            before = COLUMNS[key].get_value(present)
            after = values.get(key, before)
            if list(after) != before if key == "sectors" else set(after) != set(before):
                row.values[key] = list(after)
                self._tell(line, key, before, after)
        for key, kind in CONTACTS.items():
            self._change_contacts(line, present, key, kind)
        self._mark_personal(line, actor.name, present)
        there = {(one.scheme, one.value) for one in present.outside_ids.all()}
        if new := [pair for pair in values["outside_ids"] if pair not in there]:
            row.values["outside_ids"] = new
            self._tell(line, "outside_ids", (), [f"{scheme} : {value}" for scheme, value in new])
        seat = self._seat(line, present)
        if actor.publication != present.publication:
            self._check_publication(line, present.publication, actor.publication, present, seat)
        self._check(line, actor)
        row.values = {key: value for key, value in row.values.items() if value or key in (*LISTS, *CONTACTS)}
        row.outcome = Outcome.CHANGE if row.values else Outcome.SAME

    def _change_contacts(self, line: Line, present: Actor, key: str, kind: str) -> None:
        """The cell says all of that kind; personal ones, which no table shows, stay."""
        if key not in line.values:
            return
        personal = {
            contact_key(kind, row.value)
            for row in present.contacts.all()
            if row.personal and row.kind == kind
        }
        before = COLUMNS[key].get_value(present)
        after = [value for value in line.values[key] if contact_key(kind, value) not in personal]
        if len(after) < len(line.values[key]):
            line.notes.append(
                f"{COLUMNS[key].column_name} : une coordonnée personnelle est laissée comme elle est."
            )
        if {contact_key(kind, value) for value in before} != {contact_key(kind, value) for value in after}:
            line.row.values[key] = after
            self._tell(line, key, before, after)

    @staticmethod
    def _mark_personal(line: Line, name: str, present: Actor | None = None) -> None:
        """New contacts that look like a person's own come in as personal; the line says so."""
        known = {contact_key(row.kind, row.value) for row in present.contacts.all()} if present else set()
        found = [
            value
            for key, kind in CONTACTS.items()
            for value in line.row.values.get(key, ())
            if contact_key(kind, value) not in known and is_personal(kind, value, name)
        ]
        if found:
            line.row.values["personal"] = found
            line.notes.append(
                f"{SEPARATOR.join(found)} : a l’air d’être à une personne, et sera enregistré comme coordonnée "
                "personnelle ; décochez-le sur la fiche si c’est celui de la structure."
            )

    def _tell(self, line: Line, key: str, before: object, after: object) -> None:
        widget = COLUMNS[key].widget
        line.row.changes.append([COLUMNS[key].column_name, widget.render(before), widget.render(after)])

    # -- both ----------------------------------------------------------------------------------------------

    def _shown(self, key: str, value: object) -> str:
        if key == "outside_ids":
            return SEPARATOR.join(f"{scheme} : {one}" for scheme, one in value)
        return COLUMNS[key].widget.render(value)

    def _fill(self, line: Line, actor: Actor) -> None:
        """Put the values of the actor's own columns into it, with what follows from them."""
        values = line.values
        before = {name: getattr(actor, name) for name in REGISTRY}
        for key in OWN:
            if key in values and key != "nature":
                setattr(actor, key, values[key])
        if "kind" in values:
            column = kind_column(actor.nature)
            if column and values["kind"] in column[1].values:
                setattr(actor, column[0], values["kind"])
            elif values["kind"] != kind_of(actor):
                line.wrong("kind", f"ce n’est pas un type pour la nature « {actor.get_nature_display()} ».")
        now = {name: getattr(actor, name) for name in REGISTRY}
        if not any(now.values()):
            actor.registry_state = RegistryState.ABSENT
        elif "registry_state" not in values and now != before:
            # Whoever verified the old ones has not seen these.
            actor.registry_state = RegistryState.PROPOSED
        if (
            actor.life_status == LifeStatus.UNKNOWN
            and "life_status" in values
            and "life_status_year" not in values
        ):
            actor.life_status_year = None

    def _check_publication(
        self, line: Line, before: str, after: str, present: Actor | None = None, seat: int | None = None
    ) -> None:
        """As the form's buttons: who publishes brings out and takes back, a local editor what lies in their territories.

        ``seat``: the territory of the seat of ``present`` once the line is written; a new entry's is judged by itself.
        """
        if {before, after} <= {*UNPUBLISHED}:
            return
        if not self.ground.may_publish:
            line.wrong("publication", "vous n’avez pas le droit de publier ni de retirer une fiche.")
        elif present is not None and not self.ground.keeps(present, seat):
            line.wrong(
                "publication", "la fiche n’est pas entièrement dans les territoires qui vous sont confiés."
            )

    def _check(self, line: Line, actor: Actor) -> None:
        """The model's own rules for columns and their combinations."""
        try:
            actor.clean_fields(exclude=_UNCHECKED)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                key = "kind" if name.endswith("_kind") else name
                # An empty name was told already.
                if key != "name" or actor.name:
                    line.wrong(key, " ".join(messages))
        if line.values.get("name", "x") and actor.name:
            actor.slug = "x"
            line.errors += broken_rules(actor)
        for key, kind in CONTACTS.items():
            for value in line.values.get(key, ()):
                try:
                    ContactPoint(kind=kind, value=value).clean_fields(exclude=["actor"])
                except ValidationError as error:
                    line.wrong(key, " ".join(error.messages))

    def _seat(self, line: Line, present: Actor | None) -> int | None:
        """The territory of its seat, and what changes of it; None where nothing is known of one."""
        values = line.values
        said = {key: values[key] for key in SEAT if key in values}
        old = seat_of(present) if present else None
        if not said or line.failed.keys() & set(SEAT):
            return old.territory_id if old else None
        name, insee, postal_code = (str(said.get(key, "")) for key in ("commune", "insee", "postal_code"))
        if old and self._says_the_same(old, name, insee):
            territory = old.territory_id
        elif not (name or insee or (postal_code and not old)):
            if not old:
                line.wrong("commune", "une adresse va avec sa commune.")
                return None
            territory = old.territory_id
        else:
            try:
                territory = self.ground.communes.find(name, insee, postal_code)
            except ValidationError as error:
                line.wrong("insee" if insee else "commune", " ".join(error.messages))
                return None
        moved = bool(old) and territory != old.territory_id
        seat = {
            "territory": territory,
            # What a file does not tell of another commune is not what was known of the old one.
            "address": said.get("address", "" if moved or not old else old.address),
            "postal_code": said.get("postal_code", "" if moved or not old else old.postal_code),
        }
        place = Place(
            role=PlaceRole.SEAT,
            territory_id=territory,
            address=seat["address"],
            postal_code=seat["postal_code"],
        )
        try:
            place.clean_fields(exclude=["actor", "territory"])
        except ValidationError as error:
            for field_name, messages in error.message_dict.items():
                line.wrong(field_name if field_name in SEAT else "commune", " ".join(messages))
        line.errors += broken_rules(place)
        if old and seat == {
            "territory": old.territory_id,
            "address": old.address,
            "postal_code": old.postal_code,
        }:
            return territory
        if present and self.ground.kept is not None and territory not in self.ground.kept:
            line.errors.append("Le siège sortirait des territoires qui vous sont confiés.")
        line.row.values["seat"] = {**seat, "place": old.pk if old else 0}
        if present:
            self._tell_seat(line, old, seat)
        return territory

    def _says_the_same(self, old: Place, name: str, insee: str) -> bool:
        same_name = not name or fold(name) == fold(old.territory.name)
        return bool(name or insee) and same_name and (not insee or insee == old.territory.code)

    def _tell_seat(self, line: Line, old: Place | None, seat: dict) -> None:
        names = self.ground.communes.names
        before = (names[old.territory_id], old.address, old.postal_code) if old else ("", "", "")
        after = (names[seat["territory"]], seat["address"], seat["postal_code"])
        for key, was, now in zip(("commune", "address", "postal_code"), before, after, strict=True):
            if was != now:
                line.row.changes.append([COLUMNS[key].column_name, was, now])


def _with_zeros(key: str, digits: str) -> str:
    """A code or number whose first zeros are lost, with them; '' where it is none, or would be wrong with them."""
    # A SIRET may begin with two.
    lost = _DIGITS[key] - len(digits)
    if not digits.isdecimal() or not 1 <= lost <= (2 if key == "siret" else 1):
        return ""
    whole = digits.zfill(_DIGITS[key])
    try:
        return COLUMNS[key].widget.clean(whole)
    except ValidationError:
        return ""
