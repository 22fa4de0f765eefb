"""What an address asks for: the filters of the lists, and when it was attested, by whom."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import building
from tests.factories.actors import make_organisation, make_place
from tests.pages.html import main
from tests.partners.downloads.reading import content, csv_rows, get, json_lines


def ids(client, address: str) -> list[str]:
    return [row["identifiant"] for row in csv_rows(client, address)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["abcdefgh", "bcdefghj", "cdefghjk", "fghjkmnp"]),
        ("territoire=62427", ["abcdefgh"]),
        ("nature=ptce&nature=initiative", ["bcdefghj", "cdefghjk"]),
        ("situation=activite-arretee", ["fghjkmnp"]),
        ("q=dynamique", ["abcdefgh"]),
        ("plus=cdefghjk", ["cdefghjk"]),
        ("source=71", ["abcdefgh"]),
        ("depuis=2024", ["abcdefgh"]),
        ("depuis=2024-03-05", ["abcdefgh"]),
        ("depuis=2024-03-06", []),
        ("depuis=2025", []),
        ("depuis=2024-03&source=71", ["abcdefgh"]),
        # What other parts of a page read is no filter.
        ("secteur=reemploi&page=2&tri=nom&utm_source=x", ["abcdefgh"]),
    ],
)
def test_selections(client, directory, query, expected):
    assert ids(client, f"/donnees/acteurs.csv?{query}") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"runs", "member_of", "carries"}),
        ("certitude=enonce", {"runs", "carries"}),
        ("certitude=deduit", {"member_of"}),
        ("depuis=2022", {"runs"}),
        ("depuis=2023", set()),
        ("source=71", {"runs"}),
        # Those of its partners among themselves as well, as on the page.
        ("acteur=ressourcerie", {"runs", "carries", "member_of"}),
    ],
)
def test_selections_of_links(client, directory, query, expected):
    assert {row["type_code"] for row in csv_rows(client, f"/donnees/cooperations.csv?{query}")} == expected


def test_nodes_are_those_of_the_links(client, directory):
    def nodes(query: str) -> list[str]:
        return [row["Id"] for row in csv_rows(client, f"/donnees/reseau-acteurs.csv?{query}")]

    assert nodes("") == ["abcdefgh", "bcdefghj", "cdefghjk"]
    assert nodes("certitude=deduit") == ["abcdefgh", "cdefghjk"]
    assert nodes("source=71") == ["abcdefgh", "bcdefghj"]


def test_links_told_with_actors_are_as_certain_as_asked(client, directory):
    def kinds(query: str) -> set[str]:
        return {
            link["kind"]
            for record in json_lines(client, f"/donnees/acteurs.jsonl{query}")
            for link in record["cooperations"]
        }

    assert kinds("") == {"runs", "member_of", "carries"}
    assert kinds("?certitude=enonce") == {"runs", "carries"}


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/donnees/acteurs.csv?secteurs=x", "adresse"),
        ("/donnees/acteurs.csv?territoire=nulle-part", "territoire"),
        ("/donnees/acteurs.csv?depuis=hier", "depuis"),
        ("/donnees/acteurs.csv?depuis=2022-13", "depuis"),
        ("/donnees/acteurs.csv?depuis=2022-00", "depuis"),
        ("/donnees/acteurs.csv?depuis=2022-02-31", "depuis"),
        ("/donnees/cooperations.csv?depuis=0000", "depuis"),
        # Territories and letters come whole: no filter without effect.
        ("/donnees/territoires.csv?depuis=2022", "adresse"),
        ("/donnees/lettres.csv?source=71", "adresse"),
        ("/donnees/acteurs.csv?depuis=2022&depuis=2023", "depuis"),
        ("/donnees/acteurs.csv?source=999", "source"),
        ("/donnees/acteurs.csv?separateur=tab", "separateur"),
        ("/donnees/acteurs.csv?q=a%00b", "q"),
        ("/donnees/acteurs.csv?source=a%00b", "source"),
        ("/donnees/cooperations.csv?certitude=peut-etre", "certitude"),
        ("/donnees/territoires.csv?niveau=commune", "adresse"),
        ("/donnees/telecharger/?secteurs=x", "adresse"),
    ],
)
def test_mistakes_are_named(client, directory, address, parameter):
    response = client.get(address)
    problem = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [each["parameter"] for each in problem["errors"]] == [parameter]


@pytest.mark.parametrize(
    "address",
    ["/donnees/acteurs.exe", "/donnees/personnes.csv", "/donnees/lettres.graphml", "/donnees/x.schema.json"],
)
def test_what_is_not_offered_is_not_there(client, db, address):
    assert client.get(address).status_code == 404


def test_a_file_tells_its_name_and_its_licence(client, directory):
    response = get(client, "/donnees/acteurs.csv?territoire=62427&secteur=reemploi&depuis=2020")
    name = response["Content-Disposition"].partition("filename=")[2]
    assert name.startswith('"annuaire-ess-acteurs-')
    assert "reemploi-depuis-2020" in name
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.streaming
    assert 'rel="license"' in response["Link"]


def test_who_has_the_file_gets_nothing_twice(client, directory):
    etag = get(client, "/donnees/acteurs.csv")["ETag"]
    assert client.get("/donnees/acteurs.csv", headers={"if-none-match": etag}).status_code == 304
    assert get(client, "/donnees/acteurs.csv?nature=ptce")["ETag"] != etag


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson", "jsonl", "ttl", "jsonld"])
def test_head_costs_one_query(client, directory, django_assert_num_queries, suffix):
    whole = get(client, f"/donnees/acteurs.{suffix}")
    with django_assert_num_queries(1):
        response = client.head(f"/donnees/acteurs.{suffix}")
    assert response.getvalue() == b""
    for header in ("Content-Type", "Content-Disposition", "ETag"):
        assert response[header] == whole[header]


@pytest.mark.parametrize("suffix", ["csv", "geojson", "jsonl"])
def test_queries_do_not_grow_with_rows(client, directory, suffix):
    counts = []
    for _ in range(2):
        content(client, "/donnees/lettres.csv")  # names of persons are read once per version
        with CaptureQueriesContext(connection) as queries:
            content(client, f"/donnees/acteurs.{suffix}")
        counts.append(len(queries))
        with building():
            for _ in range(30):
                make_place(make_organisation(), directory.commune)
    assert counts[0] == counts[1] <= 45


_BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("address", "told", "back"),
    [
        (
            "/donnees/acteurs.csv?depuis=hier&secteur=reemploi",
            "Dernière information (depuis=hier) : Donnez une année, un mois ou un jour : 2020, 2020-06, 2020-06-30.",
            "/acteurs/?secteur=reemploi",
        ),
        (
            "/donnees/cooperations.graphml?source=999&etat=en-cours&bom=bof",
            "Source (source=999) : Sélectionnez un choix valide.",
            "/cooperations/?etat=en-cours",
        ),
        (
            "/donnees/acteurs.xlsx?secteurs=x&nature=ptce",
            "« secteurs » n’est pas un filtre",
            "/acteurs/?nature=ptce",
        ),
        (
            "/donnees/telecharger/?source=a%00b",
            "Source (source=ab) : Une de ces valeurs n’existe pas.",
            "/acteurs/",
        ),
        ("/donnees/lettres.csv?depuis=2020", "« depuis » n’est pas un filtre", "/"),
        ("/flux/acteurs.atom?depuis=hier", "Dernière information (depuis=hier) :", "/acteurs/"),
    ],
)
def test_people_get_a_page_that_names_the_mistake(client, directory, address, told, back):
    response = client.get(address, headers=_BROWSER)
    assert (response.status_code, response["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "Accept" in response["Vary"]
    root = main(response)
    assert told in root.text.replace("\xa0", " ").replace("( ", "(").replace(" )", ")")
    assert root.links()[0][0] == back
    assert client.get(back).status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/csv", ""])
def test_programs_get_a_problem_document(client, directory, accept):
    response = client.get("/donnees/acteurs.csv?depuis=hier", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
