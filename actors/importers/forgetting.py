"""Fixtures without whoever asked to be erased: files and their copies are many, the list is one."""

from dataclasses import replace

from actors.importers.fixture_files import FixtureSet
from sources.erasure import INSTEAD_IN_SLUG, DoNotRestore

# Keys that name a row: what it is called, or an address by which other records find it.
_KEPT = {"slug", "public_id", "key", "territory", "person", "actor", "target", "merged_into", "authors"}
_CALLED = {"name"}


def without_erased(fixtures: FixtureSet, erased: DoNotRestore) -> tuple[FixtureSet, set[str]]:
    """The records without these persons' rows, functions, signatures and contacts, their names taken out of texts as an
    erasure does; and the slugs of those who are in the files."""
    if not erased:
        return fixtures, set()
    forgotten = {
        record["slug"]
        for record in fixtures.persons
        if erased.forbids(record["name"], *record.get("other_spellings", []))
    }
    return (
        replace(
            fixtures,
            persons=[record for record in fixtures.persons if record["slug"] not in forgotten],
            sources=[_source(record, erased) for record in fixtures.sources],
            letters=[_letter(record, erased, forgotten) for record in fixtures.letters],
            actors=[_actor(record, erased, forgotten) for record in fixtures.actors],
            territory_figures=[_texts(record, erased) for record in fixtures.territory_figures],
        ),
        forgotten,
    )


def _source(record: dict, erased: DoNotRestore) -> dict:
    return {**_texts(record, erased), "key": erased.cleaned(record.get("key", ""), INSTEAD_IN_SLUG)}


def _letter(record: dict, erased: DoNotRestore, forgotten: set[str]) -> dict:
    articles = [
        {
            **_texts(article, erased),
            "slug": erased.cleaned(article.get("slug", ""), INSTEAD_IN_SLUG),
            **(
                {"authors": [slug for slug in article["authors"] if slug not in forgotten]}
                if "authors" in article
                else {}
            ),
        }
        for article in record.get("articles", [])
    ]
    return {**_texts(record, erased), **({"articles": articles} if articles else {})}


def _actor(record: dict, erased: DoNotRestore, forgotten: set[str]) -> dict:
    clean = _texts(record, erased, kept=_CALLED)
    if "spokespersons" in clean:
        clean["spokespersons"] = [row for row in clean["spokespersons"] if row["person"] not in forgotten]
    if "contacts" in clean:
        # As they stand in the file: cleaned ones are half an address.
        clean["contacts"] = [
            row
            for row, told in zip(clean["contacts"], record["contacts"], strict=True)
            if not erased.knows(told["value"])
        ]
    if "aliases" in clean:
        clean["aliases"] = [
            {**row, "name": told["name"]}
            for row, told in zip(clean["aliases"], record["aliases"], strict=True)
        ]
    return clean


def _texts(record: dict, erased: DoNotRestore, kept: set[str] = frozenset()) -> dict:
    """Every text of a record and of the records inside it, but for what names a row."""
    clean = {}
    for name, value in record.items():
        if name in _KEPT or name in kept:
            clean[name] = value
        elif name == "source":
            clean[name] = erased.cleaned(value, INSTEAD_IN_SLUG)
        elif isinstance(value, list):
            clean[name] = [
                _texts(each, erased) if isinstance(each, dict) else erased.cleaned_value(each)
                for each in value
            ]
        else:
            clean[name] = erased.cleaned_value(value)
    return clean
