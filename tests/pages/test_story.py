"""What the page of an actor offers beside its facts: notes, neighbours, folds, ways to keep and to mend it."""

import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from actors.enums import CitationColumn, CooperationKind
from tests.factories import building
from tests.factories.actors import (
    make_activity,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
    make_wish,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory
from tests.pages.html import main, page, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    """One of letter 74, which is the later, and one of letter 71."""
    new = make_letter(slug="74", number="74", earliest="2023-01-01", latest="2023-12-31")
    old = make_letter(slug="71", number="71")
    return (
        make_article(new, slug="budget", title="Les budgets"),
        make_article(old, slug="raismes", title="Raismes s’élève"),
    )


def get(client, actor, query: str = ""):
    response = client.get(actor.get_absolute_url() + query)
    assert response.status_code == 200
    return response


# -- notes ------------------------------------------------------------------------------------------


def test_notes_are_silent_until_asked(client, articles):
    actor = make_organisation()
    make_citation(articles[0], actor=actor)
    response = get(client, actor)
    assert main(response).all("sup") == []
    switch = main(response).one("a", id="notes")
    assert switch.text == "Afficher une note de source sur chaque fait"
    assert switch.attributes["href"] == f"{actor.get_absolute_url()}?notes=oui#notes"
    assert section(response, "sources").all("span", class_="source-back") == []


def test_each_fact_calls_its_own_sources(client, articles):
    new, old = articles
    actor = make_organisation(sectors=["sport"], life_status="active", life_status_year=2022)
    make_citation(new, actor=actor)
    make_citation(old, actor=actor, column=CitationColumn.LIFE_STATUS)
    contact, figure = make_contact(actor), make_figure(actor)
    for article in articles:
        make_citation(article, contact=contact)
    make_citation(old, figure=figure)
    make_citation(old, spokesperson=make_spokesperson(actor))
    make_citation(new, wish=make_wish(actor))
    make_citation(old, cooperation=make_cooperation(actor, make_organisation()))
    make_citation(new, place=make_place(actor))
    response = get(client, actor, "?notes=oui")
    called = {
        name: [link.attributes["href"] for link in section(response, name).all("a") if link.text.isdigit()]
        for name in ("contact", "chiffres-2022", "porte-parole", "envies", "cooperations", "ou")
    }
    assert called == {
        "contact": ["#source-1", "#source-2"],
        "chiffres-2022": ["#source-2"],
        "porte-parole": ["#source-2"],
        "envies": ["#source-1"],
        "cooperations": ["#source-2"],
        "ou": ["#source-1"],
    }
    rows = {row.one("dt").text: row for row in section(response, "en-bref").all("div")}
    assert rows["Situation"].one("sup").text == "2"
    # What no source is told for rests on the article that presents the actor.
    assert rows["Famille"].one("sup").text == "1"
    mark = section(response, "envies").one("sup").one("a")
    assert mark.attributes["aria-label"].split() == [
        "Note",
        "1",
        ":",
        "lettre",
        "n°",
        "74,",
        "2023",
        ":",
        "Les",
        "budgets",
    ]


def test_notes_lead_to_the_sources_and_back(client, articles):
    actor = make_organisation(description="Elle répare.")
    make_citation(articles[0], actor=actor)
    make_citation(articles[1], contact=make_contact(actor))
    response = get(client, actor, "?notes=oui")
    sources = section(response, "sources").one("ol").all("li")
    assert [source.attributes["id"] for source in sources] == ["source-1", "source-2"]
    assert sources[0].one("span").links() == [
        ("#en-bref", "En bref"),
        ("#ce-que-fait", f"Ce que fait {actor.name}"),
    ]
    assert sources[1].one("span").links() == [("#contact", "Contact")]
    ids = {element.attributes.get("id") for element in page(response).all()}
    links = [href for href, _ in main(response).links() if href.startswith("#")]
    assert {href[1:] for href in links} <= ids
    hide = main(response).one("a", id="notes")
    assert (hide.text, hide.attributes["href"]) == (
        "Masquer les notes de source",
        f"{actor.get_absolute_url()}#notes",
    )


def test_every_part_of_a_note_has_an_id_to_be_replaced_by(client, articles):
    actor = make_organisation()
    make_citation(articles[0], actor=actor)
    parts = main(get(client, actor)).all("section", data_noted="")
    assert all(part.attributes.get("id", "").startswith("bloc-") for part in parts)
    assert len(parts) == 5


# -- links ------------------------------------------------------------------------------------------


def test_several_links_begin_with_words_said_once(client):
    network = make_organisation(name="Réseau", number="plural")
    for name in ("B", "A"):
        make_cooperation(make_organisation(name=name), network, kind=CooperationKind.MEMBER_OF)
    block = section(get(client, network), "cooperations")
    assert block.texts("p", class_="link-lead") == ["Réseau comptent parmi leurs membres :"]
    assert block.texts("p", class_="link-sentence") == ["A", "B"]
    assert block.texts("h3") == ["Membres 2"]


def test_several_links_told_by_others_are_sentences(client):
    place = make_initiative(name="Jardin")
    make_cooperation(make_organisation(name="A"), place)
    make_cooperation(make_organisation(name="Les B", number="plural"), place)
    block = section(get(client, place), "cooperations")
    assert block.texts("p", class_="link-sentence") == ["A porte Jardin", "Les B portent Jardin"]


def test_partners_read_both_names_on_both_sides(client):
    one, other = make_organisation(name="A", slug="a"), make_organisation(name="B", slug="b")
    make_cooperation(one, other, kind=CooperationKind.PARTNER_OF)
    for actor, linked in ((one, "/acteurs/b/"), (other, "/acteurs/a/")):
        sentence = section(get(client, actor), "cooperations").one("p", class_="link-sentence")
        assert sentence.text == "A et B sont partenaires"
        assert [href for href, _ in sentence.links()] == [linked]


@pytest.mark.parametrize(("links", "folded"), [(12, 0), (13, 1), (40, 28)])
def test_a_group_of_more_than_twelve_folds(client, links, folded):
    network = make_organisation(name="Réseau")
    for rank in range(links):
        make_cooperation(make_organisation(name=f"M{rank:02d}"), network, kind=CooperationKind.MEMBER_OF)
    block = section(get(client, network), "cooperations")
    assert len(block.all("p", class_="link-sentence")) == links
    assert [len(fold.all("p", class_="link-sentence")) for fold in block.all("details")] == [folded] * bool(
        folded
    )
    assert block.texts("summary") == ([f"{folded} autre{'s' * (folded > 1)}"] if folded else [])


def test_one_line_of_sources_for_all_cooperations(client, articles):
    actor = make_organisation()
    for article in articles:
        make_citation(article, cooperation=make_cooperation(actor, make_organisation()))
    line = section(get(client, actor), "cooperations").one("p", class_="sources")
    assert line.text == "Sources : lettre n° 74, 2023 ; lettre n° 71, 2022"


# -- a PTCE -----------------------------------------------------------------------------------------


def test_a_ptce_tells_its_links_by_what_they_are_to_it(client):
    ptce = make_ptce(name="Pôle")
    make_cooperation(make_organisation(name="Porteur"), ptce)
    make_cooperation(make_organisation(name="Participant"), ptce, kind="takes_part_in")
    make_cooperation(ptce, make_initiative(name="Recyclerie"))
    make_cooperation(make_initiative(name="Garage"), ptce, kind="spun_off_from")
    make_cooperation(make_organisation(name="Agglo"), ptce, kind="accompanies")
    make_cooperation(ptce, make_organisation(name="Ami"), kind="partner_of")
    root = main(get(client, ptce))
    told = {
        each.one("h2").text: each.texts("p", class_="link-sentence")
        for each in root.all("section", class_="chapter")
    }
    assert told == {
        "Qui le porte": ["Porteur porte Pôle"],
        "Membres et participants": ["Pôle réunit notamment Participant"],
        "Projets 2": ["Pôle porte Recyclerie", "Pôle a fait naître Garage"],
        "Qui l’accompagne et le soutient": ["Agglo accompagne Pôle"],
        "Autres coopérations": ["Pôle et Ami sont partenaires"],
    }
    assert not {"Porté par", "Membres"} & set(root.texts("dt"))


def test_a_ptce_of_which_little_is_known_says_so(client):
    root = main(get(client, make_ptce()))
    told = {each.one("h2").text: each.texts("p") for each in root.all("section", class_="chapter")}
    assert told == {
        "Qui le porte": ["Non précisé par nos sources."],
        "Membres et participants": ["Non précisé par nos sources."],
        "Projets": ["Nos sources ne citent pas encore de projet."],
    }
    response = get(client, make_ptce())
    assert section(response, "statut").texts("p") == ["Non précisé par nos sources."]
    assert section(response, "en-bref").texts("dd")[0] == "Non précisé"


def test_a_ptce_in_the_making_of_years_ago_says_that_what_followed_is_unknown(client):
    ptce = make_ptce(status="emerging")
    notice = "PTCE en émergence au moment de la dernière lettre qui en parle. Suite non connue de nous."
    assert main(get(client, ptce)).all("p", class_="notice") == []
    year = datetime.date.today().year - 3
    with building():
        ptce.statuses.update(date=str(year))
    assert main(get(client, ptce)).texts("p", class_="notice") == [notice]


def test_links_under_the_title_lead_to_the_parts_of_the_page(client):
    for actor in (make_ptce(), make_organisation()):
        root = main(get(client, actor))
        ids = {element.attributes.get("id") for element in root.all()}
        jumps = root.one("nav", aria_label="Dans cette page").links()
        assert [words for _, words in jumps] == [
            "Où",
            "Contact",
            "Coopérations",
            "Sources",
            "Partager, corriger",
        ]
        assert {href[1:] for href, _ in jumps} <= ids


# -- neighbours -------------------------------------------------------------------------------------


def test_who_is_near_and_who_does_alike(client):
    here = make_territory(name="Ici", latitude=50.0, longitude=3.0)
    there = make_territory(name="Là", latitude=50.1, longitude=3.0)
    actor = make_organisation(sectors=["sport"], place=here)
    make_organisation(name="Voisine", slug="voisine", place=here)
    make_organisation(name="Plus loin", place=there)
    make_organisation(name="Sportive", sectors=["sport"])
    make_activity("cirque", name="Cirque", actors=(actor, make_organisation(name="Cirque bleu")))
    response = get(client, actor)
    assert section(response, "a-proximite").texts("li") == [
        "Voisine Structure d’insertion, Ici dans la même commune",
        "Plus loin Structure d’insertion, Là à 11 km (à vol d’oiseau)",
    ]
    assert section(response, "semblables").texts("li") == [
        "Cirque bleu Structure d’insertion Cirque",
        "Sportive Structure d’insertion Sport et loisirs",
    ]
    assert section(response, "a-proximite").links()[0] == ("/acteurs/voisine/", "Voisine")


def test_an_actor_alone_proposes_nobody(client):
    root = main(get(client, make_organisation(place=make_territory())))
    assert not {"À proximité", "Acteurs semblables"} & set(root.texts("h2"))


# -- keeping and mending ----------------------------------------------------------------------------


def test_how_to_cite_it(client):
    actor = make_organisation(name="Garage", precision="Guise", public_id="abcdefgh")
    today = datetime.date.today()
    citation = section(get(client, actor), "garder").one("span", id="citation").text
    assert citation.startswith(
        "« Garage, Guise », Annuaire de l’économie solidaire en Hauts-de-France, d’après les lettres de "
        "l’Apes, http://testserver/id/abcdefgh, consulté le "
    )
    assert citation.endswith(f" {today.year}.")


def test_sharing_it_asks_nobody_else(client):
    actor = make_organisation(name="Tu & moi", public_id="abcdefgh")
    block = section(get(client, actor), "garder")
    (mail,) = [href for href, words in block.links() if words == "Envoyer par courriel"]
    told = parse_qs(urlsplit(mail).query)
    assert told == {
        "subject": ["Tu & moi"],
        "body": ["http://testserver/id/abcdefgh"],
    }
    # What needs a script waits for it.
    waiting = [*block.all("button", hidden=""), *block.all("li", hidden="")]
    assert len(block.all("button")) == len(waiting) == 4


def test_mending_it_leads_to_the_form_about_it(client):
    actor = make_organisation(slug="garage")
    links = {words: href for href, words in section(get(client, actor), "garder").links()}
    assert links["Corriger, compléter, signaler une fermeture"] == "/proposer/correction/garage/"


def test_the_way_to_an_address_is_a_plain_link(client):
    actor = make_organisation()
    town = make_territory(name="Arras")
    make_place(actor, town, address="3 rue Haute", postal_code="62000")
    make_place(actor, town, address="5 rue Basse", latitude=50.29, longitude=2.78)
    make_place(actor, town, name="Sans adresse")
    links = section(get(client, actor), "ou").all("a", class_="directions")
    assert [link.attributes["href"] for link in links] == [
        "https://www.openstreetmap.org/search?query=3+rue+Haute+62000+Arras",
        "https://www.openstreetmap.org/directions?to=50.29000%2C2.78000",
    ]


def test_the_year_stands_beside_what_ages(client, articles):
    actor = make_organisation()
    contact, person = make_contact(actor), make_spokesperson(actor, role="Directrice")
    for article in articles:
        make_citation(article, contact=contact)
        make_citation(article, spokesperson=person)
    response = get(client, actor)
    assert section(response, "contact").one("dd").text == "exemple.fr (2023)"
    assert section(response, "porte-parole").one("li").text.endswith(", directrice (2022 et 2023)")


def test_only_old_plans_say_that_what_followed_is_unknown(client):
    year, actor = datetime.date.today().year, make_organisation()
    told = {}
    for status in ("planned", "envisaged", "active", "ended"):
        for ago in (2, 3):
            letter = make_letter(earliest=f"{year - ago}-01-01", latest=f"{year - ago}-12-31")
            other = make_organisation(name=f"{status} {ago}")
            make_citation(make_article(letter), cooperation=make_cooperation(actor, other, status=status))
    for row in section(get(client, actor), "cooperations").one("ul").all("li"):
        sentence, facts = row.texts("p")
        told[sentence] = facts.endswith("suite non connue de nous")
    assert [name for name, unknown in told.items() if unknown] == ["envisaged 3", "planned 3"]
    assert len(told) == 8
