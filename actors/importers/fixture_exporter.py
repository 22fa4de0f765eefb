"""Writing the present state back as fixtures, losslessly (docs/fixtures.md)."""

from collections import defaultdict
from pathlib import Path

from django.db import models

from actors.enums import PublicIdFate
from actors.importers.fixture_files import FixtureSet, write_fixtures
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
    RecordSpec,
)
from actors.importers.fixture_loader import read_record
from actors.importers.natural_keys import NaturalKeys
from actors.models import Actor, Address, Citation, Figure, PublicId
from sources.enums import SourceKind
from sources.models import Article, Letter, Mention, Person, Source


def export_fixtures(folder: Path) -> list[str]:
    """Write the whole directory into ``folder``; returns the files that changed.

    Files of letters and actors that are gone are removed. A constant number of queries, about 40.
    """
    return write_fixtures(folder, collect())


def collect() -> FixtureSet:
    """The present state as records, each list in the order of its natural keys."""
    keys = NaturalKeys()
    citations = _citations(keys)
    facts = {spec.name: _rows_by_parent(spec, keys, citations) for spec in ROWS}
    former_slugs = defaultdict(list)
    for slug, actor_slug, actor_id in Address.objects.filter(actor__isnull=False).values_list(
        "slug", "actor__slug", "actor"
    ):
        if slug != actor_slug:
            former_slugs[actor_id].append(slug)
    actors = []
    for actor in Actor.objects.prefetch_related(*(column.prefetch for column in ACTOR.lists)).order_by(
        "slug"
    ):
        record = _short(ACTOR, read_record(ACTOR, actor, keys))
        record |= _kept({"former_slugs": sorted(former_slugs[actor.pk])})
        record |= _kept({"citations": citations["actor"][actor.pk]})
        for spec in ROWS:
            record |= _kept({spec.name: facts[spec.name][actor.pk]})
        actors.append(record)
    figures = Figure.objects.filter(territory__isnull=False)
    return FixtureSet(
        persons=_plain(PERSON, Person.objects.order_by("slug"), keys),
        sources=_plain(SOURCE, Source.objects.exclude(kind=SourceKind.ARTICLE).order_by("key"), keys),
        activities=_plain(ACTIVITY, ACTIVITY.model.objects.order_by("slug"), keys),
        territory_figures=sorted(
            (
                _short(TERRITORY_FIGURE, read_record(TERRITORY_FIGURE, figure, keys))
                | _kept({"citations": citations["figure"][figure.pk]})
                for figure in figures
            ),
            key=lambda record: (record["territory"], record["what"], record["year"]),
        ),
        retired=_retired(),
        letters=_letters(keys),
        actors=actors,
    )


def _short(spec: RecordSpec, record: dict) -> dict:
    """The record without what equals its default."""
    defaults = {column.name: column.default for column in spec.columns}
    return {name: value for name, value in record.items() if value != defaults.get(name, [])}


def _kept(record: dict) -> dict:
    return {name: value for name, value in record.items() if value}


def _plain(spec: RecordSpec, rows: models.QuerySet, keys: NaturalKeys) -> list[dict]:
    return [_short(spec, read_record(spec, row, keys)) for row in rows]


def _citations(keys: NaturalKeys) -> dict[str, dict[int, list[dict]]]:
    """Citations as records, by the foreign key that points to the fact and its row (1 query)."""
    cited_by = ["actor", TERRITORY_FIGURE.cited_by, *(spec.cited_by for spec in ROWS if spec.cited_by)]
    found: dict[str, dict[int, list[dict]]] = {name: defaultdict(list) for name in cited_by}
    for citation in Citation.objects.all():
        for name in found:
            row_id = getattr(citation, f"{name}_id")
            if row_id is not None:
                found[name][row_id].append(_short(CITATION, read_record(CITATION, citation, keys)))
    for rows in found.values():
        for records in rows.values():
            records.sort(key=lambda record: (record.get("column", ""), record["source"]))
    return found


def _rows_by_parent(
    spec: RecordSpec, keys: NaturalKeys, citations: dict[str, dict[int, list[dict]]]
) -> dict[int, list[dict]]:
    """Records of one list of every actor, in the order they were entered (1 query)."""
    records = defaultdict(list)
    for row in spec.model.objects.filter(**{f"{spec.parent}__isnull": False}).order_by("pk"):
        record = _short(spec, read_record(spec, row, keys))
        if spec.cited_by:
            record |= _kept({"citations": citations[spec.cited_by][row.pk]})
        records[getattr(row, f"{spec.parent}_id")].append(record)
    return records


def _letters(keys: NaturalKeys) -> list[dict]:
    mentions = defaultdict(list)
    for mention in Mention.objects.order_by("article", "pk"):
        mentions[mention.article_id].append(_short(MENTION, read_record(MENTION, mention, keys)))
    articles = defaultdict(list)
    for article in Article.objects.prefetch_related("authors").order_by("letter", "position", "pk"):
        record = _short(ARTICLE, read_record(ARTICLE, article, keys))
        record |= _kept({"mentions": mentions[article.pk]})
        siblings = articles[article.letter_id]
        if record.get("position") == len(siblings) + 1:  # told by its place in the list
            del record["position"]
        siblings.append(record)
    return [
        _short(LETTER, read_record(LETTER, letter, keys)) | _kept({"articles": articles[letter.pk]})
        for letter in Letter.objects.order_by("slug")
    ]


def _retired() -> list[dict]:
    slugs = defaultdict(list)
    for slug, public_id in Address.objects.filter(actor__isnull=True).values_list("slug", "public_id"):
        slugs[public_id].append(slug)
    return [
        {
            "public_id": row.value,
            "fate": row.fate,
            **_kept({"merged_into": row.merged_into_id, "slugs": sorted(slugs[row.value])}),
            **({"ended_on": row.ended_on.isoformat()} if row.ended_on else {}),
        }
        for row in PublicId.objects.once_public().exclude(fate=PublicIdFate.LIVE).order_by("value")
    ]
