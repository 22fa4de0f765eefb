import datetime

import pytest
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.enums import (
    AliasKind,
    CitationColumn,
    CitationRole,
    ContactKind,
    CooperationKind,
    LifeStatus,
    PublicationStatus,
    Sector,
)
from actors.index import snapshot
from actors.models import Activity, CooperationWish, PtceStatusEntry
from partners.records.persons import Discretion
from territories.enums import TerritoryKind
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_area,
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
from tests.factories.sources import make_article, make_letter, make_person, make_source
from tests.factories.territories import make_territory
from tests.pages.html import main, page, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(
        make_letter(slug="71", number="71", title="PTCE"), slug="raismes", title="Raismes s’élève", page=4
    )


def get(client, actor):
    response = client.get(actor.get_absolute_url())
    assert response.status_code == 200
    return response


def pairs(element) -> dict[str, str]:
    """A definition list as words."""
    return {row.one("dt").text: row.one("dd").text for row in element.one("dl").all("div")}


# -- in brief ---------------------------------------------------------------------------------------


def test_what_no_source_says_is_told(client):
    actor = make_organisation(legal_form="unspecified", organisation_kind="unspecified")
    assert pairs(section(get(client, actor), "en-bref")) == {
        "Type de structure": "Non précisé",
        "Famille": "Non précisée",
        "Statut juridique": "Non précisé",
        "Domaine d’activité": "Non précisé",
        "Situation": "Situation non vérifiée",
    }


def test_in_brief(client):
    actor = make_initiative(
        name="Ressourcerie",
        sectors=[Sector.REUSE, Sector.EMPLOYMENT],
        labels=["ressourcerie"],
        life_status=LifeStatus.ACTIVE,
        life_status_year=2022,
        founded="2018~",
        potential_ptce=True,
    )
    with building():
        actor.activities.add(Activity.objects.create(slug="recyclerie", name="Recyclerie"))
    make_alias(actor, "RdS", kind=AliasKind.ACRONYM)
    make_alias(actor, "Resourcerie", kind=AliasKind.MISPRINT)
    brief = section(get(client, actor), "en-bref")
    assert pairs(brief) == {
        "Sigle": "RdS",
        "Type d’initiative": "Lieu",
        "Famille": "Non précisée",
        "Domaines d’activité": "Réemploi, réparation et déchets, Insertion et emploi",
        "Activité": "Recyclerie",
        "Agréments, labels ou dispositifs": "Ressourcerie ou recyclerie",
        "Situation": "En activité en 2022",
        "Création": "vers 2018",
        "PTCE": "PTCE possible",
    }
    assert brief.links()[:3] == [
        ("/acteurs/?secteur=reemploi", "Réemploi, réparation et déchets"),
        ("/acteurs/?secteur=insertion-emploi", "Insertion et emploi"),
        ("/acteurs/?activite=recyclerie", "Recyclerie"),
    ]


def test_a_misprint_is_nowhere_on_the_page(client):
    actor = make_organisation(name="GrandSoissons")
    make_citation(make_article(), alias=make_alias(actor, "GrandSissoons", kind=AliasKind.MISPRINT))
    assert "GrandSissoons" not in get(client, actor).content.decode()


@pytest.mark.parametrize(
    ("values", "notices"),
    [
        ({}, []),
        (
            {"life_status": "closed", "life_status_year": 2020},
            ["A cessé son activité : on le sait depuis 2020."],
        ),
        (
            {"life_status": "closed", "life_status_year": 2020, "closed": "2019-06"},
            ["A cessé son activité en juin 2019."],
        ),
        ({"life_status": "ended", "life_status_year": 2021}, ["Terminé : on le sait depuis 2021."]),
        (
            {"life_status": "planned", "life_status_year": 2015},
            ["Projet dont parlait une lettre en 2015. Suite non connue de nous."],
        ),
        ({"life_status": "planned", "life_status_year": datetime.date.today().year}, []),
        ({"life_status": "active", "life_status_year": 2015}, []),
    ],
)
def test_the_life_of_an_actor_is_told_first(client, values, notices):
    assert main(get(client, make_organisation(**values))).texts("p", class_="notice") == notices


