"""A snapshot made from the one before answers as one that was read anew, whatever was done in between."""

import datetime
import random
from collections.abc import Callable
from contextlib import contextmanager, suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from actors import demo, index
from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import CannotMerge, merge_actors, undo_merger
from actors.actions.record import actor_changed, actors_changed
from actors.actions.restore import restore_from_bin
from actors.enums import (
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PublicationStatus,
    Sector,
)
from actors.history import act
from actors.index import Order, Selection, columns, reading, snapshot, spots, updating
from actors.index.criteria import FACETS
from actors.index.suggestions import suggest
from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    Alias,
    AreaServed,
    BinnedActor,
    Citation,
    Cooperation,
    CooperationWish,
    Merger,
    Place,
)
from sources.enums import SourceKind
from sources.models import Letter, Source
from territories.enums import TerritoryKind
from territories.memory import aside
from territories.models import Territory, record_change
from tests.actors.index_told import differences, near, told
from tests.factories import building
from tests.factories.actors import make_citation, make_cooperation, make_organisation, make_ptce
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories_loaded")]
ACTORS = 40
ORGANISATION = {
    "nature": Nature.ORGANISATION,
    "organisation_kind": OrganisationKind.INTEGRATION,
    "legal_form": LegalForm.ASSOCIATION,
}
INITIATIVE = {"nature": Nature.INITIATIVE, "initiative_kind": InitiativeKind.PLACE}
# Never told by anybody.
INFERRED = {CooperationKind.SHARES_LEADER_WITH}
# What lots may fall on and the rules of the directory don't allow.
REFUSED = (IntegrityError, ValidationError, CannotMerge)


@pytest.fixture
def directory():
    with building():
        demo.make_demo(ACTORS)


