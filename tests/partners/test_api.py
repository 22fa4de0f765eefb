"""The API from outside: filters, pages, walks, formats, errors, conditions."""

import datetime
import json
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from django.utils.http import parse_http_date

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.actions.record import actor_changed
from actors.enums import CooperationKind, PublicationStatus
from actors.history import act
from actors.models import Actor, ContactPoint
from territories.models import Change, record_change
from tests.factories import building
from tests.factories.actors import (
    make_area,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_ptce,
)
from tests.partners.directory import FORBIDDEN

LISTS = ("actors", "ptces", "cooperations", "territories", "letters", "sectors")


def get(client, address: str, status: int = 200, **headers) -> dict:
    response = client.get(f"/api/v1{address}", headers=headers)
    assert response.status_code == status, response.content
    return json.loads(response.content)


def problem(client, address: str, status: int = 400) -> dict:
    """The problem document of an address, checked as such."""
    response = client.get(f"/api/v1{address}")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    told = json.loads(response.content)
    assert told["type"] == "about:blank"
    assert (told["status"], bool(told["title"]), bool(told["detail"])) == (status, True, True)
    return told


# -- shapes --------------------------------------------------------------------------------------------


def test_the_list_of_actors(client, directory):
    found = get(client, "/actors")
    assert (found["count"], found["next"]) == (3, None)
    assert [row["id"] for row in found["results"]] == ["abcdefgh", "cdefghjk", "bcdefghj"]
    die = found["results"][0]
    assert die["seat"]["code"] == "62427"
    assert die["sources"][1]["letter"] == "71"
    assert die["url"] == "http://testserver/acteurs/die/"


def test_one_actor_has_all_its_parts(client, directory):
    found = get(client, "/actors/abcdefgh")
    assert [area["territory"]["code"] for area in found["areas_served"]] == ["246200299"]
    assert [link["kind"] for link in found["cooperations"]] == ["member_of", "runs"]
    assert get(client, "/actors/abcdefgh?fields=name,figures").keys() == {"name", "figures"}


def test_the_other_lists(client, directory):
    assert [row["id"] for row in get(client, "/ptces")["results"]] == ["cdefghjk"]
    assert get(client, "/ptces/cdefghjk")["status"] == "labelled"
    assert get(client, "/cooperations")["count"] == 3
    assert get(client, "/cooperations/abcdefgh-runs-bcdefghj")["sentence"]
    assert [row["id"] for row in get(client, "/letters")["results"]] == ["71"]
    assert [row["id"] for row in get(client, "/letters/71")["articles"]] == ["71/dechets"]
    assert get(client, "/sectors")["count"] == 24
    codes = {row["id"] for row in get(client, "/territories")["results"]}
    assert codes == {"region-32", "62", "246200299", "62427", "commune-associee-62999"}
    assert get(client, "/territories/62427")["boundary"]["type"] == "Polygon"


def test_the_entrance_leads_to_every_list(client, directory):
    root = get(client, "")
    for address in (*root["endpoints"].values(), root["openapi"], root["documentation"]):
        assert client.get(urlsplit(address).path).status_code == 200, address


def test_nothing_that_must_not_leave_does(client, directory):
    addresses = [
        "/actors?par=100&include=places,areas_served,figures,statuses,wishes,facts,cooperations",
        "/ptces?include=cooperations,facts",
        "/cooperations",
        "/letters?include=articles",
        "/letters/71",
        "/territories?include=boundary",
        "/facets",
        "/actors/abcdefgh",
        "/actors?format=geojson",
        "/actors?modifies_depuis=2000-01-01",
    ]
    for address in addresses:
        text = json.dumps(get(client, address), ensure_ascii=False)
        assert [word for word in FORBIDDEN if word.lower() in text.lower()] == [], address


