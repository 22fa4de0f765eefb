"""The made-up directory: the same each time, and never over a real one."""

import pytest
from django.core.management import CommandError, call_command

from actors import demo
from actors.enums import Nature
from actors.models import Activity, Actor, Address, Citation, Cooperation, Place, PublicId, SearchDocument
from sources.models import Letter
from territories.models import Change, Territory
from tests.factories import building
from tests.factories.actors import make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories_loaded")]
NUMBER = 60


def digest() -> dict:
    """Every made-up value that a page shows, without row numbers."""
    return {
        "actors": list(
            Actor.objects.order_by("slug").values_list("slug", "public_id", "name", "precision", "summary")
        ),
        "places": list(
            Place.objects.order_by("actor__slug", "role", "territory__code", "address").values_list(
                "actor__slug", "role", "territory__code", "address", "latitude"
            )
        ),
        "links": sorted(Cooperation.objects.values_list("kind", "source__slug", "target__slug")),
        "citations": sorted(Citation.objects.values_list("source__key", "actor__slug", "role")),
        "words": list(SearchDocument.objects.order_by("actor__slug").values_list("words", flat=True)),
    }


def test_the_same_number_makes_the_same_directory(capsys):
    made = []
    for _ in range(2):
        with building():
            Citation.objects.all().delete()
            for model in (Address, PublicId, Actor, Letter, Activity):
                model.objects.all().delete()
        before = Change.objects.version()
        call_command("seed_demo", actors=NUMBER)
        assert Change.objects.version() > before
        made.append(digest())
    assert made[0] == made[1]
    assert capsys.readouterr().out == f"{NUMBER} acteurs de démonstration en place.\n" * 2


def test_every_row_is_valid():
    demo.make_demo(NUMBER)
    assert Actor.objects.published().count() == NUMBER
    assert {nature: Actor.objects.filter(nature=nature).exists() for nature in Nature} == dict.fromkeys(
        Nature, True
    )
    for model in (Actor, Place, Cooperation, Citation, PublicId, Address, Letter):
        rows = list(model.objects.all())
        assert rows
        for row in rows:
            row.full_clean()
    assert SearchDocument.objects.count() == PublicId.objects.count() == Address.objects.count() == NUMBER


def test_a_real_directory_is_refused():
    with building():
        make_organisation(name="Apes")
    with pytest.raises(CommandError, match="contient déjà un annuaire"):
        call_command("seed_demo", actors=3)
    assert list(Actor.objects.values_list("name", flat=True)) == ["Apes"]


def test_the_database_of_the_installation_is_refused(settings, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings.DATA_DIR = (settings.BASE_DIR / "var").resolve()
    with pytest.raises(CommandError, match="base à part"):
        call_command("seed_demo", actors=3)
    assert not Actor.objects.exists()
    assert Territory.objects.exists()


def test_none_is_not_a_number_of_actors():
    with pytest.raises(CommandError, match="au moins un acteur"):
        call_command("seed_demo", actors=0)
