"""Frames: what they show, that they say what became of things, and how they are sent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.enums import ContactKind, CooperationKind, PublicationStatus
from actors.network.job import refresh_layout
from tests.factories.actors import (
    make_contact,
    make_cooperation,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.territories import load_subset, make_territory
from tests.pages.html import page

pytestmark = pytest.mark.django_db
LIST, MAP, NETWORK = "/integration/v1/liste/", "/integration/v1/carte/", "/integration/v1/reseau/"
SITE = "http://testserver"


def card(word: str) -> str:
    return f"/integration/v1/acteur/{word}/"


@pytest.fixture
def agglo(db):
    return load_subset("epci:246200299")


class TestHowFramesAreSent:
    @pytest.mark.parametrize(
        "address", [LIST, MAP, NETWORK, f"{LIST}?foo=1", card("nada"), "/integration/v1/zzz/"]
    )
    def test_any_site_may_frame_them_and_they_leave_nothing(self, client, address):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'self'" in policy
        assert "X-Frame-Options" not in response.headers
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")

    @pytest.mark.parametrize(
        "address",
        ["/", "/acteurs/", "/integration/", "/integration/fiche-technique/", "/integration/v1/oembed"],
    )
    def test_nothing_else_may_be_framed_elsewhere(self, client, address):
        response = client.get(address)
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"

    def test_an_unchanged_frame_weighs_nothing_and_a_changed_one_is_another(self, client):
        make_organisation(name="Un")
        first = client.get(LIST)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        again = client.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "frame-ancestors *" in again.headers["Content-Security-Policy"]
        make_organisation(name="Deux")
        assert client.get(LIST, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_other_sites_scripts_may_read_them(self, client):
        for address in (LIST, "/integration/v1/annuaire-ess.js", "/integration/v1/couleurs.css"):
            response = client.get(address, headers={"Origin": "https://ville.exemple.fr"})
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"

    def test_every_link_is_absolute_and_leaves_the_frame(self, client, agglo):
        actor = make_organisation(name="Un", place=agglo["commune:62427"])
        make_contact(actor, "https://un.exemple.fr/")
        other = make_organisation(name="Deux")
        make_cooperation(actor, other)
        refresh_layout()
        for address in (LIST, MAP, NETWORK, card(actor.public_id), f"{LIST}?foo=1", card("nada")):
            links = page(client.get(address)).one("body").all("a")
            outside = [link for link in links if not link.attributes["href"].startswith("#")]
            assert len(outside) >= 1, address
            for link in outside:
                assert link.attributes["href"].startswith(("http://testserver/", "https://un.exemple.fr")), (
                    address
                )
                assert link.attributes["target"] == "_top", address

    def test_no_inline_style_or_script_and_every_file_of_the_same_origin(self, client, agglo):
        for address in (LIST, MAP, NETWORK, f"{LIST}?couleur=005500"):
            root = page(client.get(address))
            assert root.all("style") == []
            files = [each.attributes["href"] for each in root.all("link", rel="stylesheet")]
            files += [each.attributes["src"] for each in root.all("script")]
            assert len(files) >= 3
            assert [file for file in files if not file.startswith(f"{SITE}/")] == []
            assert [each for each in root.all() if "style" in each.attributes] == []


@pytest.mark.parametrize(
    "address",
    [
        "/integration/v1/liste/?" + "&".join(f"avec={number}" for number in range(850)),
        "/integration/v1/liste/?" + "&".join(["avec=apes"] * 580),
        "/integration/v1/reseau/?" + "&".join(["acteur=apes"] * 700),
        "/integration/v1/oembed?url=http://testserver/acteurs/%3F" + "%26".join(["avec=1"] * 850),
        "/integration/?" + "&".join(f"avec={number}" for number in range(850)),
    ],
    ids=["many", "one, often", "of the network", "oEmbed", "builder"],
)
def test_no_address_is_worth_a_thousand_queries(client, address):
    make_organisation(name="Apes", slug="apes")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code in {200, 400, 404}
    assert len(asked) < 40


class TestList:
    def test_it_shows_the_first_and_leads_to_the_others(self, client):
        for number in range(7):
            make_organisation(name=f"Structure {number}", summary="Répare")
        root = page(client.get(f"{LIST}?nombre=5"))
        assert root.one("h1").text == "7 acteurs"
        assert root.texts("h2") == [f"Structure {number}" for number in range(5)]
        assert (f"{SITE}/acteurs/", "Voir les 2 autres acteurs") in root.links()

    def test_it_takes_the_filters_of_the_site(self, client, agglo):
        make_organisation(name="Ici", place=agglo["commune:62427"])
        make_organisation(name="Ailleurs", place=make_territory(name="Gannat"))
        assert page(client.get(f"{LIST}?territoire=62427")).texts("h2") == ["Ici"]

    def test_its_own_selection(self, client):
        one, two, three = (make_organisation(name=name) for name in ("Un", "Deux", "Trois"))
        shown = page(client.get(f"{LIST}?plus={one.public_id}&plus={two.slug}")).texts("h2")
        assert shown == ["Deux", "Un"]
        assert page(client.get(f"{LIST}?sans={three.public_id}")).texts("h2") == ["Deux", "Un"]

    def test_drafts_and_withdrawn_entries_are_never_in_it(self, client):
        hidden = [
            make_organisation(name="Brouillon", publication=PublicationStatus.DRAFT),
            make_organisation(name="Retirée", publication=PublicationStatus.WITHDRAWN),
        ]
        make_organisation(name="Là")
        text = client.get(f"{LIST}?" + "&".join(f"plus={each.public_id}" for each in hidden)).content.decode()
        assert "Brouillon" not in text
        assert "Retirée" not in text
        for each in hidden:
            response = client.get(card(each.public_id))
            assert (response.status_code, each.name in response.content.decode()) == (404, False)

    def test_an_empty_one_says_so(self, client):
        root = page(client.get(LIST))
        assert "Aucun acteur ne répond à ce choix pour l’instant." in root.one("main").text

    def test_who_has_ceased_is_told(self, client):
        actor = make_organisation(name="Fini", life_status="closed", life_status_year=2021)
        assert "A cessé son activité." in page(client.get(f"{LIST}?plus={actor.slug}")).one("main").text

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("foo=1", "« foo » n’est pas un filtre de cette liste."),
            ("page=2", "« page » ne sert pas dans un cadre"),
            ("par=50", "« par » ne sert pas dans un cadre"),
            ("secteur=zzz", "Domaine d’activité (secteur) :"),
            ("territoire=nulle-part", "Territoire (territoire) : Aucun territoire"),
            ("couleur=ffff00", "Couleur des liens (couleur) : Trop peu de contraste"),
            ("couleur=rouge", "Une couleur s’écrit avec six chiffres ou lettres"),
            ("nombre=7", "Acteurs au plus (nombre) :"),
            ("q=%00", "Acteur, commune, activité (q) :"),
            ("%00=1", "n’est pas un filtre de cette liste"),
        ],
    )
    def test_what_it_does_not_understand_it_says(self, client, query, told):
        make_organisation(name="Un")
        response = client.get(f"{LIST}?{query}")
        assert response.status_code == 400
        root = page(response)
        assert told in root.one("main").text
        assert root.one("h1").text == "Ce cadre n’a pas été compris"
        assert root.texts("h2") == []

    def test_what_mail_programs_add_is_no_fault(self, client):
        assert client.get(f"{LIST}?utm_source=lettre").status_code == 200

    def test_its_queries_do_not_grow(self, client, django_assert_num_queries):
        make_organisation(name="Un", sectors=("reuse",))
        with django_assert_num_queries(4):
            client.get(LIST)
        for number in range(3):
            make_place(make_organisation(name=f"Autre {number}", sectors=("reuse",)), make_territory())
        with django_assert_num_queries(4):
            client.get(LIST)


class TestCard:
    def test_it_tells_what_a_card_tells_and_no_personal_contact(self, client, agglo):
        actor = make_organisation(
            name="Un", summary="Répare des vélos", sectors=("reuse",), place=agglo["commune:62427"]
        )
        make_contact(actor, "https://un.exemple.fr/")
        make_contact(actor, "jeanne@exemple.fr", ContactKind.EMAIL, personal=True)
        response = client.get(card(actor.public_id))
        root = page(response)
        assert root.one("h1").links() == [(f"{SITE}/acteurs/un/", "Un")]
        assert "Répare des vélos" in root.one("main").text
        assert "un.exemple.fr" in root.one("ul", class_="frame-contacts").text
        assert "jeanne" not in response.content.decode()
        assert client.get(card("un")).content == response.content

    def test_one_that_was_merged_shows_the_other_and_says_so(self, client):
        kept, merged = make_organisation(name="Gardée"), make_organisation(name="Perdue")
        old = merged.public_id
        merge_actors(kept=kept, merged=merged)
        for word in (old, "perdue"):
            root = page(client.get(card(word)))
            assert root.one("h1").text == "Gardée"
            assert root.one("p", class_="frame-note").text.startswith(
                "La fiche demandée a été réunie avec celle-ci"
            )
        told = page(client.get(f"{LIST}?plus={old}"))
        assert told.texts("h2") == ["Gardée"]
        assert told.one("p", class_="frame-note").text.startswith(
            "Une fiche choisie a été réunie avec « Gardée »"
        )

    def test_one_that_was_deleted_says_so_wherever_it_was_chosen(self, client):
        actor, ptce = make_organisation(name="Un", slug="un"), make_ptce(slug="un-ptce")
        make_organisation(name="Reste")
        chosen = actor.public_id
        delete_actor(actor=actor)
        delete_actor(actor=ptce)
        response = client.get(card("un"))
        assert response.status_code == 410
        assert page(response).one("h1").text == "Cette fiche a été supprimée"
        root = page(client.get(f"{LIST}?plus={chosen}"))
        # And never the whole list instead.
        assert root.texts("h2") == []
        assert root.texts("p", class_="frame-note")[0] == "Une fiche choisie a été supprimée de l’annuaire."
        response = client.get(f"{LIST}?ptce=un-ptce")
        assert response.status_code == 410
        assert page(response).one("h1").text == "Ce cadre ne montre plus rien"
        assert "Lié au PTCE (ptce) : Cette fiche a été supprimée" in page(response).one("main").text
        # Where more is wrong, the code is to be mended first.
        assert client.get(f"{LIST}?ptce=un-ptce&nature=poney").status_code == 400

    def test_one_that_has_ceased_says_so(self, client):
        actor = make_organisation(name="Fini", life_status="closed", life_status_year=2021)
        assert "Cet acteur a cessé son activité." in page(client.get(card(actor.slug))).one("main").text

    def test_a_filter_means_nothing_here(self, client):
        actor = make_organisation(name="Un")
        response = client.get(f"{card(actor.slug)}?secteur=reemploi")
        assert response.status_code == 400
        assert "« secteur » n’est pas un filtre" in page(response).one("main").text

    def test_its_queries(self, client, django_assert_num_queries):
        actor = make_organisation(name="Un", sectors=("reuse",))
        make_contact(actor, "https://un.exemple.fr/")
        with django_assert_num_queries(6):
            client.get(card(actor.public_id))


class TestMap:
    def test_each_territory_leads_to_its_list_with_the_other_filters(self, client, agglo):
        for name in ("Un", "Deux"):
            make_organisation(name=name, place=agglo["commune:62427"], sectors=("reuse",))
        make_organisation(name="Vague", sectors=("reuse",))
        root = page(client.get(f"{MAP}?secteur=reemploi&territoire=246200299"))
        (area,) = [
            each for each in root.one("svg").all("a") if each.attributes["aria-label"].startswith("Hénin-B")
        ]
        assert area.attributes["href"] == f"{SITE}/acteurs/?secteur=reemploi&territoire=henin-beaumont"
        assert area.attributes["aria-label"] == "Hénin-Beaumont, 2 acteurs"
        assert root.one("details").texts("li") == ["Hénin-Beaumont, 2 acteurs"]

    def test_its_queries_do_not_grow(self, client, agglo, django_assert_num_queries):
        client.get(MAP)
        make_organisation(place=agglo["commune:62427"])
        with django_assert_num_queries(4):
            client.get(MAP)
        for _ in range(3):
            make_organisation(place=agglo["commune:62427"])
        with django_assert_num_queries(4):
            client.get(MAP)

    def test_without_boundaries_it_says_so(self, client):
        assert "Les contours des territoires manquent" in page(client.get(MAP)).one("main").text


class TestNetwork:
    def test_it_draws_and_writes_the_links(self, client):
        one, two = make_organisation(name="Un"), make_organisation(name="Deux")
        make_cooperation(one, two, CooperationKind.CARRIES)
        make_cooperation(make_organisation(name="Loin"), make_organisation(name="Plus loin"))
        refresh_layout()
        root = page(client.get(f"{NETWORK}?acteur=un"))
        assert root.one("h1").text == "Réseau de « Un » : 2 acteurs, 1 lien"
        drawn = root.one("svg", role="group").all("a")
        assert sorted(each.attributes["href"] for each in drawn) == [
            f"{SITE}/acteurs/deux/",
            f"{SITE}/acteurs/un/",
        ]
        assert root.one("details").texts("h2") == ["Deux", "Un"]

    def test_an_old_name_of_the_actor_still_works(self, client):
        kept, merged = make_organisation(name="Gardée"), make_organisation(name="Perdue")
        make_cooperation(kept, make_organisation(name="Autre"))
        merge_actors(kept=kept, merged=merged)
        root = page(client.get(f"{NETWORK}?acteur=perdue"))
        assert root.one("h1").text == "Réseau de « Gardée » : 2 acteurs, 1 lien"
        assert "a été réunie avec « Gardée »" in root.all("p", class_="frame-note")[0].text

    def test_its_queries_do_not_grow(self, client, django_assert_num_queries):
        centre = make_organisation(name="Un")
        make_cooperation(centre, make_organisation())
        refresh_layout()
        with django_assert_num_queries(3):
            client.get(NETWORK)
        for _ in range(3):
            make_cooperation(centre, make_organisation())
        refresh_layout()
        with django_assert_num_queries(3):
            client.get(NETWORK)

    def test_without_links_it_says_so(self, client):
        assert "Aucune coopération documentée" in page(client.get(NETWORK)).one("main").text


def test_the_scripts_stay_at_their_addresses(client):
    for name in ("cadre", "annuaire-ess"):
        response = client.get(f"/integration/v1/{name}.js")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert len(response.content) < 6000
    assert client.get("/integration/v1/autre.js/").status_code == 404


def test_the_addresses_of_the_contract():
    """They are in codes that others published: this list grows, and nothing in it changes."""
    assert {
        reverse("embed-list"),
        reverse("embed-map"),
        reverse("embed-network"),
        reverse("embed-actor", args=["bffuwr4w"]),
        reverse("embed-colours"),
        reverse("embed-script", args=["cadre"]),
        reverse("embed-script", args=["annuaire-ess"]),
        reverse("oembed"),
    } == {
        "/integration/v1/liste/",
        "/integration/v1/carte/",
        "/integration/v1/reseau/",
        "/integration/v1/acteur/bffuwr4w/",
        "/integration/v1/couleurs.css",
        "/integration/v1/cadre.js",
        "/integration/v1/annuaire-ess.js",
        "/integration/v1/oembed",
    }
