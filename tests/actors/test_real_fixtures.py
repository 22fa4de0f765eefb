"""The committed fixtures: every row valid, sourced, in our own words, and written back as they stand."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from actors.enums import AliasKind, CooperationKind, LifeStatus, Nature, OrganisationKind
from actors.importers.fixture_exporter import export_fixtures
from actors.importers.fixture_files import read_fixtures
from actors.importers.fixture_loader import load_fixtures
from actors.importers.wording import borrowed, own_texts, runs
from actors.models import Actor, Alias, Cooperation, Figure
from actors.statistics import sourced
from sources.models import Letter
from territories.models import Change, Territory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory_loaded")]

LETTERS = settings.BASE_DIR.parent / "shared" / "letters"
# Of the directory's own making while it runs, not loaded from fixtures.
UNLOADED = {
    *("SearchDocument", "Seed", "ErasedPerson", "OutsideId", "NetworkLayout"),
    *("BinnedActor", "Merger", "NotTwins"),
}


def loaded_models() -> list:
    models = [model for app in ("actors", "sources") for model in apps.get_app_config(app).get_models()]
    return [model for model in models if not model._meta.proxy and model.__name__ not in UNLOADED]


@pytest.mark.parametrize("model", loaded_models(), ids=lambda model: model.__name__)
def test_every_row_is_valid(model):
    rows = list(model.objects.all())
    assert rows, f"the fixtures hold no {model.__name__}"
    for row in rows:
        row.full_clean()


def test_loading_again_changes_nothing():
    before = Change.objects.version()
    report = load_fixtures(settings.FIXTURES_DIR, wet_run=True)
    assert not report.changed
    assert report.total("same") == sum(report.counts.values())
    assert Change.objects.version() == before


def test_export_writes_the_committed_files_byte_for_byte(tmp_path):
    export_fixtures(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.json")}
    committed = {
        path.relative_to(settings.FIXTURES_DIR): path.read_bytes()
        for path in settings.FIXTURES_DIR.rglob("*.json")
        if path.relative_to(settings.FIXTURES_DIR).parts[0] != "territories"
    }
    assert sorted(map(str, written)) == sorted(map(str, committed))
    assert [str(path) for path in written if written[path] != committed[path]] == []


def test_every_fact_has_a_source():
    assert [(fact.label, fact.total - fact.cited) for fact in sourced() if fact.cited != fact.total] == []


def test_figures_of_territories_have_a_source():
    assert not Figure.objects.filter(territory__isnull=False, citations__isnull=True).exists()


def test_the_four_letters_are_there():
    assert set(Letter.objects.values_list("slug", flat=True)) == {
        "hiver-2020-21",
        "supplement-henin-carvin",
        "71",
        "74",
    }


def test_classing_is_complete_and_sourced():
    """Sectors one to three; what is classed and is not « non précisé » says from where."""
    for actor in Actor.objects.prefetch_related("sectors", "citations"):
        columns = {citation.column for citation in actor.citations.all()}
        assert 1 <= len(actor.sectors.all()) <= 3, actor.slug
        assert actor.summary, actor.slug
        assert actor.description, actor.slug
        if actor.nature == Nature.ORGANISATION and actor.organisation_kind != OrganisationKind.UNSPECIFIED:
            assert "kind" in columns, actor.slug
        if actor.life_status != LifeStatus.UNKNOWN:
            assert actor.life_status_year, actor.slug


def test_no_text_shows_a_misprint():
    """Printed typos are found by search and never shown, not even to say that they are typos."""
    misprints = set(Alias.objects.filter(kind=AliasKind.MISPRINT).values_list("name", flat=True))
    assert "GrandSissoons" in misprints
    fixtures = read_fixtures(settings.FIXTURES_DIR)
    texts = [text for record in (*fixtures.letters, *fixtures.actors) for text in own_texts(record)]
    assert len(texts) > 400
    assert [text for text in texts for misprint in misprints if misprint in text] == []


def test_every_kind_of_link_occurs():
    # The letters tell of nobody who took over another's activity.
    told = set(Cooperation.objects.values_list("kind", flat=True))
    assert told == set(CooperationKind.values) - {CooperationKind.TAKES_OVER}


def test_a_symmetric_link_is_told_by_the_actor_whose_address_comes_first():
    for link in Cooperation.objects.select_related("source", "target"):
        if link.phrase.symmetric:
            assert link.source.slug < link.target.slug, link.sentence


def test_the_agglomeration_holds_its_own():
    agglomeration = Territory.objects.get(code="246200299")
    inside = set(Actor.objects.in_territory(agglomeration).values_list("slug", flat=True))
    seats = {
        name: set(
            Actor.objects.filter(places__territory__name=name, places__role="seat").values_list(
                "slug", flat=True
            )
        )
        for name in ("Drocourt", "Oignies")
    }
    assert "die" in seats["Drocourt"]
    assert "la-locomotive" in seats["Oignies"]
    assert seats["Drocourt"] | seats["Oignies"] <= inside
    department = Territory.objects.get(kind="department", code="62")
    assert inside < set(Actor.objects.in_territory(department).values_list("slug", flat=True))


@pytest.mark.skipif(
    not LETTERS.is_dir(), reason="the letters' texts are not beside this checkout (../shared/letters)"
)
def test_no_sentence_of_a_letter_is_copied():
    letters = [path.read_text(encoding="utf-8") for path in sorted(Path(LETTERS).glob("*.txt"))]
    fixtures = read_fixtures(settings.FIXTURES_DIR)
    # The measure itself works: a sentence of a letter in a description is seen.
    stolen = {"slug": "x", "description": " ".join(sorted(runs(letters[0]))[0])}
    assert len(borrowed(type(fixtures)(actors=[stolen]), letters)) == 1
    assert borrowed(fixtures, letters) == []
