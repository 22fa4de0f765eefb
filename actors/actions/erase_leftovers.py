"""The last step of an erasure: every other column of text there is, so that a new table is reached without being told."""

import re
from collections.abc import Collection

from django.db import models
from post_office.models import Email

from actors.actions.holdings import candidates, text_columns
from actors.models import Seed, reach_citing
from sources.erasure import INSTEAD_IN_SLUG, Traces
from sources.models import Article, Source

# Columns that stay as they are, each with the reason.
STAYS = {
    "actors.Actor.name": "what an entry is called",
    "actors.Actor.name_key": "what an entry is called",
    "actors.Actor.slug": "what an entry is called",
    "actors.Alias.name": "what an entry is called",
    "actors.Alias.name_key": "what an entry is called",
    "actors.Address.slug": "what an entry is called",
    "actors.BinnedActor.name": "what an entry is called",
    "actors.Merger.name": "what an entry is called",
    "actors.Merger.kept_name": "what an entry is called",
    "actors.Activity.name": "what people do",
    "actors.Activity.slug": "what people do",
    "reversion.Version.object_repr": "what an entry is called",
    "reversion.Version.serialized_data": "rewritten as a document, names of entries apart",
    "sources.Letter.slug": "an address on paper",
    "pages.EditorialPage.slug": "an address on paper",
    "auth.User.username": "an account is its administrator's to close",
    "auth.User.first_name": "an account is its administrator's to close",
    "auth.User.last_name": "an account is its administrator's to close",
    "auth.User.email": "an account is its administrator's to close",
    "admin.LogEntry.change_message": "rewritten as JSON",
}
# Rows that are nothing without what is taken out of them.
_GO = (Email,)


def erase_leftovers(person_ids: Collection[int], traces: Traces) -> None:
    """Take the person out of every column that is left (1 query for each table, besides what is found)."""
    _erase_slugs(traces)
    _erase_seeds(traces)
    for model, columns in text_columns():
        label = model._meta.label
        columns = [column for column in columns if f"{label}.{column.name}" not in STAYS]
        if not columns or model is Seed:
            continue
        for row in candidates(model, columns, traces):
            before = {column.attname: getattr(row, column.attname) for column in columns}
            after = {name: traces.cleaned_value(value) for name, value in before.items()}
            changed = {name: value for name, value in after.items() if value != before[name]}
            if changed:
                _write(row, changed)


def _write(row: models.Model, changed: dict) -> None:
    """Without save(): what is taken out is nobody's edit. An address with a hole in it is none."""
    for name in changed:
        if isinstance(row._meta.get_field(name), models.EmailField | models.URLField):
            changed[name] = ""
    if isinstance(row, _GO) or any(
        not value and not row._meta.get_field(name).blank for name, value in changed.items()
    ):
        row.delete()
        return
    type(row)._base_manager.filter(pk=row.pk).update(**changed)
    # Entries tell their sources by title.
    if isinstance(row, Article):
        reach_citing(article=row.pk)
    elif isinstance(row, Source):
        reach_citing(pk=row.pk)


def _erase_slugs(traces: Traces) -> None:
    """Addresses of articles, and the keys of their sources after them: « portrait-helene-lecuyer » is « portrait-x ».

    Whoever noted the old one lands on the letter, as with any address within it that is not there.
    """
    for article in candidates(Article, [Article._meta.get_field("slug")], traces).select_related("letter"):
        slug = traces.cleaned(article.slug, INSTEAD_IN_SLUG)
        if slug == article.slug:
            continue
        taken = set(article.letter.articles.values_list("slug", flat=True))
        article.slug = next(
            each for each in (slug, *(f"{slug}-{n}" for n in range(2, 99))) if each not in taken
        )
        article.save(update_fields=["slug"])
        Source.objects.filter(article=article).update(key=article.natural)
    for source in candidates(Source, [Source._meta.get_field("key")], traces):
        key = traces.cleaned(source.key, INSTEAD_IN_SLUG)
        if key != source.key:
            taken = Source.objects.filter(key=key).exists()
            Source.objects.filter(pk=source.pk).update(key=f"{key}-{source.pk}" if taken else key)


def _erase_seeds(traces: Traces) -> None:
    """What the loader remembers to have written: as it would write it now, or nothing at all."""
    columns = [Seed._meta.get_field(name) for name in ("key", "data")]
    for seed in candidates(Seed, columns, traces):
        if any(map(traces.knows, [seed.key, *re.split(r"[|/:]", seed.key)])):
            # Found again by what its row says, where that is still there.
            seed.delete()
            continue
        own = {"name", "slug"} if seed.model.lower() in {"actors.actor", "actors.alias"} else set()
        data = {
            name: value if name in own else _forgotten(value, traces) for name, value in seed.data.items()
        }
        if data != seed.data:
            Seed.objects.filter(pk=seed.pk).update(data=data)


def _forgotten(value, traces: Traces):
    """A value of a record; of a list (who signed an article) the others."""
    if isinstance(value, list):
        return [each for each in value if not (isinstance(each, str) and traces.knows(each))]
    return traces.cleaned_value(value)
