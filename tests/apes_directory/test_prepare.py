import io

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command

from actors.models import Seed
from apes_directory.management.commands import prepare
from tests.factories import building
from tests.factories.actors import make_organisation
from tests.factories.pages import make_page
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def static_root(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


@pytest.fixture
def called(monkeypatch):
    """Names of the commands `prepare` calls, which then don't run."""
    names = []

    def record(command, **options):
        assert command == "collectstatic" or options["wet_run"] is True
        names.append(command)

    monkeypatch.setattr(prepare, "call_command", record)
    return names


def run() -> list[str]:
    output = io.StringIO()
    call_command("prepare", stdout=output)
    return output.getvalue().splitlines()


def everything() -> dict[str, list]:
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model is not Session
    }


def test_empty_database_gets_territories_then_actors(called, static_root):
    static_root.mkdir()
    run()
    assert called == ["load_territories", "load_fixtures", "load_pages", "collectstatic"]


def test_database_that_editors_emptied_stays_empty(called, static_root):
    make_territory()
    make_page()
    with building():
        Seed.objects.create(key="actor:x", model="actors.Actor", row_id=1, data={})
    static_root.mkdir()
    run()
    assert called == ["collectstatic"]


def test_second_run_says_so_and_changes_nothing():
    make_organisation(place=make_territory())
    make_page()
    run()
    before = everything()

    lines = run()

    assert [line.split(" : ")[1] for line in lines] == [
        "à jour",
        "1 en place",
        "1 en place",
        # Nobody was erased since.
        "à jour",
        "1 en place",
        "à jour",
        "à jour",
    ]
    assert everything() == before


def test_static_files_are_collected_when_one_changed(called, settings, static_root, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "x.css").write_text("a{}")
    settings.STATICFILES_DIRS = [source]
    static_root.mkdir()
    command = prepare.Command(stdout=io.StringIO())

    command.collect_static()
    command.collect_static()
    assert called == ["collectstatic"]
    (source / "x.css").write_text("b{}")
    command.collect_static()
    assert called == ["collectstatic"] * 2


def test_collection_cut_short_is_done_again(monkeypatch, static_root):
    static_root.mkdir()

    def cut_short(*args, **options):
        raise KeyboardInterrupt

    command = prepare.Command(stdout=io.StringIO())
    command.collect_static()
    (static_root / ".collected").write_text("other files")
    monkeypatch.setattr(prepare, "call_command", cut_short)
    with pytest.raises(KeyboardInterrupt):
        command.collect_static()

    assert not (static_root / ".collected").exists()