def test_freshness(client, article):
    checked = make_organisation(last_confirmed_on=datetime.date(2026, 3, 1))
    by_itself = make_organisation(last_confirmed_on=datetime.date(2026, 4, 2), last_confirmed_by="actor")
    cited, unknown = make_organisation(), make_organisation()
    make_citation(article, actor=cited)
    actors = (checked, by_itself, cited, unknown)
    told = [main(get(client, actor)).one("p", class_="freshness").text for actor in actors]
    assert told == [
        "Vérifié le 1er mars 2026 par l’Apes",
        "Vérifié le 2 avril 2026 par la structure",
        "Dernière information : lettre n° 71 (2022)",
        "À confirmer",
    ]


# -- sources ----------------------------------------------------------------------------------------


def test_every_block_tells_its_sources(client, article):
    other = make_article(make_letter(number="74"), slug="budget", title="Les budgets")
    actor = make_organisation(description="Elle répare.")
    make_citation(article, actor=actor)
    make_citation(other, actor=actor, column=CitationColumn.DESCRIPTION)
    make_citation(article, place=make_place(actor))
    make_citation(other, figure=make_figure(actor))
    make_citation(article, contact=make_contact(actor))
    make_citation(article, spokesperson=make_spokesperson(actor))
    make_citation(other, wish=make_wish(actor))
    response = get(client, actor)
    first, second = "Source : lettre n° 71, 2022", "Source : lettre n° 74, 2022"
    expected = {
        "en-bref": first,
        "ce-que-fait": second,
        "ou": first,
        "chiffres-2022": second,
        "contact": first,
        "porte-parole": first,
        "envies": second,
    }
    assert {name: section(response, name).one("p", class_="sources").text for name in expected} == expected
    link = section(response, "ou").one("p", class_="sources").links()
    assert link == [("/lettres/71/#raismes", "lettre n° 71, 2022")]


def test_articles_of_one_letter_are_one_link(client, article):
    other = make_article(article.letter, slug="encadre", title="Encadré")
    place = make_place(make_organisation())
    make_citation(article, place=place)
    make_citation(other, place=place)
    response = get(client, place.actor)
    line = section(response, "ou").one("p", class_="sources")
    assert (line.text, line.links()) == (
        "Source : lettre n° 71, 2022",
        [("/lettres/71/", "lettre n° 71, 2022")],
    )
    assert section(response, "sources").one("ol").texts("li") == [
        "lettre n° 71, 2022 : Encadré",
        "lettre n° 71, 2022 : Raismes s’élève, p. 4",
    ]


def test_signs_between_sources_hold_to_their_words(client, article):
    place = make_place(make_organisation())
    for source_article in (article, make_article(make_letter(number="74"), title="Les budgets")):
        make_citation(source_article, place=place)
    response = get(client, place.actor)
    line = section(response, "ou").one("p", class_="sources")
    assert line.text == "Sources : lettre n° 71, 2022 ; lettre n° 74, 2022"
    assert "2022</a>&nbsp;; <a" in " ".join(response.content.decode().split())


def test_a_fact_without_a_source_is_the_editors(client):
    actor = make_organisation(description="Elle répare.")
    response = get(client, actor)
    assert (
        section(response, "ce-que-fait").one("p", class_="sources").text
        == "Source : rédaction de l’annuaire."
    )


def test_sources_that_are_no_articles(client):
    actor = make_organisation()
    site = make_source(
        kind="web", title="Site de DIE", url="https://die.exemple/", consulted_on=datetime.date(2026, 1, 2)
    )
    with building():
        actor.citations.create(source=site, role=CitationRole.SUBJECT)
    response = get(client, actor)
    site_link = ("https://die.exemple/", "Site de DIE (02/01/2026)")
    assert section(response, "sources").one("ol").links() == [site_link]
    assert section(response, "en-bref").one("p", class_="sources").links() == [
        ("https://die.exemple/", "site de DIE (02/01/2026)")
    ]


def test_in_the_letters_presented_before_named(client, article):
    actor = make_organisation()
    named = make_article(article.letter, slug="bref", title="Apes en bref")
    make_citation(article, actor=actor)
    make_citation(named, actor=actor, role=CitationRole.NAMED)
    make_citation(article, actor=actor, role=CitationRole.NAMED)
    block = section(get(client, actor), "dans-les-lettres")
    assert block.texts("h3") == ["Présenté dans", "Cité dans"]
    assert [link for link, _ in block.links()] == ["/lettres/71/#raismes", "/lettres/71/#bref"]