# -- filters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("territoire=62427", ["abcdefgh"]),
        ("territoire=246200299", ["abcdefgh"]),
        ("secteur=reemploi&nature=structure", ["abcdefgh"]),
        ("nature=initiative&nature=ptce", ["cdefghjk", "bcdefghj"]),
        ("q=ressourcerie&nature=initiative", ["bcdefghj"]),
        ("q=", ["abcdefgh", "cdefghjk", "bcdefghj"]),
        ("ptce=emergence", ["abcdefgh", "bcdefghj"]),
        ("situation=activite-arretee", ["fghjkmnp"]),
        ("plus=bcdefghj", ["bcdefghj"]),
        ("lettre=71", ["abcdefgh"]),
    ],
)
def test_filters_are_those_of_the_site(client, directory, query, ids):
    found = get(client, f"/actors?{query}")
    assert ([row["id"] for row in found["results"]], found["count"]) == (ids, len(ids))
    page = client.get(f"/acteurs/?{query}").content.decode()
    for actor in Actor.objects.published():
        assert (f"/acteurs/{actor.slug}/" in page) >= (actor.public_id in ids)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("paje=2", "paje"),
        ("utm_source=x", "utm_source"),
        ("secteur=zzz", "secteur"),
        ("territoire=zzz", "territoire"),
        ("nature=organisation", "nature"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=2", "page"),
        ("page=99999999999999999999", "page"),
        ("page=1&page=2", "page"),
        ("par=101", "par"),
        ("par=-1", "par"),
        ("tri=zzz", "tri"),
        ("tri=distance", "tri"),
        ("tri=pertinence", "tri"),
        ("tri=nom&apres=abcdefgh", "apres"),
        ("page=2&apres=abcdefgh", "page"),
        ("fields=id,zzz", "fields"),
        ("include=zzz", "include"),
        ("include=spokespersons", "include"),
        ("format=xml", "format"),
        ("modifies_depuis=hier", "modifies_depuis"),
        ("modifies_depuis=2026-02-30", "modifies_depuis"),
        ("modifies_depuis=0001-01-01", "modifies_depuis"),
        ("territoire=62427&territoire=62", "territoire"),
        ("autour=62", "autour"),
    ],
)
def test_a_mistake_is_an_error_that_names_it(client, directory, query, parameter):
    told = problem(client, f"/actors?{query}")
    assert parameter in [error["parameter"] for error in told["errors"]]
    assert parameter in told["detail"]


def test_every_mistake_is_told(client, directory):
    told = problem(client, "/actors?paje=2&page=x&secteur=zzz")
    assert {error["parameter"] for error in told["errors"]} == {"paje", "page", "secteur"}


@pytest.mark.parametrize("word", [*LISTS, "facets"])
def test_every_list_refuses_what_it_does_not_know(client, directory, word):
    assert problem(client, f"/{word}?inconnu=1")["errors"][0]["parameter"] == "inconnu"


@pytest.mark.parametrize(
    "address",
    ["actors/abcdefgh", "letters/71", "territories/62427", "cooperations/abcdefgh-runs-bcdefghj"],
)
def test_what_goes_while_it_is_read_is_not_found(client, directory, monkeypatch, address):
    monkeypatch.setattr("partners.lasting.Found.record", lambda *_: None)
    problem(client, f"/{address}", 404)


def test_an_address_of_many_mistakes_gets_a_short_answer(client, directory):
    address = "/actors?" + "&".join(f"a{number}=" for number in range(600))
    told = problem(client, address)
    assert len(told["errors"]) == 20
    assert len(json.dumps(told)) < 4_000


def test_what_is_asked_of_an_old_address_is_asked_of_the_new(client, directory):
    response = client.get("/api/v1/actors/die?fields=id&format=geojson")
    assert (response.status_code, response["Location"]) == (
        301,
        "/api/v1/actors/abcdefgh?fields=id&format=geojson",
    )


def test_actors_that_act_in_a_territory_stand_beside_the_count(client, directory):
    with building():
        other = make_organisation(name="Venue d’ailleurs", public_id="ghjkmnpq")
        make_area(other, directory.epci)
    found = get(client, "/actors?territoire=62427&presence=tous&fields=id")
    assert (found["count"], found["results"]) == (1, [{"id": "abcdefgh"}])
    assert found["acting"] == [
        {"id": "ghjkmnpq", "name": "Venue d’ailleurs", "uri": "http://testserver/id/ghjkmnpq"}
    ]
    assert "acting" not in get(client, "/actors?territoire=62427")
    assert get(client, "/ptces?territoire=62427&presence=tous&fields=id")["acting"] == []


