"""The feeds, read by somebody else's parser: who is in them, what is told, what stays the same."""

import datetime
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote

import feedparser
import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.actions.record import actor_changed
from actors.enums import ContactKind, PublicationStatus
from actors.history import act
from actors.models import Actor
from partners.news import NEW
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation, make_place
from tests.partners.directory import FORBIDDEN

pytestmark = pytest.mark.django_db
AT = "{http://purl.org/atompub/tombstones/1.0}"


def feed(client, query: str = ""):
    response = client.get(f"/flux/acteurs.atom{query}")
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.bozo_exception
    assert parsed.version == "atom10"
    return parsed


def ids(parsed) -> list[str]:
    return [entry.id.removeprefix("http://testserver/id/") for entry in parsed.entries]


def tombstones(client, query: str = "") -> dict[str, str]:
    root = ElementTree.fromstring(client.get(f"/flux/acteurs.atom{query}").content)
    return {
        each.attrib["ref"].removeprefix("http://testserver/id/"): each.find(f"{AT}comment").text
        for each in root.iter(f"{AT}deleted-entry")
    }


def change(actor: Actor, write, what: str = "Modification") -> None:
    with transaction.atomic(), act(what=what):
        write()
        actor_changed(actor=actor, what=what, was_public=True)


def test_everybody_public_is_there_once_and_nothing_that_must_not_leave(client, directory):
    parsed = feed(client)
    assert sorted(ids(parsed)) == ["abcdefgh", "bcdefghj", "cdefghjk"]
    text = client.get("/flux/acteurs.atom").content.decode()
    assert [word for word in FORBIDDEN if word.lower() in text.lower()] == []
    assert parsed.feed.rights == "Licence Ouverte 2.0"
    assert parsed.feed.links[0].href == "http://testserver/acteurs/"


def test_an_entry_leads_to_the_page_by_an_identifier_that_stays(client, directory):
    (entry,) = feed(client, "?territoire=62427").entries
    assert (entry.id, entry.link) == ("http://testserver/id/abcdefgh", "http://testserver/acteurs/die/")
    assert entry.title == "Dynamique Insertion Emploi"
    assert entry.summary.startswith(f"{NEW}. Dynamique Insertion Emploi (Hénin-Beaumont). Collecte")
    assert len(entry.tags) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?territoire=246200299", ["abcdefgh"]),
        ("?secteur=reemploi", ["abcdefgh"]),
        ("?ptce=emergence", ["abcdefgh", "bcdefghj"]),
        ("?q=ressourcerie&nature=initiative", ["bcdefghj"]),
        ("?situation=activite-arretee", ["fghjkmnp"]),
        ("?territoire=62427&nature=ptce", []),
    ],
)
def test_a_feed_takes_the_filters_of_the_list(client, directory, query, found):
    assert sorted(ids(feed(client, query))) == found


def test_two_ways_of_asking_are_one_feed(client, directory):
    one, other = feed(client, "?territoire=62427"), feed(client, "?territoire=henin-beaumont&q=")
    assert one.feed.id == other.feed.id
    assert one.feed.title == "Annuaire de l’économie solidaire : acteurs à Hénin-Beaumont"


@pytest.mark.parametrize(
    "query", ["?secteur=zzz", "?territoir=62", "?page=2", "?q=" + quote("\0" * 3) + "&x=1"]
)
def test_a_mistyped_feed_is_an_error_that_names_it(client, directory, query):
    response = client.get(f"/flux/acteurs.atom{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"]


def test_the_latest_change_comes_first_and_says_what_changed(client, directory):
    change(directory.ressourcerie, lambda: make_contact(directory.ressourcerie, "https://r.exemple.fr/"))
    change(directory.ressourcerie, lambda: make_contact(directory.ressourcerie, "c@r.fr", ContactKind.EMAIL))
    parsed = feed(client)
    assert ids(parsed)[0] == "bcdefghj"
    assert parsed.entries[0].summary.startswith("Mise à jour : coordonnées. Ressourcerie")
    assert parsed.feed.updated == parsed.entries[0].updated


def test_a_personal_contact_is_no_news(client, directory):
    die = directory.die
    change(die, lambda: Actor.objects.filter(pk=die.pk).update(summary="Collecte"))
    change(die, lambda: make_contact(die, "marie@exemple.fr", ContactKind.EMAIL, personal=True))
    assert feed(client, "?territoire=62427").entries[0].summary.startswith("Fiche mise à jour. ")


