"""The index against ``reference.py``: random selections over a made-up directory, ids, orders and every count."""

import random
from collections.abc import Callable

import pytest

from actors import demo, index
from actors.enums import (
    CitationRole,
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    Sector,
    Sphere,
)
from actors.index import Order, Point, Selection
from actors.index.criteria import FACETS
from actors.models import Activity, Actor, Citation
from sources.models import Letter
from territories.enums import TerritoryKind
from territories.models import Territory
from tests.actors.reference import FIELDS, Reference, telling_words
from tests.factories import building

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories_loaded")]
ACTORS = 120
SELECTIONS = 300


@pytest.fixture
def reference() -> Reference:
    """A made-up directory with what makes lists go wrong: drafts, columns cited, letters of several roles."""
    with building():
        demo.make_demo(ACTORS)
        dice = random.Random(3)
        ids = list(Actor.objects.order_by("slug").values_list("pk", flat=True))
        Actor.objects.filter(pk__in=dice.sample(ids[1:], 15)).update(publication="draft")
        for citation in Citation.objects.order_by("pk")[:20]:
            Citation.objects.filter(pk=citation.pk).update(role="", column="name")
    return Reference()


def drawer(dice: random.Random, reference: Reference) -> Callable[[], Selection]:
    """Draws selections of one to four criteria whose values somebody has, most of the time."""
    published = [facts.actor for facts in reference.everyone]
    ptces = [actor for actor in published if actor.nature == Nature.PTCE]
    letters = list(Letter.objects.order_by("slug"))
    activities = list(Activity.objects.order_by("slug"))
    used = sorted(set().union(*(facts.located for facts in reference.everyone)))
    territories = Territory.objects.in_bulk(used)
    communes = [each for each in territories.values() if each.kind == TerritoryKind.COMMUNE]
    words = telling_words(reference)

    def some(choices) -> tuple:
        return tuple(dice.sample(list(choices), dice.randint(1, 3)))

    def text() -> dict:
        one, other = dice.choice(words), dice.choice(words)
        return {
            "text": dice.choice(
                [one, f"{one} {other[:4]}", f"{one} -{other}", f'"{one}"', f"-{one}", one[:4]]
            )
        }

    def near() -> dict:
        centre = dice.choice(communes)
        if dice.random() < 0.3:
            centre = Point(centre.latitude, centre.longitude)
        return {"near": centre, "radius": dice.choice([5, 20, 50, 100])}

    criteria: list[Callable[[], dict]] = [
        text,
        near,
        lambda: {"natures": some(Nature)},
        lambda: {"territory": territories[dice.choice(used)], "acting": dice.random() < 0.5},
        lambda: {"sectors": some(Sector)},
        lambda: {"activities": some(activities)},
        lambda: {"organisation_kinds": some(OrganisationKind)},
        lambda: {"initiative_kinds": some(InitiativeKind)},
        lambda: {"labels": some(Label)},
        lambda: {"legal_forms": some(LegalForm)},
        lambda: {"spheres": some(Sphere)},
        lambda: {"ptce": dice.choice(ptces)},
        lambda: {"linked": dice.choice(published)},
        lambda: {"link_kinds": some(CooperationKind)},
        lambda: {"linked": published[dice.randrange(5)], "link_kinds": some(CooperationKind)},
        lambda: {"wish": True},
        lambda: {"apes_member": True},
        lambda: {"life_statuses": some(LifeStatus)},
        lambda: {"role": dice.choice(list(CitationRole))},
        lambda: {"letters": some(letters)},
        lambda: {"since": dice.choice(["2015", "2021", "2022", "2022-06", "2022-11-05", "2023-10"])},
        lambda: {"plus": tuple(actor.public_id for actor in dice.sample(published, 2))},
        lambda: {"minus": tuple(actor.public_id for actor in dice.sample(published, 20))},
    ]

    def draw() -> Selection:
        asked: dict = {}
        for criterion in dice.sample(criteria, dice.choice((1, 1, 2, 2, 3, 4))):
            asked |= criterion()
        return Selection(**asked)

    return draw


def understood(answer: index.Answer) -> bool:
    """Whether the words were found as typed: what stands for others is the query table's matter."""
    return not answer.selection.text or not (answer.matches.corrected or answer.matches.dropped)


def test_random_selections_find_the_same(reference):
    draw = drawer(random.Random(71), reference)
    selections = [Selection(), *(draw() for _ in range(SELECTIONS))]
    found = crossing = 0
    for selection in selections:
        answer = index.ask(selection)
        if not understood(answer):
            continue
        wanted = reference.ids(selection)
        assert list(answer.ids(Order.NAME)) == wanted, selection
        assert answer.count == len(wanted)
        for order in answer.orders:
            if order is not Order.RELEVANCE:
                assert list(answer.ids(order)) == reference.ids(selection, order.value), (order, selection)
        assert sorted(answer.ids(Order.RELEVANCE)) == sorted(wanted)
        if selection.territory:
            assert list(answer.acting_ids) == reference.acting(selection), selection
            territory = selection.territory
            wanted_across = reference.links_across(Selection(territory=territory))
            told = index.links_across(answer.snapshot, territory.pk, 5)
            assert told == (len(wanted_across), tuple(wanted_across[:5])), territory
            crossing += len(wanted_across)
        if isinstance(selection.near, Territory):
            groups = list(answer.near_acting_ids()), list(answer.near_linked_ids())
            assert groups == reference.around(selection), selection
        found += len(wanted)
    # Selections that find nobody prove nothing.
    assert found > 5 * SELECTIONS
    assert crossing > 50


def test_random_selections_count_every_facet_the_same(reference):
    draw = drawer(random.Random(59), reference)
    counted = 0
    assert set(FIELDS) == set(FACETS)
    for selection in [Selection(), *(draw() for _ in range(SELECTIONS // 5))]:
        answer = index.ask(selection)
        if not understood(answer):
            continue
        for facet in FACETS:
            wanted = reference.counts(selection, facet)
            assert answer.facet(facet) == wanted, (facet, selection)
            counted += len(wanted)
    assert counted > 1000


def test_counts_without_a_criterion_are_those_of_the_lists(reference):
    draw = drawer(random.Random(62), reference)
    for selection in [draw() for _ in range(SELECTIONS // 3)]:
        answer = index.ask(selection)
        if not understood(answer):
            continue
        for name in (
            "text",
            "territory",
            "near",
            "linked",
            "link_kinds",
            "natures",
            "sectors",
            "plus",
            "minus",
        ):
            wanted = len(reference.ids(selection.without(name)))
            assert answer.count_without(name) == wanted, (name, selection)