def test_distance_is_told_around_a_place(client, directory):
    found = get(client, "/actors?autour=62427&fields=id")
    assert found["results"] == [{"id": "abcdefgh", "distance": 0.0}]
    # Records are kept in memory: a distance must not stay in them.
    assert "distance" not in get(client, "/actors?territoire=62427")["results"][0]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("niveau=commune", ["62427"]),
        ("dans=62&niveau=commune", ["62427"]),
        ("dans=region-32", ["246200299", "62", "62427"]),
        ("q=henin", ["246200299", "62427", "commune-associee-62999"]),
        ("q=62110", ["62427"]),
    ],
)
def test_filters_of_territories(client, directory, query, ids):
    with building():
        from tests.factories.territories import make_containment

        make_containment(directory.region, directory.epci)
        make_containment(directory.department, directory.epci)
    assert sorted(row["id"] for row in get(client, f"/territories?{query}")["results"]) == sorted(ids)


def test_cooperations_by_certainty(client, directory):
    def ids(query: str) -> list[str]:
        return [row["id"] for row in get(client, f"/cooperations?{query}")["results"]]

    assert ids("certitude=deduit") == ["abcdefgh-member_of-cdefghjk"]
    assert ids("lettre=71") == ["abcdefgh-runs-bcdefghj"]
    assert ids("type=portage&etat=en-cours") == ["bcdefghj-carries-cdefghjk"]


def test_filters_that_go_together(client, directory):
    assert problem(client, "/cooperations?pas=2")["errors"][0]["parameter"] == "acteur"
    assert get(client, "/cooperations?pas=2&acteur=die")["count"] == 3
    assert get(client, "/actors?rayon=5")["count"] == 3


def test_facets_lead_to_lists_as_long_as_they_say(client, directory):
    found = get(client, "/facets")
    assert found["count"] == 3
    checked = 0
    for facet in found["facets"]:
        for value in facet["values"]:
            listed = get(client, f"/actors?{facet['parameter']}={value['value']}")
            assert listed["count"] == value["count"], (facet["parameter"], value)
            checked += 1
    assert checked > 20


# -- pages and walks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", LISTS)
def test_pages_and_walks_hold_everything_once(client, directory, word):
    whole = [row["id"] for row in get(client, f"/{word}?par=100")["results"]]
    for first in (f"/{word}?par=1", f"/{word}?par=1&tri=id"):
        found, address = [], first
        while address:
            answer = get(client, address)
            assert answer["count"] == len(whole)
            found += [row["id"] for row in answer["results"]]
            parts = urlsplit(answer["next"] or "")
            address = f"{parts.path.removeprefix('/api/v1')}?{parts.query}" if answer["next"] else None
        assert (sorted(found), len(found)) == (sorted(whole), len(whole))
        if "tri=id" in first:
            assert found == sorted(found)


def test_a_walk_goes_on_after_an_actor_that_is_gone(client, directory):
    delete_actor(actor=Actor.objects.get(public_id="bcdefghj"))
    assert [row["id"] for row in get(client, "/actors?apres=bcdefghj")["results"]] == ["cdefghjk"]


def test_links_of_pages_keep_the_question(client, directory):
    following = get(client, "/actors?par=1&nature=initiative&nature=ptce")["next"]
    assert following == "http://testserver/api/v1/actors?nature=initiative&nature=ptce&page=2&par=1"


# -- formats -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{"address": "?format=geojson"}, {"accept": "application/geo+json"}])
def test_actors_as_geojson(client, directory, asked):
    response = client.get(
        f"/api/v1/actors{asked.get('address', '')}", headers={"accept": asked.get("accept", "*/*")}
    )
    assert response["Content-Type"] == "application/geo+json"
    found = json.loads(response.content)
    assert (found["type"], found["count"]) == ("FeatureCollection", 3)
    geometries = {feature["id"]: feature["geometry"] for feature in found["features"]}
    assert geometries["abcdefgh"] == {"type": "Point", "coordinates": [2.94, 50.42]}
    assert geometries["bcdefghj"] is None
    assert found["features"][0]["properties"]["name"] == "Dynamique Insertion Emploi"