def test_who_was_deleted_merged_or_withdrawn_is_told_and_no_entry(client, directory):
    others = [make_organisation(public_id=word) for word in ("ghjkmnpq", "hjkmnpqr", "jkmnpqrs")]
    delete_actor(actor=others[0])
    merge_actors(kept=directory.die, merged=others[1])
    with transaction.atomic():
        Actor.objects.filter(pk=others[2].pk).update(publication=PublicationStatus.WITHDRAWN)
        others[2].refresh_from_db()
        actor_changed(actor=others[2], what="Retrait", was_public=True)
    assert not {"ghjkmnpq", "hjkmnpqr", "jkmnpqrs"} & set(ids(feed(client)))
    assert tombstones(client) == {
        "ghjkmnpq": "Fiche supprimée de l’annuaire.",
        "hjkmnpqr": "Fiche réunie avec une autre : http://testserver/id/abcdefgh",
        "jkmnpqrs": "Fiche retirée de l’annuaire.",
    }


def test_what_editors_write_is_text(client, directory):
    with building():
        make_organisation(name="<b>Gras</b> & Cie", slug="gras", summary="5 < 6 <script>alert(1)</script>")
    entry = next(entry for entry in feed(client).entries if "Gras" in entry.title)
    assert "<script>" not in client.get("/flux/acteurs.atom").content.decode()
    assert "&lt;script&gt;" in entry.summary


@pytest.mark.parametrize("sign", ["\x0b", "\x02", "\x85", "\ufffe", "\u2028", "\x1b[31m"])
def test_signs_that_xml_refuses_break_no_feed(client, directory, sign):
    # As rows of before the rule, or of a query of one's own, hold them.
    told = {"name": f"Dynamique{sign} Insertion", "summary": f"Aide{sign}."}
    change(directory.die, lambda: Actor.objects.filter(pk=directory.die.pk).update(**told))
    assert any(entry.title.startswith("Dynamique") for entry in feed(client).entries)
    assert client.get("/flux/acteurs.atom", {"q": f"dyn{sign}"}).status_code == 200
    ElementTree.fromstring(client.get("/flux/acteurs.atom", {"q": f"dyn{sign}"}).content)


def test_whoever_has_it_gets_304_until_something_changes(client, directory, django_assert_num_queries):
    change(directory.die, lambda: Actor.objects.filter(pk=directory.die.pk).update(summary="Autre"))
    first = client.get("/flux/acteurs.atom")
    with django_assert_num_queries(1):
        again = client.get("/flux/acteurs.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    change(directory.die, lambda: Actor.objects.filter(pk=directory.die.pk).update(summary="Encore"))
    again = client.get("/flux/acteurs.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_last_modified_is_that_of_the_directory(client, directory):
    from territories.models import Change

    change(directory.die, lambda: Actor.objects.filter(pk=directory.die.pk).update(summary="Autre"))
    with building():
        Change.objects.update(at=timezone.now() - datetime.timedelta(hours=1))
    first = client.get("/flux/acteurs.atom")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/flux/acteurs.atom", headers=since).status_code == 304


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(client, db, rows, django_assert_num_queries):
    from actors.index import snapshot
    from partners.records.persons import Discretion

    with building():
        for _ in range(rows):
            make_place(make_organisation(sectors=("reuse",)))
    snapshot.current()
    Discretion.current()
    with django_assert_num_queries(12):
        client.get("/flux/acteurs.atom")


def test_a_feed_has_fifty_entries_at_most(client, db):
    with building():
        for number in range(55):
            make_organisation(name=f"Acteur {number}")
    assert len(feed(client).entries) == 50


def test_pages_lead_to_their_feed(client, directory):
    for address, wanted in (
        ("/", "/flux/acteurs.atom"),
        ("/acteurs/", "/flux/acteurs.atom"),
        ("/acteurs/?secteur=reemploi&page=1", "/flux/acteurs.atom?secteur=reemploi"),
        (directory.commune.get_absolute_url(), "/flux/acteurs.atom?territoire=henin-beaumont"),
        (directory.ptce.get_absolute_url(), "/flux/acteurs.atom?ptce=emergence&plus=cdefghjk"),
        (directory.die.get_absolute_url(), "/flux/acteurs.atom"),
    ):
        text = client.get(address).content.decode()
        assert text.count('type="application/atom+xml"') == 1
        assert f'<link rel="alternate" type="application/atom+xml" href="{escape(wanted)}"' in text, address
        feed(client, wanted.removeprefix("/flux/acteurs.atom"))


def test_browsers_are_told_how_to_search(client, directory):
    assert (
        'type="application/opensearchdescription+xml" href="/opensearch.xml"'
        in client.get("/").content.decode()
    )
    response = client.get("/opensearch.xml")
    assert response.headers["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert len(root.find(f"{space}ShortName").text) <= 16
    urls = {each.attrib["type"]: each.attrib["template"] for each in root.iter(f"{space}Url")}
    for kind in ("text/html", "application/atom+xml"):
        path = urls[kind].removeprefix("http://testserver").replace("{searchTerms}", "ressourcerie")
        assert "Ressourcerie" in client.get(path).content.decode()
