"""20,000 made-up actors answer rightly and in time: ``make test-slow``, which no other run collects.

Counts are compared with the plain querysets, for the reference of ``tests/actors`` is too slow here.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors import demo, index
from actors.enums import Sector
from actors.index import Order, Selection, snapshot
from actors.index.criteria import FACETS
from actors.models import Actor, ActorSector, Cooperation
from partners.records import ActorReader, Links
from partners.records.dictionary import ACTOR_PARTS
from sources.models import Letter
from territories.admin_base import DirectoryAdmin, ReadOnlyAdmin
from territories.importers.load import load_dataset
from territories.models import Territory
from tests.bench.pages import PAGES, numbered_address
from tests.editing.admin.test_query_counts import CHANGELISTS
from tests.factories import building
from tests.pages.html import main
from tests.real_data import taken_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("large_directory")]
ACTORS = 20_000
# Seconds, generous: a machine shared with others must pass, a cost that grows with actors must not.
SEEDED, READ, ANSWERED = 60, 10, 1
# A page that asks more is asking once per row.
MOST_QUERIES = 45


@pytest.fixture(scope="module")
def large_directory(dataset, django_db_setup, django_db_blocker):
    with taken_back(django_db_blocker):
        with django_db_blocker.unblock(), building():
            load_dataset(dataset, wet_run=True)
            started = time.monotonic()
            demo.make_demo(ACTORS)
            assert time.monotonic() - started < SEEDED
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
        yield


def quickly(asked: Callable):
    """What ``asked`` gives, in time; the snapshot, which each test reads anew, in its own."""
    started = time.monotonic()
    assert len(snapshot.current().words.name_keys) == ACTORS
    read = time.monotonic()
    assert read - started < READ
    answer = asked()
    assert time.monotonic() - read < ANSWERED
    return answer


def test_every_list_counts_and_orders_all():
    for order in Order:
        ids = quickly(lambda order=order: index.ask(Selection()).ids(order))
        assert len(ids) == len(set(ids)) == ACTORS
    by_name = Actor.objects.published().in_order().values_list("pk", flat=True)
    assert list(index.ask(Selection(minus=("aaaaaaaa",))).ids()) == list(by_name)


def test_counts_are_those_of_plain_querysets():
    published = Actor.objects.published()
    territory = Territory.objects.get(kind="department", code="62")
    letter = Letter.objects.get(slug="demo-12")
    ptce = published.filter(nature="ptce").in_order().first()
    for selection, rows in (
        (Selection(territory=territory), published.in_territory(territory)),
        (Selection(letters=(letter,)), published.cited_in(letter)),
        (Selection(ptce=ptce), published.in_ptce(ptce)),
        (
            Selection(sectors=(Sector.REUSE, Sector.SPORT)),
            published.in_sectors([Sector.REUSE, Sector.SPORT]),
        ),
    ):
        found = quickly(lambda selection=selection: index.ask(selection).ids())
        assert sorted(found) == sorted(rows.values_list("pk", flat=True)), selection
    counted = ActorSector.objects.values_list("sector").annotate(Count("actor")).order_by()
    assert quickly(lambda: index.ask(Selection()).facet("sector")) == dict(counted)


@pytest.mark.parametrize(
    "text", ["vélo", "insertion", "solidaire", "resourcerie befroi", "-solidaire", "de la"]
)
def test_every_facet_of_a_search_leads_to_as_many_as_it_says(text):
    answer = quickly(lambda: index.ask(Selection(text=text)))
    assert answer.count
    for facet in FACETS:
        quickly(lambda facet=facet: answer.facet(facet))
    for value, shown in answer.facet("sector").items():
        assert index.count(Selection(text=text, sectors=(Sector(value),))) == shown


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.label)
def test_every_page_of_the_bench_answers_with_few_queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        response = quickly(lambda: client.get(numbered_address(page.address, 1)))
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES
    if "suggestions" not in page.address and "api" not in page.address:
        assert main(response).one("h1").text


# -- the back-office ------------------------------------------------------------------------------------------

# Seconds for one page; the list of the changes and the form of the busiest entry included.
ADMIN_ANSWERED = 3


def registered():
    """Every admin of the directory's own models, by the name of its model."""
    own = {"actors", "sources", "territories", "editing", "pages"}
    return {
        model._meta.model_name: (model, model_admin)
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label in own
    }