def test_geojson_has_its_points_whatever_the_keys(client, directory):
    (feature,) = get(client, "/actors?format=geojson&fields=name&territoire=62427")["features"]
    assert feature["geometry"]["type"] == "Point"
    (feature,) = get(client, "/territories?format=geojson&fields=name&niveau=commune")["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert get(client, "/territories/62427?format=geojson")["geometry"]["type"] == "Polygon"
    assert get(client, "/actors/abcdefgh?format=geojson")["id"] == "abcdefgh"


def test_lists_without_places_are_no_geojson(client, directory):
    assert problem(client, "/letters?format=geojson")["errors"][0]["parameter"] == "format"
    assert client.get("/api/v1/letters", headers={"accept": "application/geo+json"}).json()["count"] == 1


def test_any_accept_gets_json(client, directory):
    for accept in ("text/html", "application/xml", "rubbish", "", "*/*;q=x"):
        response = client.get("/api/v1/actors", headers={"accept": accept})
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")


# -- conditions ----------------------------------------------------------------------------------------


@pytest.fixture
def published(directory, monkeypatch):
    """The directory with a change of some time ago."""
    with building(), act(what="Publication"):
        record_change(subject="all", key="", what="Publication")
    Change.objects.update(at=timezone.now() - datetime.timedelta(minutes=5))
    return directory


def test_an_unchanged_answer_is_told_in_a_few_bytes(client, published, django_assert_num_queries):
    first = client.get("/api/v1/actors?par=1")
    assert "no-cache" in first["Cache-Control"]
    for headers in (
        {"if-none-match": first["ETag"]},
        {"if-none-match": f"W/{first['ETag']}"},
        {"if-modified-since": first["Last-Modified"]},
    ):
        with django_assert_num_queries(1):
            again = client.get("/api/v1/actors?par=1", headers=headers)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.head("/api/v1/actors?par=1").content == b""


def test_another_release_passes_for_no_old_answer(client, published, monkeypatch):
    first = client.get("/api/v1/actors?par=1")
    monkeypatch.setattr(
        "partners.api.stamp.installed", lambda: timezone.now() + datetime.timedelta(seconds=5)
    )
    again = client.get("/api/v1/actors?par=1", headers={"if-modified-since": first["Last-Modified"]})
    assert again.status_code == 200


def test_another_address_or_format_is_another_answer(client, published):
    tags = {
        client.get(address, headers={"accept": accept})["ETag"]
        for address in ("/api/v1/actors", "/api/v1/actors?par=1", "/api/v1/ptces")
        for accept in ("application/json", "application/geo+json")
    }
    assert len(tags) == 6


def test_a_change_is_seen_at_once(client, published):
    first = client.get("/api/v1/actors/abcdefgh")
    die = Actor.objects.get(public_id="abcdefgh")
    with act(what="Nom"):
        die.name = "Autre nom"
        die.save()
        actor_changed(actor=die, what="Nom", was_public=True)
    again = client.get("/api/v1/actors/abcdefgh", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.json()["name"]) == (200, "Autre nom")
    # Within the second of a change, HTTP's dates can't tell it from the next one.
    assert "Last-Modified" not in again
    assert parse_http_date(first["Last-Modified"])
    listed = client.get("/api/v1/actors").json()["results"]
    assert "Autre nom" in [row["name"] for row in listed]


# -- keeping a copy ------------------------------------------------------------------------------------


@pytest.fixture
def moment(published):
    """A moment before which everything was made; returns its text for an address."""
    import datetime

    from django.utils import timezone
    from reversion.models import Revision

    from actors.history import keep_missing

    with building():
        keep_missing()
        long_ago = timezone.now() - datetime.timedelta(days=2)
        Actor.objects.update(updated_at=long_ago)
        Revision.objects.update(date_created=long_ago)
        from territories.models import Change

        Change.objects.update(at=long_ago)
    return (timezone.now() - datetime.timedelta(minutes=1)).isoformat().replace("+", "%2B")


def since(client, moment: str, query: str = "") -> tuple[list[str], dict[str, tuple]]:
    found = get(client, f"/actors?modifies_depuis={moment}&fields=id{query}")
    assert found["count"] == len(found["results"])
    deleted = {row["id"]: (row["fate"], row["merged_into"]) for row in found["deleted"]}
    return [row["id"] for row in found["results"]], deleted


def test_nothing_changed(client, moment):
    assert since(client, moment) == ([], {})


def test_a_changed_fact_changes_its_actor(client, moment):
    """Even one that touches no column of the entry, written in bulk."""
    from actors.actions.record import actors_changed

    die = Actor.objects.get(public_id="abcdefgh")
    with act(what="Import"):
        ContactPoint.objects.filter(actor=die, value="0321000000").update(value="0321000001")
        actors_changed(actor_ids=[die.pk], what="Import", seen=True)
    assert since(client, moment) == (["abcdefgh"], {})
    updated = get(client, "/actors/abcdefgh")["updated_at"]
    assert updated > moment[:10]


def test_what_is_gone_is_told(client, moment):
    with building():
        kept = make_organisation(name="Gardée", public_id="hjkmnpqr")
        gone = make_organisation(name="Partie", public_id="jkmnpqrs")
    merge_actors(kept=kept, merged=gone)
    delete_actor(actor=Actor.objects.get(public_id="bcdefghj"))
    ptce = Actor.objects.get(public_id="cdefghjk")
    with act(what="Retrait"):
        ptce.publication = PublicationStatus.WITHDRAWN
        ptce.save()
        actor_changed(actor=ptce, what="Retrait", was_public=True)
    changed, deleted = since(client, moment)
    assert "hjkmnpqr" in changed
    assert deleted == {
        "jkmnpqrs": ("merged", "hjkmnpqr"),
        "bcdefghj": ("deleted", None),
        "cdefghjk": ("withdrawn", None),
    }


def test_who_no_longer_meets_the_filters_is_told(client, moment):
    die = Actor.objects.get(public_id="abcdefgh")
    with act(what="Famille"):
        die.sphere = "public"
        die.save()
        actor_changed(actor=die, what="Famille", was_public=True)
    assert since(client, moment, "&famille=ess") == ([], {"abcdefgh": ("out_of_selection", None)})
    assert since(client, moment, "&famille=public") == (["abcdefgh"], {})


def test_the_list_of_ptces_tells_of_no_other_actor(client, moment):
    for public_id in ("abcdefgh", "cdefghjk"):
        actor = Actor.objects.get(public_id=public_id)
        with act(what="Modification"):
            actor.summary = "Autrement"
            actor.save()
            actor_changed(actor=actor, what="Modification", was_public=True)
    found = get(client, f"/ptces?modifies_depuis={moment}")
    assert ([row["id"] for row in found["results"]], found["deleted"]) == (["cdefghjk"], [])


def test_a_draft_that_changes_is_told_to_nobody(client, moment):
    draft = Actor.objects.get(public_id="defghjkm")
    with act(what="Brouillon"):
        draft.name = "Encore secret"
        draft.save()
        actor_changed(actor=draft, what="Brouillon", was_public=False)
    assert since(client, moment) == ([], {})


def test_deletions_stand_on_the_first_page_alone(client, moment):
    with building():
        for _ in range(3):
            make_organisation()
    first = get(client, f"/actors?modifies_depuis={moment}&tri=id&par=2")
    assert first["read_at"] < moment
    following = get(client, "/actors?" + urlsplit(first["next"]).query)
    assert (first["count"], following["count"], following["deleted"]) == (3, 3, [])


@pytest.mark.parametrize("text", ["2026-11-01", "2026-11-01T08:00:00Z", "2026-11-01T08:00:00+01:00"])
def test_moments_are_days_or_iso_dates(client, directory, text):
    assert get(client, f"/actors?modifies_depuis={text}")["count"] == 4 - 1


# -- odd requests --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["actors", "territories", "cooperations", "letters", "ptces"])
@pytest.mark.parametrize(
    "part",
    ["zzzzzzzz", "a%00b", "%ff%fe", "..", "é", "a b", "'", "1" * 3000, "%2F", "<script>", "²²²²²", "٣٣"],
)
def test_what_nobody_is_called_is_not_found(client, directory, word, part):
    response = client.get(f"/api/v1/{word}/{part}")
    assert response.status_code in {404, 301}, response.content
    if response.status_code == 404:
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("word", [*LISTS, "facets"])
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "tri=%00",
        "page=%00",
        "apres=%00",
        "apres=%ff",
        "territoire=%00",
        "fields=%00",
        "fields=",
        "format=%00",
        "modifies_depuis=%00",
        "q=" + "a" * 5000,
        "%00=1",
        "=1",
        "&&&",
        "a" * 3000,
    ],
)
def test_odd_parameters_are_no_fault_of_ours(client, directory, word, query):
    response = client.get(f"/api/v1/{word}?{query}")
    assert response.status_code in {200, 400}
    json.loads(response.content)


