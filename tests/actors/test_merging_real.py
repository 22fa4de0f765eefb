"""The real entries, merged two and two by chance and taken apart again: nothing else may ever change."""

import json
import random

import pytest
from django.apps import apps
from django.conf import settings

from actors.actions.merge_actors import merge_actors, undo_merger
from actors.enums import Nature
from actors.importers.fixture_exporter import export_fixtures
from actors.importers.fixture_loader import load_fixtures
from actors.models import Actor, Address, Citation, Cooperation, Merger, PublicId, Seed
from tests.factories import building
from tests.visible import visible_rows, visible_tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory_loaded")]

# Tables that tell of acts, or that are numbered anew without saying otherwise.
_OWN = ("actors", "sources")
_JOURNALS = {"Merger"}
_RENUMBERED = {"ActorSector", "ActorLabel", "Actor_activities"}
PAIRS = 12


def whole_state() -> dict[str, list[str]]:
    """Every row of the directory, with its number and but for the time of its last change."""
    state = {}
    for app in _OWN:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model._meta.proxy or model.__name__ in _JOURNALS:
                continue
            columns = [
                column.attname
                for column in model._meta.concrete_fields
                if column.name != "updated_at" and not (column.primary_key and model.__name__ in _RENUMBERED)
            ]
            state[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*columns)))
    return state


def pairs(seed: int):
    dice = random.Random(seed)
    actors = list(Actor.objects.order_by("public_id"))
    found = []
    while len(found) < PAIRS:
        one, other = dice.sample(actors, 2)
        if one.nature == other.nature or Nature.PTCE not in (one.nature, other.nature):
            found.append((one, other))
    # Those with the most to lose: entries with a link between them, and two of one kind in one place.
    link = Cooperation.objects.exclude(source__nature="ptce").exclude(target__nature="ptce").order_by("pk")
    found += [(each.target, each.source) for each in link[:2]]
    ptces = list(Actor.objects.filter(name="Écopôle alimentaire").order_by("pk"))
    return [*found, tuple(ptces)]


@pytest.mark.parametrize("seed", [6, 71])
def test_merged_and_taken_apart_nothing_has_changed(seed):
    before = whole_state()
    for kept, merged in pairs(seed):
        sources = set(Citation.objects.values_list("source", flat=True))
        merger = merge_actors(kept=kept, merged=merged)
        # No source is lost on the way.
        assert set(Citation.objects.values_list("source", flat=True)) == sources, (kept, merged)
        assert not Actor.objects.filter(pk=merged.pk).exists()
        undo_merger(merger=merger)
        after = whole_state()
        changed = [label for label in before if before[label] != after[label]]
        assert changed == [], (kept, merged)


def test_many_mergers_are_taken_apart_in_turn():
    """Ten entries into one, one after another, and out again from the last."""
    before = whole_state()
    kept, *others = Actor.objects.filter(nature=Nature.ORGANISATION).order_by("public_id")[:9]
    mergers = [merge_actors(kept=kept, merged=other) for other in others]
    assert PublicId.objects.filter(merged_into=kept.public_id).count() == len(others)
    for merger in reversed(mergers):
        undo_merger(merger=merger)
    assert whole_state() == before


def test_the_fixtures_neither_bring_the_merged_one_back_nor_fail(tmp_path):
    kept, merged = (Actor.objects.get(slug=slug) for slug in ("afeji", "apei-d-henin-carvin"))
    before = visible_counts()
    merger = merge_actors(kept=kept, merged=merged)
    merged_state = visible_counts()
    report = load_fixtures(settings.FIXTURES_DIR, wet_run=True)
    assert (report.total("created"), report.total("updated")) == (0, 0)
    assert visible_counts() == merged_state
    undo_merger(merger=merger)
    report = load_fixtures(settings.FIXTURES_DIR, wet_run=True)
    assert (report.total("created"), report.total("updated")) == (0, 0)
    assert visible_counts() == before


def test_a_later_letter_that_tells_of_the_merged_one_tells_of_the_other(tmp_path):
    """A new link to it becomes one with the entry that stays; between the two there is none."""
    kept, merged = (Actor.objects.get(slug=slug) for slug in ("afeji", "apei-d-henin-carvin"))
    export_fixtures(tmp_path)
    for slug in ("railcoop", "afeji"):
        path = tmp_path / "actors" / f"{slug}.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        link = {"kind": "supports", "target": "apei-d-henin-carvin", "status": "active"}
        record["cooperations"] = [*record.get("cooperations", []), link]
        path.write_text(json.dumps(record), encoding="utf-8")
    merge_actors(kept=kept, merged=merged)
    load_fixtures(tmp_path, wet_run=True)
    links = Cooperation.objects.filter(kind="supports", target=kept)
    assert "railcoop" in set(links.values_list("source__slug", flat=True))
    assert not Cooperation.objects.filter(source=kept, target=kept).exists()
    assert not Actor.objects.filter(slug=merged.slug).exists()


def test_an_export_brings_mergers_to_an_empty_directory(tmp_path):
    """A chain of two, told before the entry it ends in."""
    actors = Actor.objects.filter(nature=Nature.ORGANISATION).order_by("-public_id")
    last, middle, first = actors[0], actors[1], actors[2]
    merge_actors(kept=middle, merged=first)
    merge_actors(kept=last, merged=middle)
    export_fixtures(tmp_path)
    _empty_the_directory()
    load_fixtures(tmp_path, wet_run=True)
    assert PublicId.objects.get(pk=first.public_id).survivor().pk == last.public_id


@building()
def _empty_the_directory():
    Actor.objects.all().delete()
    for model in (Merger, Seed, Address):
        model.objects.all().delete()
    PublicId.objects.update(fate="deleted", merged_into=None)
    PublicId.objects.all().delete()


def visible_counts() -> dict[str, list[str]]:
    return {label: visible_rows(label) for label in visible_tables().values() if label != "actors.Merger"}