def opened(client, url: str, most: int, **parameters):
    """The answer, which asked at most ``most`` of the database and came in time."""
    started = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, parameters)
    took = time.monotonic() - started
    assert response.status_code == 200, (url, parameters, response.status_code)
    assert len(queries) <= most, (url, parameters, len(queries))
    assert took < ADMIN_ANSWERED, (url, parameters, took)
    return took


def test_every_changelist_and_search_of_the_back_office(admin_client, capsys):
    told = []
    for name, (model, model_admin) in registered().items():
        url = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
        # Content types and rows of other tables are asked where the small lists of the suite have none.
        most = CHANGELISTS.get(name, 12) + 4
        took = opened(admin_client, url, most)
        if model_admin.search_fields:
            took = max(took, opened(admin_client, url, most, q="jardin 62300"))
        told.append((took, name))
    with capsys.disabled():
        slowest = ", ".join(f"{name} {took:.2f} s" for took, name in sorted(told, reverse=True)[:5])
        print(f"\n{len(told)} lists, the slowest: {slowest}")  # noqa: T201


def test_a_form_of_every_kind_in_the_back_office(admin_client, capsys):
    told = []
    for name, (model, _) in registered().items():
        row = model._default_manager.order_by("-pk").first()
        if row is None or name == "actor":
            continue
        url = reverse(f"admin:{model._meta.app_label}_{name}_change", args=[row.pk])
        told.append((opened(admin_client, url, MOST_QUERIES), name))
    links = Cooperation.objects.order_by().values("source").annotate(number=Count("pk")).order_by("-number")
    busiest = Actor.objects.get(pk=links[0]["source"])
    url = reverse(f"admin:actors_{busiest.nature}_change", args=[busiest.pk])
    told.append((opened(admin_client, url, MOST_QUERIES), f"busiest ({links[0]['number']} links)"))
    with capsys.disabled():
        slowest = ", ".join(f"{name} {took:.2f} s" for took, name in sorted(told, reverse=True)[:5])
        print(f"\n{len(told)} forms, the slowest: {slowest}")  # noqa: T201


@pytest.mark.parametrize("term", ["", "ass", "jardin partagé", "62300", "62498"])
def test_every_choice_of_the_back_office(admin_client, term):
    for model, model_admin in registered().values():
        if isinstance(model_admin, ReadOnlyAdmin) or not isinstance(model_admin, DirectoryAdmin):
            continue  # nothing is chosen there
        for field in model_admin.get_autocomplete_fields(None):
            parameters = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field,
            }
            opened(admin_client, reverse("admin:autocomplete"), 12, **parameters, term=term)


def test_the_names_a_new_entry_calls_to_mind(admin_client):
    name = Actor.objects.order_by("pk").first().name
    opened(admin_client, reverse("admin:known_entries"), 6, nom=name)


# -- partners -------------------------------------------------------------------------------------------------


def test_a_walk_through_the_api_meets_everybody_once(client):
    listed = Actor.objects.listed_by_default().order_by("public_id").values_list("public_id", flat=True)
    found, address = [], "/api/v1/actors?tri=id&par=100&fields=id"
    while address:
        answer = client.get(address).json()
        assert answer["count"] == len(listed) > ACTORS * 0.9
        found += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert found == list(listed)


def test_records_are_read_in_flat_memory():
    """What is in memory after a few chunks is what is in memory after all of them."""
    reader = ActorReader(Links("https://annuaire.exemple.fr"), include=list(ACTOR_PARTS))
    sizes = []
    tracemalloc.start()
    try:
        for number, _ in enumerate(reader.walk(), start=1):
            if number in (ACTORS // 4, ACTORS):
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert len(sizes) == 2
    assert sizes[1] < sizes[0] + 3_000_000