# -- where, figures, people, contacts ---------------------------------------------------------------


def test_where(client):
    epci = make_territory(
        TerritoryKind.EPCI,
        "246200299",
        "Agglomération Hénin-Carvin",
        slug="agglo",
        at_phrase="dans l’agglomération",
    )
    actor = make_organisation()
    make_place(actor, epci, role="drop_in")
    make_place(actor, make_territory(name="Arras"), name="Maison", address="3 rue Haute", postal_code="62000")
    make_area(actor, epci)
    block = section(get(client, actor), "ou")
    assert block.texts("li") == [
        "Siège : Maison, 3 rue Haute, 62000 Arras Itinéraire (openstreetmap.org)",
        "Permanence : Agglomération Hénin-Carvin, commune non précisée",
        "Intervient dans l’agglomération",
    ]
    assert ("/territoires/agglo/", "Agglomération Hénin-Carvin") in block.links()


def test_an_unknown_place_is_told(client):
    assert section(get(client, make_organisation()), "ou").texts("p") == ["Lieu non précisé par nos sources."]


def test_figures_of_two_years_stay_apart(client):
    actor = make_organisation()
    make_figure(actor, what="salariés", low=1200, year=2022)
    make_figure(actor, what="salariés", low=900, year=2015)
    headings = main(get(client, actor)).texts("h2")
    assert [heading for heading in headings if heading.startswith("Chiffres")] == [
        "Chiffres (2022)",
        "Chiffres (2015)",
    ]
    assert section(get(client, actor), "chiffres-2022").texts("li") == ["1 200 salariés"]


def test_names_of_people_stay_out_of_snippets_and_titles(client):
    actor = make_organisation()
    make_spokesperson(actor, make_person("Camille Martin"), role="Directrice")
    response = get(client, actor)
    assert section(response, "porte-parole").texts("li") == ["Camille Martin, directrice"]
    assert main(response).texts("span", data_nosnippet="") == ["Camille Martin"]
    assert response.content.decode().count("Camille Martin") == 1
    assert "Camille" not in page(response).one("title").text


def test_contacts_of_the_actor_are_links(client):
    actor = make_organisation()
    make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    make_contact(actor, "contact@die.exemple", ContactKind.EMAIL)
    make_contact(actor, "https://die.exemple/")
    assert section(get(client, actor), "contact").links() == [
        ("https://die.exemple/", "die.exemple"),
        ("mailto:contact@die.exemple", "contact@die.exemple"),
        ("tel:+33321000000", "03 21 00 00 00"),
    ]


def test_a_personal_contact_is_never_in_the_page(client):
    actor = make_organisation()
    make_contact(actor, "camille.martin@exemple.fr", ContactKind.EMAIL, personal=True)
    response = get(client, actor)
    assert section(response, "contact").texts("p") == ["Contact par l’Apes."]
    assert "camille.martin" not in response.content.decode()


def test_no_contact_leads_to_the_apes(client):
    block = section(get(client, make_organisation()), "contact")
    assert block.texts("p") == ["Pas de contact public : demander une mise en relation à l’Apes."]


# -- links ------------------------------------------------------------------------------------------


def test_links_read_from_both_sides(client, article):
    carrier = make_organisation(name="Les Amis du Marlois", number="plural", slug="amis")
    place = make_initiative(name="Jardin", slug="jardin")
    make_citation(article, cooperation=make_cooperation(carrier, place))
    seen = {}
    for actor in (carrier, place):
        block = section(get(client, actor), "cooperations")
        seen[actor.slug] = (block.texts("h3"), block.texts("p", class_="link-sentence"), block.links()[0])
    sentence = ["Les Amis du Marlois portent Jardin"]
    assert seen == {
        "amis": (["Porte"], sentence, ("/acteurs/jardin/", "Jardin")),
        "jardin": (["Portage"], sentence, ("/acteurs/amis/", "Les Amis du Marlois")),
    }


