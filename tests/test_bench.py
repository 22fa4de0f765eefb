"""The bench itself: what it copies, how it judges, what it writes."""

import xml.etree.ElementTree as ET

import pytest

from actors.index import Selection, ask
from actors.models import Actor, Cooperation, PublicId, SearchDocument
from tests.bench import ratios, report
from tests.bench.copying import _spread, _tilde
from tests.bench.grow import grow
from tests.bench.measures import BURST, Measures, Target, interleaved
from tests.bench.pages import PAGES, Sample, pages
from tests.bench.sql import condition, statements
from tests.factories import building
from tests.factories.actors import (
    make_citation,
    make_cooperation,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.territories import make_territory


def test_copies_are_found_counted_and_linked_as_their_originals(db, client):
    town = make_territory(name="Lens")
    network = make_organisation(name="Réseau", slug="apes")
    ptce = make_ptce(name="Pôle du Canal")
    first, second = make_organisation(name="Atelier vélo"), make_organisation(name="Ressourcerie")
    for actor in (first, second):
        make_place(actor, town)
        make_citation(actor=actor)
    make_cooperation(first, second)
    make_cooperation(first, network)
    make_cooperation(first, ptce)
    with building():
        grow(5)
    assert Actor.objects.count() == PublicId.objects.count() == SearchDocument.objects.count() == 2 + 2 * 6
    # Among themselves each time; with those who are not copied, in three copies alone.
    assert Cooperation.objects.count() == 6 + 4 + 4
    answer = ask(Selection(text="vélo", territory=town))
    assert answer.count == 6
    assert answer.facet("linked")[ptce.pk] == 4
    # Their addresses are those of any actor.
    assert all(client.get(actor.get_absolute_url()).status_code == 200 for actor in Actor.objects.all())


@pytest.mark.parametrize("page", [page for page in PAGES if page.base], ids=lambda page: page.key)
def test_the_bare_sql_runs_on_this_database(db, page):
    from django.db import connection

    make_organisation()
    with connection.cursor() as cursor:
        for part in statements(page, connection.vendor):
            for statement in part:
                cursor.execute(statement)
    assert "{" not in condition(page, connection.vendor)


def test_datasette_takes_a_value_in_an_address_by_its_own_signs():
    assert _tilde("pôle d'art-2_x") == "p~C3~B4le+d~27art-2_x"


class Server:
    """Answers in so many milliseconds."""

    def __init__(self, milliseconds: float) -> None:
        self.milliseconds, self.asked, self.addresses = milliseconds, 0, []

    def ask(self, address, *, tag, status):
        self.asked += 1
        self.addresses.append(address)
        return self.milliseconds, b"", b"x" * 1000

    def processor(self) -> float:
        return self.asked * self.milliseconds / 2


def measured(list_ms: float) -> Measures:
    measures = Measures()
    ours, peer = Server(list_ms), Server(500)
    every = pages(Sample("1", "2", [("un", 1), ("deux", 2)], ["ici"], "x"))
    targets = [
        Target(who, ours, page.key, page.addresses) for who in ("site", "warm", "304") for page in every
    ]
    slow = [Target("datasette", peer, page.key, ("/",)) for page in every]
    interleaved(measures, 20_000, "sqlite", targets, slow, rounds=6, slow_rounds=2)
    assert peer.asked == 2 * len(every)
    told = {"rows": 5.0, "facets": 100.0, "hits": 1.0, "own": 1.0, "searched": 1.0}
    measures.sql[20_000, "sqlite"] = {page.key: told for page in every if page.base}
    measures.index[20_000, "sqlite"] = {"first": 0.5, "seconds": 1.0, "megabytes": 90.0, "process": 150.0}
    return measures


def test_each_page_of_a_sort_is_asked_in_its_turn_a_few_in_a_row():
    ours, other, peer = Server(1), Server(2), Server(500)
    targets = [
        Target("site", ours, "actor", ("/a", "/b")),
        Target("warm", other, "actor", ("/a", "/b", "/c", "/d", "/e")),
    ]
    measures = Measures()
    slow = [Target("datasette", peer, "list", ("/x",))]
    interleaved(measures, 1_000, "sqlite", targets, slow, rounds=2, slow_rounds=1)
    assert ours.addresses == ["/a", "/b", "/a", *["/a", "/b"] * BURST]
    # Every one of them before the first round.
    assert other.addresses[:5] == ["/a", "/b", "/c", "/d", "/e"]
    assert len(measures.times[1_000, "sqlite", "warm", "actor"]) == 2 * BURST
    assert peer.addresses == ["/x"]


def test_those_asked_are_spread_over_all_there_are():
    assert _spread(list(range(10)), 3) == [0, 3, 6]
    assert _spread([1, 2], 3) == [1, 2]


def verdicts(measures: Measures) -> dict[str, bool]:
    return {ratio.text: ratio.missed for ratio in ratios.judge(measures)}


def test_a_ratio_is_held_or_missed_by_its_bound():
    assert verdicts(measured(9.9))["list: fois plus vite que Datasette"] is False
    assert verdicts(measured(10.1))["list: fois plus vite que Datasette"] is True
    assert verdicts(measured(49.0))["rare: fois plus vite que Datasette"] is False
    assert verdicts(measured(51.0))["rare: fois plus vite que Datasette"] is True
    held = verdicts(measured(20.0))
    assert held["api: vues constantes"] is False
    assert held["304: temps de la page gardée"] is False
    # Nothing is said of what was not measured.
    assert not any("1 000" in text for text in held)


def test_the_report_replaces_what_it_wrote_and_nothing_else(tmp_path, monkeypatch):
    page, drawing = tmp_path / "performance.md", tmp_path / "performance.svg"
    monkeypatch.setattr(report, "FILE", page)
    monkeypatch.setattr(report, "DRAWING", drawing)
    page.write_text(f"Avant.\n\n{report._START}\nancien\n{report._END}\n\nAprès.\n", encoding="utf-8")
    measures = measured(10.2)
    measures.slow = {"Accueil": (1.0, 1.5)}
    for _ in range(2):
        report.write(measures, ratios.judge(measures), minutes=3)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Avant.")
    assert text.endswith("Après.\n")
    assert "ancien" not in text
    assert text.count("## 20,000 actors, SQLite") == 1
    assert "| Toute la liste | 10.2 | 5.1 | 10.2 | 500 | 105 | 1.0 | 1 |" in text
    assert "**missed**" in text
    assert "| Accueil | 1.0 | 1.5 |" in text
    assert ET.parse(drawing).getroot().tag.endswith("svg")
