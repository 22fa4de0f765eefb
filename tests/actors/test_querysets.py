"""Which actors a question means: one test a case."""

import pytest

from actors.enums import CitationColumn, CitationRole, CooperationKind, PublicationStatus, Sector
from actors.models import Actor, Citation, Cooperation
from territories.enums import TerritoryKind
from tests.factories.actors import (
    make_alias,
    make_area,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
)
from tests.factories.sources import make_article, make_letter, make_person
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Carvin and Lens in Pas-de-Calais, Carvin in the EPCI; the EPCI lies partly in a mining basin."""
    department = make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais")
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération Hénin-Carvin")
    carvin = make_territory(name="Carvin")
    lens = make_territory(name="Lens")
    basin = make_territory(TerritoryKind.INFORMAL, "bassin-minier", "Bassin minier")
    for container, member in ((department, epci), (department, carvin), (department, lens), (epci, carvin)):
        make_containment(container, member)
    make_containment(basin, epci, whole=False)
    return {"department": department, "epci": epci, "carvin": carvin, "lens": lens, "basin": basin}


def names(actors) -> list[str]:
    return [actor.name for actor in actors.in_order()]


# -- in a territory ---------------------------------------------------------------------------------


def test_a_place_in_the_territory_itself_counts(places):
    make_organisation(name="Ici", place=places["carvin"])
    assert names(Actor.objects.in_territory(places["carvin"])) == ["Ici"]


def test_a_place_in_anything_inside_counts(places):
    make_organisation(name="Ici", place=places["carvin"])
    assert names(Actor.objects.in_territory(places["epci"])) == ["Ici"]
    assert names(Actor.objects.in_territory(places["department"])) == ["Ici"]


def test_a_place_stated_at_the_very_level_counts(places):
    make_organisation(name="Sur l’agglomération", place=places["epci"])
    assert names(Actor.objects.in_territory(places["epci"])) == ["Sur l’agglomération"]


def test_a_place_in_a_wider_territory_does_not_count(places):
    make_organisation(name="Sur l’agglomération", place=places["epci"])
    assert names(Actor.objects.in_territory(places["carvin"])) == []


def test_a_place_elsewhere_does_not_count(places):
    make_organisation(name="À Lens", place=places["lens"])
    assert names(Actor.objects.in_territory(places["epci"])) == []


def test_a_place_in_what_lies_there_in_part_does_not_count(places):
    make_organisation(name="Sur l’agglomération", place=places["epci"])
    assert names(Actor.objects.in_territory(places["basin"])) == []


def test_any_of_several_places_counts_and_once(places):
    actor = make_organisation(name="Partout", place=places["carvin"])
    make_place(actor, places["epci"])
    make_place(actor, places["lens"])
    assert names(Actor.objects.in_territory(places["epci"])) == ["Partout"]


def test_an_area_inside_counts_for_who_has_no_place(places):
    make_area(make_organisation(name="Sans lieu"), places["carvin"])
    assert names(Actor.objects.in_territory(places["epci"])) == ["Sans lieu"]


def test_an_area_does_not_count_for_who_has_a_place_elsewhere(places):
    make_area(make_organisation(name="De Lens", place=places["lens"]), places["carvin"])
    assert names(Actor.objects.in_territory(places["epci"])) == []


def test_a_wider_area_does_not_count(places):
    make_area(make_organisation(name="Départementale"), places["department"])
    assert names(Actor.objects.in_territory(places["epci"])) == []


def test_who_administers_a_territory_is_not_in_it_for_that(places):
    make_organisation(name="Agglomération", administers=places["epci"])
    assert names(Actor.objects.in_territory(places["epci"])) == []


# -- search -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ecoferme", ["L’Écoferme du Pinson"]),
        ("Pinson l'écoferme", ["L’Écoferme du Pinson"]),
        ("éco", ["L’Écoferme du Pinson"]),
        ("ferme", []),
        ("pinson carvin", ["L’Écoferme du Pinson"]),
        ("pinson lens", []),
        ("capep", ["L’Écoferme du Pinson"]),
        ("l'ecofreme", ["L’Écoferme du Pinson"]),
        ("reemploi", ["L’Écoferme du Pinson"]),
        ("camille martin", ["L’Écoferme du Pinson"]),
        ("  ", ["L’Écoferme du Pinson", "Tout autre"]),
        ("?!", ["L’Écoferme du Pinson", "Tout autre"]),
        ("%", ["L’Écoferme du Pinson", "Tout autre"]),
        ("pinson_", ["L’Écoferme du Pinson"]),
    ],
)
def test_search(places, text, found):
    actor = make_organisation(
        name="L’Écoferme du Pinson", sectors=[Sector.REUSE], place=places["carvin"], slug="ecoferme"
    )
    make_alias(actor, "CAPEP")
    make_alias(actor, "L’Ecofreme", kind="misprint")
    make_spokesperson(actor, make_person("Camille Martin"))
    make_organisation(name="Tout autre")
    assert names(Actor.objects.search(text)) == found


# -- linked, cited, listed --------------------------------------------------------------------------


def test_in_ptce_takes_links_of_both_directions_without_the_ptce():
    ptce = make_ptce(name="Pôle")
    carrier, tool, stranger = (make_organisation(name=name) for name in ("Porteur", "Outil", "Étranger"))
    make_cooperation(carrier, ptce)
    make_cooperation(ptce, tool)
    make_cooperation(carrier, stranger)
    assert names(Actor.objects.in_ptce(ptce)) == ["Outil", "Porteur"]


def test_in_ptce_counts_an_actor_of_several_links_once():
    ptce, carrier = make_ptce(), make_organisation(name="Porteur")
    make_cooperation(carrier, ptce)
    make_cooperation(carrier, ptce, kind=CooperationKind.MEMBER_OF)
    assert names(Actor.objects.in_ptce(ptce)) == ["Porteur"]


def test_cited_in_a_letter_once_whatever_the_articles():
    letter = make_letter()
    told, other = make_organisation(name="Racontée"), make_organisation(name="D’une autre lettre")
    for article in (make_article(letter), make_article(letter)):
        make_citation(article, actor=told)
    make_citation(make_article(letter), actor=told, column=CitationColumn.NAME)
    make_citation(make_article(), actor=other)
    assert names(Actor.objects.cited_in(letter)) == ["Racontée"]


def test_in_sectors_takes_any_of_them_whatever_its_rank():
    make_organisation(name="Deux", sectors=[Sector.CULTURE, Sector.REUSE])
    make_organisation(name="Une", sectors=[Sector.REUSE])
    make_organisation(name="Autre", sectors=[Sector.SPORT])
    assert names(Actor.objects.in_sectors([Sector.REUSE])) == ["Deux", "Une"]
    assert names(Actor.objects.in_sectors([Sector.REUSE, Sector.SPORT])) == ["Autre", "Deux", "Une"]


def test_ptces_and_possible_ones_are_apart_and_published():
    make_ptce(name="Pôle")
    make_ptce(name="Brouillon", publication=PublicationStatus.DRAFT)
    make_initiative(name="Possible", potential_ptce=True)
    make_initiative(name="Possible en brouillon", potential_ptce=True, publication=PublicationStatus.DRAFT)
    assert [actor.name for actor in Actor.objects.ptces()] == ["Pôle"]
    assert [actor.name for actor in Actor.objects.possible_ptces()] == ["Possible"]


def test_listed_keeps_the_order_asked_and_costs_three_queries(django_assert_num_queries, places):
    ids = [make_organisation(place=places["carvin"], sectors=[Sector.SPORT]).pk for _ in range(3)]
    with django_assert_num_queries(3):
        actors = Actor.objects.listed(ids[::-1])
        assert [actor.pk for actor in actors] == ids[::-1]
        assert [
            (actor.places.all()[0].territory.name, actor.sectors.all()[0].sector) for actor in actors
        ] == [("Carvin", Sector.SPORT)] * 3


def test_listed_of_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Actor.objects.listed([]) == []


def test_in_order_is_by_folded_name_then_age():
    for slug, name in [("a", "Étang"), ("b", "etang"), ("c", "Zèbre"), ("d", "Abeille")]:
        make_organisation(name=name, slug=slug)
    assert [actor.slug for actor in Actor.objects.in_order()] == ["d", "a", "b", "c"]


# -- cooperations and citations ---------------------------------------------------------------------


def test_public_links_are_between_two_published_actors():
    one, other, draft = make_organisation(), make_organisation(), make_organisation(publication="draft")
    shown = make_cooperation(one, other)
    make_cooperation(one, draft)
    make_cooperation(draft, one)
    assert list(Cooperation.objects.public()) == [shown]


def test_the_state_of_a_link_is_told_with_the_years_of_its_sources():
    link = make_cooperation(make_organisation(), make_organisation(), status="envisaged")
    assert link.status_text == "envisagé"
    for year in (2022, 2020):
        make_citation(
            make_article(make_letter(earliest=f"{year}-01-01", latest=f"{year}-12-31")), cooperation=link
        )
    (link,) = Cooperation.objects.for_list()
    assert link.status_text == "envisagé en 2020 et 2022"
    assert [source.year for source in link.sources] == [2022, 2020]


def test_parts_of_a_sentence_are_actors_and_words():
    one, other = make_organisation(name="Ose Arts !"), make_organisation(name="Droit de cité")
    carries = make_cooperation(one, other)
    partners = make_cooperation(one, other, kind=CooperationKind.PARTNER_OF)
    assert carries.parts == [one, "porte", other]
    assert partners.parts == [one, "et", other, "sont partenaires"]


def test_citations_of_a_letter_present_before_they_name():
    article = make_article()
    named, presented = make_organisation(name="A"), make_organisation(name="B")
    draft = make_organisation(name="C", publication=PublicationStatus.DRAFT)
    make_citation(article, actor=named, role=CitationRole.NAMED)
    make_citation(article, actor=presented)
    make_citation(article, actor=draft)
    make_citation(make_article(), actor=named)
    assert [each.actor.name for each in Citation.objects.of_letter(article.letter)] == ["B", "A"]
