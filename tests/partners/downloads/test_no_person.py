"""An edition never changes: no person the directory knows is in one, whatever editors wrote where."""

import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from actors.models import Actor, ContactPoint, Cooperation, CooperationWish, Figure, PtceStatusEntry
from partners.editions import EDITIONS
from sources.erasure import Traces
from sources.models import Article, Letter, Person, Source
from tests.factories import building

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory_loaded")]
# Where editors write sentences; addresses and names of places are taken as they are printed.
SENTENCES = {
    Actor: ("summary", "description"),
    Figure: ("what",),
    CooperationWish: ("text",),
    Cooperation: ("reason",),
    PtceStatusEntry: ("note", "call"),
    Letter: ("title", "date_reason"),
    Article: ("title",),
    Source: ("title",),
}


@building()
def plant(name: str) -> None:
    """The name at the end of every sentence that is long enough to be one and has room for it."""
    for model, columns in SENTENCES.items():
        for column in columns:
            field = model._meta.get_field(column)
            room = (field.max_length or 10_000) - len(name) - 1
            rows = model.objects.annotate(length=models.functions.Length(column))
            rows.filter(length__range=(1, room)).update(**{column: Concat(column, Value(f" {name}"))})


def texts_of(path: Path) -> list[str]:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8").splitlines()
    with zipfile.ZipFile(path) as book:
        return [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]


def test_an_edition_of_all_letters_names_nobody(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    persons = list(Person.objects.order_by("pk"))
    contacts = list(ContactPoint.objects.filter(personal=True).values_list("value", flat=True))
    assert len(persons) > 50
    assert contacts
    plant(persons[0].name.upper())
    call_command("make_edition", "https://annuaire.exemple.fr", wet_run=True, verbosity=0)
    (edition,) = EDITIONS.all()
    known = Traces.of([name for person in persons for name in person.spellings], contacts)
    files = [EDITIONS.path(edition, file.name) for file in edition.files]
    assert len(files) > 20
    found = [(path.name, known.found(text)) for path in files for text in texts_of(path) if known.knows(text)]
    assert found == []
    # The looking itself is sound: the rows do say it.
    assert any(known.knows(text) for text in Actor.objects.values_list("summary", flat=True))