def test_a_link_tells_its_state_reason_and_sources(client, article):
    one, other = make_organisation(name="A"), make_organisation(name="B")
    link = make_cooperation(
        one,
        other,
        kind=CooperationKind.SHARES_RESOURCES_WITH,
        status="envisaged",
        certainty="inferred",
        reason="Les deux partagent un atelier.",
        since="2018",
        until="2023-05",
    )
    make_citation(article, cooperation=link)
    row = section(get(client, one), "cooperations").one("ul", class_="links").one("li")
    assert row.texts("p") == [
        "A et B mutualisent des moyens",
        "envisagé en 2022, depuis 2018, jusqu’à mai 2023, suite non connue de nous "
        "déduit : les deux partagent un atelier.",
    ]


def test_a_link_of_one_moment_tells_it_once(client):
    link = make_cooperation(
        make_organisation(), make_organisation(), status="ended", since="2023-10", until="2023-10"
    )
    row = section(get(client, link.source), "cooperations").one("ul", class_="links").one("li")
    assert row.texts("p")[1] == "terminé (octobre 2023)"


def test_an_event_has_a_date_rather_than_a_beginning_and_an_end(client):
    event = make_initiative(life_status="ended", life_status_year=2023, founded="2023-10", closed="2023-10")
    told = pairs(section(get(client, event), "en-bref"))
    assert told["Date"] == "octobre 2023"
    assert not {"Création", "Fin"} & told.keys()


def test_a_link_to_a_draft_is_not_shown(client):
    actor = make_organisation()
    make_cooperation(actor, make_organisation(name="Secrète", publication=PublicationStatus.DRAFT))
    make_cooperation(make_organisation(name="Discrète", publication=PublicationStatus.REVIEW), actor)
    response = get(client, actor)
    assert section(response, "cooperations").texts("p") == ["Aucune coopération documentée pour l’instant."]
    assert "crète" not in response.content.decode()


def test_wishes_say_when(client):
    actor, year = make_organisation(), datetime.date.today().year
    make_wish(actor, text="Un local", year=year - 2)
    make_wish(actor, text="Des vélos", year=year - 3, status="closed")
    make_wish(actor, text="Un four", year=year - 4)
    assert section(get(client, actor), "envies").texts("li") == [
        f"Un local (en {year - 2})",
        f"Des vélos (en {year - 3}, close depuis)",
        f"Un four (en {year - 4}, suite non connue de nous)",
    ]


# -- PTCE and public bodies -------------------------------------------------------------------------


def test_a_ptce_tells_status_carrier_and_members(client):
    ptce = make_ptce(name="Auton’Hommes")
    with building():
        PtceStatusEntry.objects.create(
            actor=ptce, status="labelled", date="2021", call="Appel de l’État", note="Lauréat."
        )
        PtceStatusEntry.objects.create(actor=ptce, status="emerging", date="../2019")
    make_cooperation(make_organisation(name="PHARE"), ptce)
    make_cooperation(make_organisation(name="Membre"), ptce, kind=CooperationKind.MEMBER_OF)
    response = get(client, ptce)
    assert section(response, "statut").texts("li") == [
        "2019 au plus tard En émergence",
        "2021 Labellisé (appel de l’État) : lauréat.",
    ]
    assert pairs(section(response, "en-bref"))["Statut"] == "Labellisé, 2021"
    leading, members = section(response, "portage"), section(response, "membres")
    assert leading.texts("p", class_="link-sentence") == ["PHARE porte Auton’Hommes"]
    assert members.texts("p", class_="link-sentence") == ["Auton’Hommes compte parmi ses membres Membre"]


def test_a_public_body_leads_to_its_territory_and_back(client):
    raismes = make_territory(name="Raismes", slug="raismes")
    make_territory(name="Raismes", slug="raismes-02")
    town = make_organisation(name="Ville de Raismes", slug="ville-de-raismes", administers=raismes)
    told = main(get(client, town)).one("p", class_="context")
    assert told.links() == [("/territoires/raismes/", "Raismes")]
    back = main(client.get(raismes.get_absolute_url())).one("p", class_="context")
    assert back.links() == [("/acteurs/ville-de-raismes/", "Ville de Raismes")]
    assert main(client.get("/territoires/raismes-02/")).all("p", class_="context") == []


