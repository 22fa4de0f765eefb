"""Fixtures seed, the database rules: what loading adds, corrects, keeps, and what export writes back."""

import copy
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from actors.actions.delete_actor import delete_actor
from actors.actions.erase_person import erase, erase_person
from actors.actions.holdings import holdings
from actors.importers.fixture_exporter import export_fixtures
from actors.importers.fixture_format import FixtureError
from actors.importers.fixture_loader import load_fixtures
from actors.models import (
    Activity,
    Actor,
    Citation,
    ContactPoint,
    Cooperation,
    Place,
    PublicId,
    SearchDocument,
    Seed,
)
from sources.erasure import Traces
from sources.models import Article, ErasedPerson, Letter, Person
from territories.models import Change, record_change
from tests.factories import building
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

LETTER = {
    "slug": "71",
    "number": "71",
    "title": "PTCE, l’espace de toutes les coopérations",
    "earliest": "2022-01-01",
    "latest": "2022-12-31",
    "articles": [
        {
            "slug": "pinson",
            "title": "Quand la ferme du Pinson chante",
            "rubric": "territory",
            "authors": ["camille-autrice"],
            "mentions": [{"territory": "commune:59491", "role": "portrait", "printed": "Raïsmes"}],
        },
        {"slug": "ours", "title": "Ours", "title_is_ours": True, "kind": "colophon"},
    ],
}
CITED = [{"source": "71/pinson"}]
FARM = {
    "slug": "ecoferme",
    "public_id": "aaaa2222",
    "nature": "initiative",
    "name": "L’écoferme du Pinson",
    "initiative_kind": "place",
    "sphere": "ess",
    "sectors": ["agriculture", "employment"],
    "labels": ["aci"],
    "activities": ["maraichage"],
    "summary": "Maraîchage et compost au cœur du quartier",
    "life_status": "active",
    "life_status_year": 2022,
    "citations": [
        {"source": "71/pinson", "role": "subject"},
        {"source": "connaissance-generale", "column": "kind"},
    ],
    "aliases": [{"name": "Ferme du Pinson", "kind": "other", "citations": CITED}],
    "places": [{"role": "activity", "territory": "commune:59491", "citations": CITED}],
    "contacts": [
        {
            "kind": "website",
            "value": "https://pinson.fr/",
            "citations": [{"source": "71/pinson", "printed": "pinson.fr"}],
        }
    ],
    "figures": [
        {"what": "salariés", "low": 20, "high": 30, "unit": "people", "year": 2022, "citations": CITED}
    ],
    "wishes": [{"text": "Des jardins voisins", "year": 2022, "citations": CITED}],
}
CAPEP = {
    "slug": "capep",
    "public_id": "bbbb2222",
    "nature": "organisation",
    "name": "CAPEP",
    "organisation_kind": "integration",
    "legal_form": "association",
    "former_slugs": ["ancien-capep"],
    "spokespersons": [
        {"person": "dominique-parole", "role": "directeur", "category": "director", "citations": CITED}
    ],
    "cooperations": [{"kind": "runs", "target": "ecoferme", "since": "2018~", "citations": CITED}],
    "citations": [{"source": "71/pinson", "role": "named"}],
}
PERSONS = [
    {"slug": "camille-autrice", "name": "Camille Autrice"},
    {"slug": "dominique-parole", "name": "Dominique Parole", "other_spellings": ["Dominique Parolle"]},
]


