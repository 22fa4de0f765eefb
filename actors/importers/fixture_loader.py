"""Loading fixtures: they seed, the database rules (docs/fixtures.md)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils import timezone

from actors.enums import PublicIdFate
from actors.history import act
from actors.importers.fixture_files import FixtureSet, read_fixtures
from actors.importers.fixture_format import (
    ACTIVITY,
    ACTOR,
    ARTICLE,
    CITATION,
    LETTER,
    MENTION,
    PERSON,
    ROWS,
    SOURCE,
    TERRITORY_FIGURE,
    Column,
    FixtureError,
    ListColumn,
    RecordSpec,
)
from actors.importers.forgetting import without_erased
from actors.importers.natural_keys import NaturalKeys
from actors.index.documents import refresh
from actors.models import Actor, Address, Cooperation, PublicId, Seed
from sources.enums import SourceKind
from sources.erasure import DoNotRestore
from sources.models import Article, Person, Source
from territories.models import Change, record_change


@dataclass
class LoadReport:
    """Rows by kind of record and outcome: created, updated, same, kept (an editor's word) or absent."""

    counts: Counter = field(default_factory=Counter)

    def add(self, name: str, outcome: str) -> None:
        self.counts[name, outcome] += 1

    def total(self, outcome: str) -> int:
        return sum(count for (_, what), count in self.counts.items() if what == outcome)

    @property
    def changed(self) -> bool:
        return bool(self.total("created") or self.total("updated"))


class _DryRun(Exception):
    """Rolls the load back when it was only to be looked at."""


def load_fixtures(
    folder: Path,
    *,
    wet_run: bool,
    progress: Callable[[Iterable, str], Iterable] = lambda items, label: items,
) -> LoadReport:
    """Load a fixtures folder in one transaction, rolled back unless ``wet_run``.

    Rows never loaded before are created; a corrected value reaches a field nobody edited since; what
    an editor changed, deleted or erased stays so. Raises FixtureError, with the record's name, for
    anything that does not fit; nothing is loaded then.
    """
    fixtures, forgotten = without_erased(read_fixtures(folder), DoNotRestore.read())
    report = LoadReport()
    try:
        with act(what="Chargement des données des lettres") as current:
            loader = _Loader(report, forgotten)
            loader.load(fixtures, progress)
            current.touch(*loader.touched)
            if report.changed:
                record_change(subject="all", key="", what="Chargement des données des lettres")
            if not wet_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


def _actor_key(record: dict) -> str:
    """Key of an actor's seed: addresses change, and what is remembered of its rows must not be lost then."""
    return f"actor:{record.get('public_id')}"


@contextmanager
def _named(record: dict) -> Iterator[None]:
    """Tell an error in an actor's file with the name of that file."""
    try:
        yield
    except FixtureError as error:
        raise FixtureError(f"actors/{record['slug']}.json: {error}") from error


class _Loader:
    """One load: natural keys, seeds and present rows in memory, so that a record costs no look-up."""

    def __init__(self, report: LoadReport, forgotten: Collection[str]) -> None:
        """``forgotten``: slugs of the persons in the files who asked to be erased."""
        self.report = report
        self.keys = NaturalKeys()
        self.seeds = {seed.key: seed for seed in Seed.objects.all()}
        self.new_seeds: list[Seed] = []
        self.rows: dict[type[models.Model], dict[int, models.Model]] = {}
        self.by_identity: dict[tuple[str, ...], dict[tuple, models.Model]] = {}
        # (kind, natural key) of persons who asked to be erased, actors and territories an editor deleted.
        self.removed: set[tuple[str, str]] = {
            ("territory", key) for key in Change.objects.deleted("territory")
        }
        for slug in forgotten:
            self.report.add("person", "kept")
            self.removed.add(("person", slug))
        self.touched: set[int] = set()

    # -- the whole set, in an order that lets every reference be found --------------------------

    def load(self, fixtures: FixtureSet, progress: Callable[[Iterable, str], Iterable]) -> None:
        self._load_persons(fixtures.persons)
        for record in fixtures.sources:
            row = self._load(SOURCE, f"source:{record.get('key')}", record)
            if row:
                self.keys.add("source", row.key, row.pk)
        for record in fixtures.activities:
            activity = self._load(ACTIVITY, f"activity:{record.get('slug')}", record)
            if activity:
                self.keys.add("activity", activity.slug, activity.pk)
        for record in progress(fixtures.letters, "Lettres"):
            self._load_letter(record)
        loaded = []
        for record in progress(fixtures.actors, "Acteurs"):
            loaded.append((record, self._load_actor(record)))
        self._load_retired(fixtures.retired)
        for record, actor in progress(loaded, "Faits et liens"):
            if actor:
                with _named(record):
                    self._load_facts(record, actor)
        for record in fixtures.territory_figures:
            where = f"territory_figure:{record.get('territory')}|{record.get('what')}|{record.get('year')}"
            figure = self._load(TERRITORY_FIGURE, where, record)
            if figure:
                self._load_citations(TERRITORY_FIGURE, figure, where, record)
        Seed.objects.bulk_create(self.new_seeds, batch_size=500)
        refresh(self.touched)

    def _load_persons(self, records: list[dict]) -> None:
        for record in records:
            person = self._load(PERSON, f"person:{record['slug']}", record)
            if person:
                self.keys.add("person", person.slug, person.pk)

    def _load_letter(self, record: dict) -> None:
        letter = self._load(LETTER, f"letter:{record['slug']}", record)
        if not letter:
            return
        for position, article_record in enumerate(record.get("articles", []), start=1):
            where = f"article:{letter.slug}/{article_record.get('slug')}"
            article = self._load(ARTICLE, where, {"position": position, **article_record}, parent=letter)
            if not article:
                continue
            self._ensure_source(article)
            for mention in article_record.get("mentions", []):
                self._load(MENTION, f"{where}/mention:{mention.get('territory')}", mention, parent=article)

    def _ensure_source(self, article: Article) -> None:
        """Every article stands as a source under its natural key."""
        source, created = Source.objects.get_or_create(
            article=article, defaults={"key": article.natural, "kind": SourceKind.ARTICLE}
        )
        if created:
            self.report.add("source", "created")
        self.keys.add("source", source.key, source.pk)

    def _load_retired(self, records: list[dict]) -> None:
        """Permanent ids without an actor, so that old addresses go on saying what became of it.

        After the actors, into some of which others were merged, and those others after what they were
        merged into. Raises FixtureError for a merger into nothing.
        """
        waiting = {record["public_id"]: record for record in records}
        while waiting:
            ready = [record for record in waiting.values() if record.get("merged_into") not in waiting]
            if not ready:
                raise FixtureError(f"retired.json: {', '.join(sorted(waiting))} merged into each other")
            for record in ready:
                del waiting[record["public_id"]]
                self._load_retired_one(record)

    def _load_retired_one(self, record: dict) -> None:
        merged = record.get("merged_into")
        into = PublicId.objects.filter(value=merged).first() if merged else None
        if merged and into is None:
            raise FixtureError(f"retired.json: {record['public_id']}: no {merged!r} to be merged into")
        public_id, created = PublicId.objects.get_or_create(
            value=record["public_id"],
            defaults={
                "fate": record["fate"],
                "ended_on": record.get("ended_on"),
                "merged_into": into,
                "shown_at": timezone.now(),
            },
        )
        self.report.add("retired", "created" if created else "same")
        for slug in record.get("slugs", []):
            Address.objects.get_or_create(slug=slug, defaults={"public_id": public_id})

    def _load_actor(self, record: dict) -> Actor | None:
        with _named(record):
            actor = self._load(ACTOR, _actor_key(record), record)
        if actor is None:
            self.removed.add(("actor", record["slug"]))
            if kept := self._merged_into(record):
                # What other files tell of it is told of the entry that it was merged with.
                self.keys.lead("actor", record["slug"], kept)
        else:
            # As the files call it, whatever its address is by now.
            self.keys.add("actor", record["slug"], actor.pk)
            for slug in record.get("former_slugs", []):
                Address.objects.get_or_create(
                    slug=slug,
                    defaults={"actor": actor, "public_id": PublicId.objects.get(value=actor.public_id)},
                )
        return actor

    def _merged_into(self, record: dict) -> int | None:
        """The actor that an editor merged this one with."""
        public_id = PublicId.objects.filter(value=record.get("public_id"), fate=PublicIdFate.MERGED).first()
        return public_id.survivor().actor_id if public_id else None

    def _load_facts(self, record: dict, actor: Actor) -> None:
        where = _actor_key(record)
        self._load_citations(ACTOR, actor, where, record)
        for spec in ROWS:
            for row_record in record.get(spec.name, []):
                identity = "|".join(
                    str(spec.complete(row_record, where)[name] or "") for name in spec.identity
                )
                row_where = f"{where}/{spec.name}:{identity}"
                row = self._load(spec, row_where, row_record, parent=actor)
                if row and spec.cited_by:
                    self._load_citations(spec, row, row_where, row_record)

    def _load_citations(self, spec: RecordSpec, row: models.Model, where: str, record: dict) -> None:
        for citation in record.get("citations", []):
            named = "|".join(str(citation.get(name) or "") for name in CITATION.identity)
            self._load(
                CITATION, f"{where}/citation:{named}", citation, parent=row, parent_field=spec.cited_by
            )

    # -- one record ------------------------------------------------------------------------------

    def _load(
        self,
        spec: RecordSpec,
        key: str,
        record: dict,
        *,
        parent: models.Model | None = None,
        parent_field: str = "",
    ) -> models.Model | None:
        """The row of a record, created or brought up to date; None when an editor removed it."""
        data = spec.complete(record, key)
        parent_field = parent_field or spec.parent
        seed = self.seeds.get(key)
        try:
            if seed is None:
                return self._first_load(spec, key, data, parent, parent_field)
            row = self._rows(spec).get(seed.row_id)
            if row is None:
                self.report.add(spec.name, "kept")
                return None
            self._later_load(spec, seed, row, data, parent)
            return row
        except (ValidationError, IntegrityError, ValueError) as error:
            raise FixtureError(f"{key}: {error}") from error

    def _first_load(
        self, spec: RecordSpec, key: str, data: dict, parent: models.Model | None, parent_field: str
    ) -> models.Model | None:
        values = self._values(spec, key, data)
        if values is None:
            self.report.add(spec.name, "kept")
            return None
        if parent is not None:
            values[parent_field] = parent
        if spec.model is Cooperation and parent.pk in (values.get("target_id"), values.get("source_id")):
            # Of two entries that an editor merged since.
            self.report.add(spec.name, "kept")
            return None
        row = self._present(spec, values, parent_field)
        if row is None:
            row = spec.model(**values)
            row.clean_fields(exclude=[field.name for field in row._meta.fields if field.is_relation])
            row.save(force_insert=True)
            for column in spec.lists:
                if listed := self._listed(column, key, data[column.name]):
                    column.write(row, listed)
            self.report.add(spec.name, "created")
            self._touch(row, parent)
        else:
            self.report.add(spec.name, "same")
        seed = Seed(key=key, model=spec.model._meta.label_lower, row_id=row.pk, data=data)
        self.seeds[key] = seed
        self.new_seeds.append(seed)
        self._rows(spec)[row.pk] = row
        return row

    def _later_load(
        self, spec: RecordSpec, seed: Seed, row: models.Model, data: dict, parent: models.Model | None
    ) -> None:
        if data == seed.data:
            self.report.add(spec.name, "same")
            return
        present = self.read(spec, row)
        loaded = spec.complete({}, seed.key) | seed.data  # a column added since had its default then
        # A file that says what the row says already, as after an export, corrects nothing.
        corrected = [name for name in data if data[name] not in (loaded[name], present[name])]
        free = [name for name in corrected if present[name] == loaded[name]]
        values = self._values(spec, seed.key, data) or {}
        lists = {column.name: column for column in spec.lists}
        for name in free:
            if name in lists:
                lists[name].write(row, self._listed(lists[name], seed.key, data[name]))
            else:
                setattr(row, self._attribute(spec, name), values[self._attribute(spec, name)])
        if free:
            row.save()
            self._touch(row, parent)
            # An edited field keeps the value it had before: it is the editors' whatever files say next.
            seed.data = loaded | {name: data[name] for name in free}
            seed.save(update_fields=["data"])
        self.report.add(spec.name, "updated" if free else "kept" if corrected else "same")

    def _values(self, spec: RecordSpec, key: str, data: dict) -> dict | None:
        """Model attributes of a record; None when it refers to a row that an editor removed."""
        values = {}
        for column in spec.columns:
            value = data[column.name]
            if column.refers_to and value is not None:
                pk = self.keys.id_of(column.refers_to, value)
                if pk is None:
                    if self._was_removed(column, value):
                        return None
                    raise FixtureError(f"{key}: no {column.refers_to} {value!r}")
                values[self._attribute(spec, column.name)] = pk
            else:
                values[self._attribute(spec, column.name)] = column.from_json(value)
        return values

    def _listed(self, column: ListColumn, key: str, values: list) -> list:
        """The values of a list without the rows that an editor removed."""
        if not column.refers_to:
            return values
        listed = []
        for value in values:
            if self.keys.id_of(column.refers_to, value) is not None:
                listed.append(value)
            elif not self._was_removed(column, value):
                raise FixtureError(f"{key}: no {column.refers_to} {value!r}")
        return listed

    def _was_removed(self, column: Column | ListColumn, natural_key: str) -> bool:
        """Whether the row was loaded once and is gone, or is somebody who asked to be erased."""
        if (column.refers_to, natural_key) in self.removed:
            return True
        name = "article" if column.refers_to == "source" and "/" in natural_key else column.refers_to
        return f"{name}:{natural_key}" in self.seeds

    def _present(self, spec: RecordSpec, values: dict, parent_field: str) -> models.Model | None:
        """The row an editor already made under the same identity, if any."""
        if parent_field:
            values = {**values, f"{parent_field}_id": values[parent_field].pk}
        found = None
        for identity in (spec.identity, spec.second_identity):
            if not identity or found:
                continue
            names = [self._attribute(spec, name) for name in identity]
            names += [f"{parent_field}_id"] if parent_field else []
            index_name = (spec.name, *names)
            if index_name not in self.by_identity:
                # Rows this load made itself are no editor's: the index is built before the first of them.
                self.by_identity[index_name] = {
                    tuple(getattr(row, name) for name in names): row for row in self._rows(spec).values()
                }
            found = self.by_identity[index_name].get(tuple(values[name] for name in names))
        return found

    def _rows(self, spec: RecordSpec) -> dict[int, models.Model]:
        """Rows present before this load and made by it, by number (1 query and one per list, once)."""
        if spec.model not in self.rows:
            rows = spec.model.objects.prefetch_related(*(column.prefetch for column in spec.lists))
            self.rows[spec.model] = {row.pk: row for row in rows}
        return self.rows[spec.model]

    def _attribute(self, spec: RecordSpec, name: str) -> str:
        column = next(column for column in spec.columns if column.name == name)
        return f"{name}_id" if column.refers_to else name

    def read(self, spec: RecordSpec, row: models.Model) -> dict:
        """The row as a record with every field, as the exporter would write it."""
        return read_record(spec, row, self.keys)

    def _touch(self, row: models.Model, parent: models.Model | None) -> None:
        """Remember whose entry the row is part of: search document and history are written at the end."""
        for candidate in (row, parent):
            if isinstance(candidate, Actor):
                self.touched.add(candidate.pk)
            elif isinstance(candidate, Cooperation):
                self.touched |= {candidate.source_id, candidate.target_id}
            elif actor_id := getattr(candidate, "actor_id", None):
                self.touched.add(actor_id)
        if isinstance(row, Person):
            self.touched.update(row.functions.values_list("actor", flat=True))


def read_record(spec: RecordSpec, row: models.Model, keys: NaturalKeys) -> dict:
    """Every field of a row as in JSON, defaults included."""
    record = {}
    for column in spec.columns:
        if column.refers_to:
            record[column.name] = keys.key_of(column.refers_to, getattr(row, f"{column.name}_id"))
        else:
            record[column.name] = column.to_json(getattr(row, column.name))
    for column in spec.lists:
        record[column.name] = column.read(row)
    return record