# -- addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "publication", [PublicationStatus.DRAFT, PublicationStatus.REVIEW, PublicationStatus.WITHDRAWN]
)
def test_what_is_not_published_is_not_found(client, publication):
    actor = make_organisation(publication=publication)
    assert client.get(actor.get_absolute_url()).status_code == 404
    assert client.get(reverse("lasting", args=[actor.public_id])).status_code == 404


def test_an_old_address_leads_to_the_new_one(client):
    actor = make_organisation(slug="ancien")
    with building():
        actor.slug = "nouveau"
        actor.save()
    response = client.get("/acteurs/ancien/")
    assert (response.status_code, response.headers["Location"]) == (301, "/acteurs/nouveau/")
    # Going back to the old name, or undoing a merger, would lead browsers that keep it round and round.
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_address_of_a_deleted_actor_says_so(client):
    actor = make_organisation(name="Feu", slug="feu")
    public_id = actor.public_id
    delete_actor(actor=actor)
    for address in ("/acteurs/feu/", f"/id/{public_id}"):
        response = client.get(address)
        assert response.status_code == 410
        # It may come back from the bin.
        assert response.headers["Cache-Control"] == "no-cache"
        assert main(response).one("h1").text == "Cette fiche a été supprimée"
        assert main(response).all("input", type="search")
        assert "Feu" not in main(response).text


def test_a_merged_actor_leads_to_the_one_it_was_merged_with(client):
    kept, gone = make_organisation(slug="gardee"), make_organisation(slug="partie")
    gone_id = gone.public_id
    with building():
        from actors.models import PublicId

        gone.delete()
        PublicId.objects.filter(value=gone_id).update(
            fate="merged", merged_into=PublicId.objects.get(value=kept.public_id)
        )
    response = client.get("/acteurs/partie/")
    assert (response.status_code, response.headers["Location"]) == (301, "/acteurs/gardee/")
    response = client.get(f"/id/{gone_id}")
    assert (response.status_code, response.headers["Location"]) == (301, f"/id/{kept.public_id}")


def test_the_permanent_link(client):
    actor = make_organisation(slug="die", public_id="abcdefgh")
    address = "http://testserver/id/abcdefgh"
    assert (address, address) in section(get(client, actor), "garder").links()
    for form in ("/id/abcdefgh", "/id/abcdefgh/"):
        response = client.get(form)
        assert (response.status_code, response.headers["Location"]) == (303, "/acteurs/die/")
    assert client.get("/id/zzzzzzzz").status_code == 404


# -- cost -------------------------------------------------------------------------------------------

# Actor, what it is (3), eight lists each with their citations (16) and persons with their rows,
# its own citations, its links in both directions with theirs (4), the version its neighbours are of, and
# what is shown of them (3), its map (2: where its places lie, region), its network (the version), its mergers,
# and the version whose persons its data for search engines leave out.
QUERIES = 11


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_do_not_grow_with_rows(client, django_assert_num_queries, rows):
    actor = make_ptce(sectors=[Sector.SPORT], labels=["aci"])
    town = make_territory(latitude=50.4, longitude=2.9)
    make_place(actor, town)
    with building():
        for rank in range(rows):
            article = make_article()
            actor.activities.add(Activity.objects.create(slug=f"a{rank}", name=f"Activité {rank}"))
            status = PtceStatusEntry.objects.create(actor=actor, status="active", date=str(1980 + rank))
            wish = CooperationWish.objects.create(actor=actor, text=f"Envie {rank}", year=2022)
            make_citation(article, status=status)
            make_citation(article, wish=wish)
            make_citation(article, actor=actor)
            make_citation(article, alias=make_alias(actor, f"Autre {rank}"))
            make_citation(article, place=make_place(actor))
            make_citation(article, area=make_area(actor, make_territory()))
            make_citation(article, contact=make_contact(actor, f"https://exemple.fr/{rank}"))
            make_citation(article, figure=make_figure(actor, year=1980 + rank))
            make_citation(article, spokesperson=make_spokesperson(actor))
            make_citation(article, cooperation=make_cooperation(actor, make_organisation()))
            make_citation(article, cooperation=make_cooperation(make_organisation(), actor))
            make_organisation(place=town)
            make_organisation(sectors=[Sector.SPORT])
    # Read once a version, whatever the page.
    snapshot.current()
    Discretion.current()
    with django_assert_num_queries(QUERIES):
        client.get(actor.get_absolute_url())