class Fixtures:
    """A fixtures folder whose records a test may change before it loads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.farm, self.capep, self.letter = copy.deepcopy((FARM, CAPEP, LETTER))
        self.persons = copy.deepcopy(PERSONS)
        self.write()

    def write(self) -> None:
        files = {
            "persons.json": self.persons,
            "sources.json": [
                {"key": "connaissance-generale", "kind": "editors", "title": "Connaissance générale"}
            ],
            "activities.json": [{"slug": "maraichage", "name": "maraîchage", "synonyms": ["légumes"]}],
            "letters/71.json": self.letter,
            f"actors/{self.farm['slug']}.json": self.farm,
            "actors/capep.json": self.capep,
            "territory_figures.json": [
                {
                    "territory": "commune:59491",
                    "what": "habitants",
                    "low": 12000,
                    "qualifier": "about",
                    "unit": "inhabitants",
                    "year": 2022,
                    "citations": CITED,
                }
            ],
        }
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content), encoding="utf-8")

    def load(self, *, wet_run: bool = True):
        self.write()
        return load_fixtures(self.folder, wet_run=wet_run)


@pytest.fixture
def fixtures(tmp_path) -> Fixtures:
    with building():
        make_territory(code="59491", name="Raismes")
    return Fixtures(tmp_path / "fixtures")


def snapshot() -> dict:
    """Every row of the models that fixtures fill, as values, without the times of writing."""
    models = {Actor, Place, ContactPoint, Cooperation, Citation, Letter, Article, Person, Seed}
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key != "updated_at"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in models
    }


def test_first_load_creates_every_row_with_its_sources(fixtures):
    report = fixtures.load()
    farm = Actor.objects.get(slug="ecoferme")
    assert farm.public_id == "aaaa2222"
    assert [row.sector for row in farm.sectors.all()] == ["agriculture", "employment"]
    assert [row.name for row in farm.activities.all()] == ["maraîchage"]
    assert Citation.objects.get(contact__actor=farm).printed == "pinson.fr"
    assert str(Cooperation.objects.get()) == "CAPEP gère L’écoferme du Pinson"
    assert set(PublicId.objects.get(value="bbbb2222").addresses.values_list("slug", flat=True)) == {
        "capep",
        "ancien-capep",
    }
    assert "legumes" in SearchDocument.objects.get(actor=farm).words
    assert report.total("created") == Seed.objects.count() + 2  # the sources of the two articles
    assert Change.objects.count() == 1


def test_every_row_loaded_is_valid(fixtures):
    fixtures.load()
    for model in (Actor, Place, ContactPoint, Cooperation, Citation, Letter, Article, Person):
        for row in model.objects.all():
            row.full_clean()


def test_dry_run_writes_nothing(fixtures):
    report = fixtures.load(wet_run=False)
    assert report.total("created") > 0
    assert not Actor.objects.exists()
    assert not Change.objects.exists()


def test_the_command_says_in_french_what_it_did(fixtures):
    def told(*options) -> list[str]:
        output = StringIO()
        call_command("load_fixtures", "--from", str(fixtures.folder), *options, stdout=output)
        return [" ".join(line.split()) for line in output.getvalue().splitlines()]

    *dry, last = told()
    assert last == "Essai à blanc : rien n’a été écrit. Ajouter --wet-run pour écrire."
    assert dry[0] == "ajoutés corrigés identiques gardés tels quels"
    assert {"acteurs 2 0 0 0", "chiffres de territoires 1 0 0 0"} < set(dry)
    assert not Actor.objects.exists()
    assert told("--wet-run") == dry
    fixtures.farm["name"] = "La ferme"
    delete_actor(actor=Actor.objects.get(slug="capep"))
    fixtures.write()
    assert "acteurs 0 1 0 1" in told("--wet-run")


def test_loading_twice_changes_nothing(fixtures):
    fixtures.load()
    before = snapshot()
    report = fixtures.load()
    assert snapshot() == before
    assert not report.changed
    assert Change.objects.count() == 1


def test_a_corrected_fixture_reaches_an_unedited_field(fixtures):
    fixtures.load()
    fixtures.farm["summary"] = "Légumes et compost"
    fixtures.farm["sectors"] = ["agriculture"]
    report = fixtures.load()
    farm = Actor.objects.get(slug="ecoferme")
    assert farm.summary == "Légumes et compost"
    assert [row.sector for row in farm.sectors.all()] == ["agriculture"]
    assert "coeur" not in SearchDocument.objects.get(actor=farm).words  # a word of the old summary
    assert report.total("updated") == 1


def test_an_edited_field_is_kept_even_when_the_fixture_is_corrected(fixtures):
    fixtures.load()
    with building():
        Actor.objects.filter(slug="ecoferme").update(summary="Le mot de l’éditrice")
        ContactPoint.objects.update(personal=True)
    fixtures.farm["summary"] = "Une correction tardive"
    fixtures.farm["life_status_year"] = 2023
    fixtures.load()
    farm = Actor.objects.get(slug="ecoferme")
    assert farm.summary == "Le mot de l’éditrice"
    assert farm.life_status_year == 2023  # nobody had touched it
    assert ContactPoint.objects.get().personal is True


def test_an_edit_outlives_the_load_of_its_own_export(fixtures, tmp_path):
    fixtures.load()
    with building():
        Actor.objects.filter(slug="ecoferme").update(summary="Notre mot")
    export_fixtures(tmp_path / "export")
    assert not load_fixtures(tmp_path / "export", wet_run=True).changed
    assert not fixtures.load().changed
    assert Actor.objects.get(slug="ecoferme").summary == "Notre mot"


def test_a_column_added_since_the_first_load_is_filled(fixtures):
    fixtures.load()
    with building():
        seed = Seed.objects.get(key="actor:aaaa2222")
        del seed.data["precision"]
        seed.save()
    fixtures.farm["precision"] = "Raismes"
    fixtures.load()
    assert Actor.objects.get(slug="ecoferme").precision == "Raismes"


def test_a_deleted_actor_does_not_come_back_nor_do_its_facts(fixtures):
    fixtures.load()
    delete_actor(actor=Actor.objects.get(slug="capep"))
    fixtures.load()
    assert not Actor.objects.filter(slug="capep").exists()
    assert not Cooperation.objects.exists()
    assert PublicId.objects.get(value="bbbb2222").fate == "deleted"


def test_a_deleted_row_does_not_come_back(fixtures):
    fixtures.load()
    with building():
        ContactPoint.objects.all().delete()
    fixtures.load()
    assert not ContactPoint.objects.exists()


def test_a_record_may_name_an_activity_that_an_editor_deleted(fixtures):
    fixtures.load()
    with building():
        Activity.objects.all().delete()
    fixtures.farm["activities"] = ["maraichage"]
    fixtures.farm["summary"] = "Compost et maraîchage"
    fixtures.capep["activities"] = ["maraichage"]
    fixtures.load()
    assert not Activity.objects.exists()
    assert Actor.objects.get(slug="ecoferme").summary == "Compost et maraîchage"
    assert not Actor.objects.get(slug="capep").activities.exists()


def test_a_record_may_name_a_territory_that_an_editor_deleted(fixtures):
    fixtures.load()
    with building():
        record_change(subject="territory", key="informal:pevele", what="x", fate="deleted")
    fixtures.farm["areas"] = [{"territory": "informal:pevele", "citations": CITED}]
    report = fixtures.load()
    assert report.counts["areas", "kept"] == 1
    assert not Actor.objects.get(slug="ecoferme").areas.exists()


def test_an_article_names_authors_that_are_known(fixtures):
    fixtures.letter["articles"][0]["authors"].append("nobody")
    with pytest.raises(FixtureError, match="article:71/pinson: no person 'nobody'"):
        fixtures.load()


def test_an_erased_person_does_not_come_back_even_in_a_new_database(fixtures):
    fixtures.load()
    erase_person(person=Person.objects.get(slug="dominique-parole"))
    fixtures.load()
    assert list(Person.objects.values_list("slug", flat=True)) == ["camille-autrice"]
    assert "parole" not in SearchDocument.objects.get(actor__slug="capep").words
    assert ErasedPerson.objects.count() == 2  # the name and its other spelling


def test_a_person_erased_under_another_spelling_is_not_created(fixtures):
    fixtures.load()
    erase_person(person=Person.objects.get(slug="dominique-parole"))
    with building():
        Seed.objects.filter(key__startswith="person:").delete()
    fixtures.persons[1] = {"slug": "d-parole", "name": "DOMINIQUE PAROLLE"}
    fixtures.capep["spokespersons"][0]["person"] = "d-parole"
    fixtures.load()
    assert list(Person.objects.values_list("slug", flat=True)) == ["camille-autrice"]


def test_an_address_of_a_deleted_actor_is_never_taken_over(fixtures):
    fixtures.load()
    delete_actor(actor=Actor.objects.get(slug="capep"))
    with building():
        Seed.objects.filter(key__startswith="actor:bbbb2222").delete()
    fixtures.capep["public_id"] = "cccc3333"
    with pytest.raises(FixtureError, match=r"actors/capep\.json: actor:cccc3333"):
        fixtures.load()


def test_an_actor_renamed_in_the_files_is_renamed_not_doubled(fixtures):
    fixtures.load()
    with building():
        ContactPoint.objects.all().delete()
    fixtures.farm |= {"slug": "ferme", "former_slugs": ["ecoferme"], "name": "La ferme"}
    fixtures.capep["cooperations"][0]["target"] = "ferme"
    (fixtures.folder / "actors" / "ecoferme.json").unlink()
    report = fixtures.load()
    farm = Actor.objects.get(public_id="aaaa2222")
    assert (farm.slug, farm.name) == ("ferme", "La ferme")
    assert set(farm.addresses.values_list("slug", flat=True)) == {"ferme", "ecoferme"}
    assert Actor.objects.count() == 2
    assert Cooperation.objects.get().target == farm
    # What an editor deleted of it stays deleted under the new name too.
    assert not ContactPoint.objects.exists()
    assert (report.total("updated"), report.total("created")) == (1, 0)


def test_an_actor_an_editor_renamed_is_the_one_of_the_files(fixtures):
    fixtures.load()
    with building():
        farm = Actor.objects.get(slug="ecoferme")
        farm.slug = "ferme"
        farm.save()
        Seed.objects.all().delete()
    fixtures.load()
    assert Actor.objects.get(public_id="aaaa2222").slug == "ferme"
    assert Actor.objects.count() == 2
    assert Cooperation.objects.get().target == farm


def test_an_entry_an_editor_made_first_is_adopted_not_doubled(fixtures):
    with building():
        Actor.objects.create(
            slug="capep",
            public_id="zzzz9999",
            nature="organisation",
            name="Le CAPEP",
            organisation_kind="training",
            legal_form="unspecified",
            publication="published",
        )
    fixtures.load()
    capep = Actor.objects.get(slug="capep")
    assert capep.name == "Le CAPEP"
    assert capep.organisation_kind == "training"
    assert capep.links_out.count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"places": [{"territory": "commune:00000"}]}, "no territory 'commune:00000'"),
        ({"cooperations": [{"kind": "runs", "target": "nobody"}]}, "no actor 'nobody'"),
        ({"spokespersons": [{"person": "x", "category": "elected"}]}, "no person 'x'"),
        ({"initiative_kind": "castle"}, "castle"),
        ({"life_status_year": None}, "actor_life_status_dated|constraint"),
        ({"activities": ["vol"]}, "no activity 'vol'"),
        ({"founded": "jadis"}, "jadis"),
        ({"citations": [{"source": "71/nowhere", "role": "named"}]}, "no source '71/nowhere'"),
    ],
)
def test_a_wrong_record_stops_the_load_with_its_name(fixtures, change, message):
    fixtures.farm |= change
    with pytest.raises(FixtureError, match=message) as error:
        fixtures.load()
    assert "ecoferme" in str(error.value)
    assert not Letter.objects.exists()


def test_export_writes_back_what_was_loaded(fixtures, tmp_path):
    fixtures.load()
    out = tmp_path / "out"
    export_fixtures(out)
    assert json.loads((out / "actors/ecoferme.json").read_text()) == FARM
    assert json.loads((out / "actors/capep.json").read_text()) == CAPEP
    assert json.loads((out / "letters/71.json").read_text()) == LETTER
    assert export_fixtures(out) == []


def test_export_carries_edits_and_deletions_and_loads_again_without_a_difference(fixtures, tmp_path):
    fixtures.load()
    with building():
        Actor.objects.filter(slug="ecoferme").update(summary="Le mot de l’éditrice")
        ContactPoint.objects.update(value="https://ecoferme.fr/")
        Place.objects.all().delete()
    delete_actor(actor=Actor.objects.get(slug="capep"))
    out = tmp_path / "out"
    export_fixtures(out)
    assert not (out / "actors/capep.json").exists()
    before = snapshot()
    report = load_fixtures(out, wet_run=True)
    assert not report.changed
    after = snapshot()
    assert {name: rows for name, rows in after.items() if name != "Seed"} == {
        name: rows for name, rows in before.items() if name != "Seed"
    }
    again = tmp_path / "again"
    export_fixtures(again)
    files = sorted(path.relative_to(out) for path in out.rglob("*.json"))
    assert files == sorted(path.relative_to(again) for path in again.rglob("*.json"))
    for path in files:
        assert (again / path).read_text() == (out / path).read_text()


NAMED = Traces.of(["Dominique Parole", "Dominique Parolle"], ["d.p@pinson.fr"])


@pytest.mark.parametrize("order", ["erased before the files are loaded", "erased after"])
def test_files_that_name_somebody_erased_are_loaded_without_them(fixtures, order):
    """Into an empty database as into one that was there: texts, contacts, signatures, addresses, the loader's memory."""
    fixtures.farm["summary"] = "Fondée par Dominique PAROLE"
    fixtures.farm["contacts"] += [
        {"kind": "email", "value": "dominique.parole@pinson.fr", "citations": CITED},
        {"kind": "email", "value": "D.P@pinson.fr", "personal": True, "citations": CITED},
    ]
    fixtures.farm["wishes"][0]["citations"] = [{"source": "71/parole-dominique-raconte"}]
    fixtures.letter["articles"][1] |= {
        "slug": "parole-dominique-raconte",
        "title": "Dominique Parolle raconte",
        "authors": ["dominique-parole", "camille-autrice"],
    }
    if order != "erased before the files are loaded":
        fixtures.load()
    erase(traces=NAMED)
    fixtures.load()
    farm = Actor.objects.get(slug="ecoferme")
    assert farm.summary == "Fondée par […]"
    assert list(farm.contacts.values_list("value", flat=True)) == ["https://pinson.fr/"]
    article = Article.objects.get(kind="colophon")
    assert (article.slug, article.title) == ("x-raconte", "[…] raconte")
    assert list(article.authors.values_list("slug", flat=True)) == ["camille-autrice"]
    assert farm.wishes.get().citations.get().source.article == article
    kept = repr(
        [*Seed.objects.values_list("key", "data"), *Article.objects.values_list("slug", "title")]
    ).lower()
    assert "parole" not in kept
    assert "parolle" not in kept
    version = Change.objects.version()
    assert not fixtures.load().changed
    assert Change.objects.version() == version
    assert list(holdings(NAMED)) == []
    export_fixtures(fixtures.folder)
    assert "parol" not in "".join(path.read_text() for path in fixtures.folder.rglob("*.json")).lower()