class Editor:
    """Does something of each kind, to somebody drawn by lot."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.numbers = iter(range(1, 10_000))
        self.acts: list[Callable[[], None]] = [
            *[self.create, self.create_among_equals, self.rename, self.hide, self.publish, self.delete],
            *[self.bring_back, self.merge, self.undo, self.link, self.join_apes, self.unlink, self.move],
            *[self.classify, self.describe, self.cite, self.cite, self.uncite, self.serve, self.wish],
            *[self.date_letter, self.date_source, self.turn_into_ptce, self.write_many, self.edit_territory],
            *[self.name_activity, self.write_page],
        ]

    def one(self, rows):
        found = list(rows.order_by("pk"))
        return self.dice.choice(found) if found else None

    def somebody(self) -> Actor:
        return self.one(Actor.objects.published())

    def told(self, actor: Actor, *, was_public: bool = True) -> None:
        actor.save()
        actor_changed(actor=actor, what="Modification", was_public=was_public)

    def create(self) -> None:
        number = next(self.numbers)
        name = self.dice.choice(["Récup’", "Aa", "Zz", "Le Jardin de l’asso", "Moulin"]) + f" {number % 7}"
        actor = Actor.objects.create(
            **ORGANISATION, name=name, slug=f"nouveau-{number}", publication="published"
        )
        Place.objects.create(actor=actor, territory=self.commune())
        self.told(actor, was_public=False)

    def create_among_equals(self) -> None:
        """Where there is no room between two names after a few times."""
        for _ in range(6):
            number = next(self.numbers)
            actor = Actor.objects.create(
                **INITIATIVE,
                name=f"Atelier partagé {number:04}",
                slug=f"atelier-{number}",
                publication="published",
            )
            self.told(actor, was_public=False)

    def commune(self) -> Territory:
        return self.one(Territory.objects.filter(kind=TerritoryKind.COMMUNE, code__startswith="62"))

    def rename(self) -> None:
        actor = self.somebody()
        actor.name = self.dice.choice(["Abeille", "Zinc", actor.name + " bis", "Ruche"])
        actor.precision = self.dice.choice(["", "à la campagne"])
        Alias.objects.get_or_create(actor=actor, name="Ancien nom", kind="former")
        self.told(actor)

    def hide(self) -> None:
        actor = self.somebody()
        actor.publication = PublicationStatus.DRAFT
        self.told(actor)

    def publish(self) -> None:
        if actor := self.one(Actor.objects.filter(publication=PublicationStatus.DRAFT)):
            actor.publication = PublicationStatus.PUBLISHED
            self.told(actor, was_public=False)

    def delete(self) -> None:
        delete_actor(actor=self.somebody())

    def bring_back(self) -> None:
        if binned := self.one(BinnedActor.objects.all()):
            restore_from_bin(binned=binned, user=None)

    def merge(self) -> None:
        organisations = Actor.objects.published().filter(nature=Nature.ORGANISATION)
        for _ in range(10):
            kept = self.one(organisations)
            merged = self.one(organisations.exclude(pk=kept.pk))
            # Two entries of different numbers in the register are no match.
            with suppress(*REFUSED), transaction.atomic():
                merge_actors(kept=kept, merged=merged, chosen={})
                return
        raise CannotMerge("Nobody matches.")

    def undo(self) -> None:
        merger = Merger.objects.order_by("-pk").first()
        if merger is None:
            raise CannotMerge("Nothing was merged.")
        undo_merger(merger=merger)

    def link(self) -> None:
        one, other = self.somebody(), self.somebody()
        kind = self.dice.choice([each for each in CooperationKind if each not in INFERRED])
        if one != other and not Cooperation.objects.filter(source=one, target=other, kind=kind).exists():
            Cooperation.objects.create(source=one, target=other, kind=kind)
            self.told(one)
            self.told(other)

    def join_apes(self) -> None:
        one, apes = self.somebody(), Actor.objects.get(slug="apes")
        if one != apes:
            Cooperation.objects.get_or_create(source=one, target=apes, kind=CooperationKind.MEMBER_OF)
            self.told(one)
            self.told(apes, was_public=apes.is_public)

    def unlink(self) -> None:
        if link := self.one(Cooperation.objects.public()):
            ends = link.source, link.target
            link.delete()
            for end in ends:
                self.told(end)

    def move(self) -> None:
        actor = self.somebody()
        Place.objects.filter(actor=actor).delete()
        address = (
            {"address": "1 rue Haute", "latitude": 50.4, "longitude": 2.8} if self.dice.random() < 0.5 else {}
        )
        Place.objects.create(actor=actor, territory=self.commune(), role="seat", **address)
        self.told(actor)

    def classify(self) -> None:
        actor = self.somebody()
        ActorSector.objects.filter(actor=actor).delete()
        ActorSector.objects.create(actor=actor, sector=self.dice.choice(list(Sector)), position=1)
        ActorLabel.objects.get_or_create(actor=actor, label=self.dice.choice(list(Label)))
        actor.activities.set([self.one(Activity.objects.all())])
        self.told(actor)

    def describe(self) -> None:
        actor = self.somebody()
        actor.life_status, actor.life_status_year = self.dice.choice(list(LifeStatus)), 2024
        actor.last_confirmed_on = datetime.date(2024, 1, self.dice.randint(1, 28))
        self.told(actor)

    def cite(self) -> None:
        actor = self.somebody()
        source = self.one(Source.objects.filter(article__isnull=False))
        if not Citation.objects.filter(actor=actor, source=source).exists():
            Citation.objects.create(actor=actor, source=source, role=self.dice.choice(["subject", "named"]))
        self.told(actor)

    def uncite(self) -> None:
        if citation := self.one(Citation.objects.filter(actor__publication="published")):
            actor = citation.actor
            citation.delete()
            self.told(actor)

    def serve(self) -> None:
        actor = self.somebody()
        AreaServed.objects.get_or_create(actor=actor, territory=self.commune())
        self.told(actor)

    def wish(self) -> None:
        actor = self.somebody()
        CooperationWish.objects.create(actor=actor, text="Des partenaires pour un atelier", year=2022)
        self.told(actor)

    def date_letter(self) -> None:
        letter = self.one(Letter.objects.all())
        year = self.dice.choice([2016, 2021, 2023])
        Letter.objects.filter(pk=letter.pk).update(
            earliest=datetime.date(year, 3, 1), latest=datetime.date(year, 3, 31)
        )
        record_change(subject="letter", key=letter.slug, what="Date")

    def date_source(self) -> None:
        source = self.one(Source.objects.filter(article__isnull=True))
        if source is None:
            source = Source.objects.create(key="registre", kind=SourceKind.EDITORS, title="Registre")
            actor = self.somebody()
            Citation.objects.create(actor=actor, source=source, role="named")
            self.told(actor)
        source.consulted_on = datetime.date(2025, 2, self.dice.randint(1, 28))
        source.save()
        record_change(subject="source", key=str(source.pk), what="Date")

    def turn_into_ptce(self) -> None:
        actor = self.one(Actor.objects.published().filter(links_in__isnull=False).distinct())
        actor.nature, actor.organisation_kind, actor.initiative_kind = Nature.PTCE, "", ""
        actor.potential_ptce = False
        self.told(actor)

    def write_many(self) -> None:
        rows = Actor.objects.filter(pk__in=[self.somebody().pk for _ in range(4)])
        rows.update(life_status=LifeStatus.CLOSED, life_status_year=2024)
        actors_changed(actor_ids=list(rows.values_list("pk", flat=True)), what="Import", seen=True)

    def edit_territory(self) -> None:
        territory = self.commune()
        territory.latitude = 50.1
        territory.save()
        record_change(subject="territory", key=territory.natural, what="Modification")

    def name_activity(self) -> None:
        activity = self.one(Activity.objects.all())
        activity.slug = f"autre-{next(self.numbers)}"
        activity.save()
        record_change(subject="activity", key=str(activity.pk), what="Modification")

    def write_page(self) -> None:
        record_change(subject="page", key="a-propos", what="Modification")


def answers(shown: columns.Snapshot) -> list:
    """What the doors answer to a few questions, of the present snapshot."""
    people = [pk for pk in shown.ids if pk][::5]
    department = Territory.objects.get(kind="department", code="62")
    found: list = [near(people), suggest("re"), suggest("at"), suggest("zinc")]
    for selection in (
        Selection(),
        Selection(text="atelier"),
        Selection(text="récupp"),
        Selection(territory=department),
        Selection(near=Territory.objects.get(kind="commune", code="62498"), radius=30),
    ):
        answer = index.ask(selection)
        found += [answer.ids(order) for order in Order]
        found += [answer.ids(order, offset=7, limit=5) for order in Order]
        found += [answer.facet(facet) for facet in FACETS]
        found += [answer.walk(None, 9), answer.walk("m", 9), answer.acting_ids]
        shown_spots = spots(answer, {department.pk})
        found.append([[answer.snapshot.ids[rank] for rank in pin.ranks] for pin in shown_spots.pins])
        found.append([[answer.snapshot.ids[rank] for rank in each.ranks] for each in shown_spots.loose])
    return found


def test_after_acts_of_every_kind_it_answers_as_one_read_anew(directory, monkeypatch):
    editor, made = Editor(1), []
    monkeypatch.setattr(
        updating, "updated", lambda *told, keep=updating.updated: made.append(keep(*told)) or made[-1]
    )
    known = snapshot.current()
    # What is worked out when it is asked for is handed on.
    told(known)
    order = [step for step in editor.acts if step != editor.undo]
    editor.dice.shuffle(order)
    order.insert(order.index(editor.merge) + 1, editor.undo)
    ever_done, refused = set(), {}
    for number in range(len(order)):
        done = []
        first = order[number % len(order)]
        alone = first in (editor.merge, editor.undo)
        for following in range(1 if alone else editor.dice.choice([1, 1, 3])):
            step = editor.dice.choice(order) if following else first
            try:
                with act(what="Essai"), transaction.atomic():
                    step()
                done.append(step.__name__)
            except REFUSED as error:
                refused[step.__name__] = error
        ever_done.update(done)
        updated = snapshot.current()
        anew = reading.read(updated.version)
        assert differences(updated, anew) == [], (number, done)
        if number % 10 == 0:
            shown = answers(updated)
            snapshot.forget()
            assert answers(snapshot.current()) == shown, (number, done)
            told(snapshot.current())
    assert ever_done == {step.__name__ for step in editor.acts}, refused
    # Most acts touch few, and are not read anew.
    assert len([each for each in made if each is not None]) > len(order) / 2


@pytest.fixture
def count_rows(monkeypatch):
    """Counts the rows that the database gives."""

    @contextmanager
    def counted():
        found, read = [], SQLCompiler.results_iter

        def reading_them(compiler, *asked, **options):
            for row in read(compiler, *asked, **options):
                found.append(row)
                yield row

        with monkeypatch.context() as patched:
            patched.setattr(SQLCompiler, "results_iter", reading_them)
            yield found

    return counted


@pytest.mark.parametrize("others", [1, 20])
def test_one_edit_costs_the_same_whatever_the_size(others, count_rows):
    town = make_territory()
    actor = make_organisation(name="Asso", sectors=[Sector.REUSE], place=town)
    make_cooperation(actor, make_ptce())
    make_citation(make_article(), actor=actor)
    letter = make_letter()
    for number in range(others):
        other = make_organisation(name=f"Asso {number}", sectors=[Sector.REUSE], place=town)
        make_cooperation(other, make_ptce())
        make_citation(make_article(letter), actor=other)
    told(snapshot.current())
    with transaction.atomic():
        actor.summary = "Une autre ligne."
        actor.save()
        actor_changed(actor=actor, what="Modification", was_public=True)
    with CaptureQueriesContext(connection) as queries, count_rows() as rows:
        after = snapshot.current()
    assert after.version
    # The version, the changes, the entry, 12 for what it has, its words and what of them is written; a row of each
    # but of areas, wishes, labels, activities, and whatever it has none of.
    assert (len(queries), len(rows)) == (17, 9)


def test_names_that_crowd_make_their_neighbours_move():
    with building():
        first, last = make_organisation(name="Ruche A"), make_organisation(name="Ruche Z")
    before = snapshot.current()
    for number in range(12):
        with transaction.atomic():
            actor = Actor.objects.create(
                **ORGANISATION,
                name=f"Ruche B {number:02}",
                slug=f"ruche-{number}",
                publication="published",
            )
            actor_changed(actor=actor, what="Création", was_public=False)
        snapshot.current()
    found = index.find(Selection(), limit=100).ids
    assert [found[0], found[-1]] == [first.pk, last.pk]
    names = [Actor.objects.get(pk=pk).name for pk in found]
    assert names == sorted(names)
    assert snapshot.current().ranks[last.pk] != before.ranks[last.pk]


def test_an_older_snapshot_stays_as_it_was(directory):
    before = snapshot.current()
    shown = told(before)
    editor = Editor(5)
    for step in (editor.rename, editor.link, editor.delete, editor.create, editor.move):
        with act(what="Essai"), transaction.atomic():
            step()
        snapshot.current()
    assert told(before) == shown


def test_a_preview_is_read_from_its_rows_and_not_from_changes():
    make_organisation(name="Asso")
    snapshot.current()
    with transaction.atomic(), aside():
        with building():
            Actor.objects.update(name="Autre", name_key="autre")
            record_change(subject="page", key="x", what="Rien qui touche un acteur")
        assert snapshot.current().name_keys == ["autre"]
        transaction.set_rollback(True)