def test_more_parameters_than_anybody_reads(client, directory):
    response = client.get("/api/v1/actors?" + "&".join(f"p{number}=1" for number in range(10_001)))
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("word", [*LISTS, "facets", "actors/abcdefgh"])
def test_methods(client, directory, word):
    address = f"/api/v1/{word}"
    options = client.options(address)
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    for method in (client.post, client.put, client.patch, client.delete):
        response = method(address)
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


def test_a_final_stroke_leads_to_the_address_without(client, directory):
    response = client.get("/api/v1/actors/?par=1")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/actors?par=1")
    response = client.get("/api/v1//evil.example/")
    assert not response.get("Location", "").startswith("//")


@pytest.mark.parametrize("address", ["/api/v2/actors", "/api/v1/zzz", "/api/v1/actors/a/b", "/api/x"])
def test_what_is_not_of_the_api_is_told_so(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("address", ["/api/v1/sectors", "/api/v1/facets"])
def test_a_fault_of_ours_is_a_problem_document_too(client, directory, monkeypatch, address):
    from partners.api.lists import FacetsView, SectorListView

    def fail(self, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr(SectorListView, "answer", fail)
    monkeypatch.setattr(FacetsView, "answer", fail)
    client.raise_request_exception = False
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert (response.json()["status"], "secret" in response.content.decode()) == (500, False)


# -- other sites ---------------------------------------------------------------------------------------


def test_other_sites_may_read(client, directory):
    for address in ("/api/v1/actors", "/id/abcdefgh.json", "/api/v1/actors/zzz", "/api/v1/openapi.json"):
        response = client.get(address, headers={"origin": "https://ville.example"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
    response = client.options(
        "/api/v1/actors",
        headers={"origin": "https://ville.example", "access-control-request-method": "GET"},
    )
    assert response.status_code == 200
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"origin": "https://ville.example"})


# -- cost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/actors?par=100", 14),
        ("/actors?par=100&include=places,areas_served,figures,statuses,wishes,facts,cooperations", 34),
        ("/ptces", 24),
        ("/cooperations", 6),
        ("/territories", 10),
        ("/letters?include=articles", 9),
        ("/sectors", 2),
        ("/facets", 6),
        ("/actors?tri=id", 14),
        ("/actors?modifies_depuis=2020-01-01", 20),
    ],
)
def test_lists_cost_as_many_queries_with_one_row_as_with_three(client, directory, address, most):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        client.get("/api/v1/sectors")  # the snapshot is read once per version
        client.get("/cooperations/")
        get(client, "/letters")  # and so are the names of persons
        with CaptureQueriesContext(connection) as queries:
            get(client, address)
        return len(queries)

    before = cost()
    with building():
        for _ in range(3):
            one, other, ptce = make_organisation(), make_initiative(), make_ptce()
            make_cooperation(one, other)
            make_cooperation(other, ptce, CooperationKind.MEMBER_OF)
    assert cost() == before <= most


def test_a_page_asked_again_costs_two_queries(client, directory, django_assert_num_queries):
    get(client, "/actors")
    with django_assert_num_queries(2):
        get(client, "/actors?tri=nom")
