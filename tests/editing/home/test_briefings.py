"""« Ce que nous savons déjà de… »: facts with their sources, what remains to be asked, for whom."""

import pytest
from django.urls import reverse

from actors.enums import CitationColumn, CitationRole, ContactKind, LifeStatus
from editing.roles import CONTRIBUTOR, EDITOR, VISITOR
from tests.editing.admin.rows import fill
from tests.factories.actors import (
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_organisation,
    make_place,
    make_ptce,
    make_wish,
)
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter, make_mention
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


def actor_url(actor):
    return reverse("admin:actor_briefing", args=[actor.pk])


def territory_url(territory):
    return reverse("admin:territory_briefing", args=[territory.pk])


@pytest.fixture
def article():
    return make_article(make_letter(slug="71", number="71"), title="Raismes s’élève")


@pytest.fixture
def browser():
    return logged_in(make_user())


def facts(response):
    return {
        section.heading: [(fact.label, fact.text, fact.told_by) for fact in section.facts]
        for section in response.context["briefing"].sections
    }


def test_an_actor_is_told_with_what_each_fact_rests_on(browser, article):
    actor = make_organisation(
        name="Le Coron", summary="Répare", life_status=LifeStatus.ACTIVE, life_status_year=2022
    )
    make_citation(article, actor=actor, role=CitationRole.SUBJECT)
    make_citation(article, actor=actor, column=CitationColumn.LIFE_STATUS)
    make_citation(article, place=make_place(actor, make_territory(name="Raismes"), address="1 rue du Puits"))
    make_contact(actor, kind=ContactKind.EMAIL, value="a@exemple.fr", personal=True)
    make_wish(actor, text="Cherche un local", year=2022)
    make_cooperation(actor, make_organisation(name="Autre"))
    response = browser.get(actor_url(actor))
    told = facts(response)
    letter = "Lettre n° 71, 2022"
    assert ("Situation", "En activité en 2022", letter) in told["En bref"]
    assert told["Où"] == [("", "Siège : Raismes (1 rue du Puits)", letter)]
    assert told["Contact"] == [
        ("", "Courriel : a@exemple.fr (coordonnée personnelle : à ne pas publier sans accord)", "")
    ]
    assert told["Envies de coopération"] == [("", "Cherche un local (2022)", "")]
    assert len(told["Coopérations"]) == 1
    assert "Présenté : Lettre n° 71, 2022 : Raismes s’élève" in response.text
    asked = response.context["briefing"].questions
    assert "Depuis quand cela existe-t-il ?" in asked
    assert "Où cela se passe-t-il ?" not in asked


def test_of_an_actor_of_whom_nothing_is_known_everything_is_asked(browser):
    actor = make_organisation(life_status=LifeStatus.PLANNED, life_status_year=2018)
    response = browser.get(actor_url(actor))
    assert "Qu’est devenu le projet, dont les dernières nouvelles datent de 2018 ?" in response.text
    assert "Nulle part encore, à notre connaissance." in response.text


def test_who_may_not_read_an_entry_learns_nothing_of_it(client):
    draft = make_organisation(name="Secrète", publication="draft")
    assert logged_in(make_user(CONTRIBUTOR)).get(actor_url(draft)).status_code == 404
    assert logged_in(make_user(EDITOR)).get(actor_url(draft)).status_code == 200
    user = make_user(VISITOR)
    user.is_staff = True
    user.save()
    place = make_territory()
    for address in (actor_url(make_organisation()), territory_url(place)):
        assert logged_in(user).get(address).status_code == 403
        assert client.get(address).status_code == 302
    assert logged_in(make_user()).get(reverse("admin:actor_briefing", args=[999_999])).status_code == 404


def test_a_territory_is_told_with_its_letters_and_actors(browser, article):
    north, commune = make_territory("department", name="Nord"), make_territory(name="Raismes")
    make_containment(north, commune)
    make_mention(article, north, role="portrait")
    make_mention(make_article(make_letter(title="À venir", state="prepared")), north, role="portrait")
    actor = make_organisation(name="Le Coron", place=commune)
    make_organisation(name="Brouillon", place=commune, publication="draft")
    make_wish(actor, text="Cherche un local", year=2022)
    make_figure(territory=north, what="chantiers")
    response = browser.get(territory_url(north))
    briefing = response.context["briefing"]
    assert [mention.article for mention in briefing.portraits] == [article]
    assert [actor.name for actor in briefing.actors] == ["Le Coron"]
    assert "Le Coron : Cherche un local" in response.text
    assert "chantiers" in response.text
    assert "À venir" not in response.text


@pytest.mark.parametrize("rows", [1, 3])
def test_more_facts_ask_no_more(browser, rows, django_assert_num_queries):
    actor = make_ptce()
    for number in range(1, rows + 1):
        fill(actor, number)
    with django_assert_num_queries(14):
        browser.get(actor_url(actor))


@pytest.mark.parametrize("rows", [1, 3])
def test_more_actors_ask_no_more(browser, rows, django_assert_num_queries):
    commune = make_territory()
    for number in range(rows):
        make_wish(make_organisation(place=commune))
        make_mention(make_article(), commune)
        make_citation(figure=make_figure(territory=commune, year=2000 + number))
    with django_assert_num_queries(17):
        response = browser.get(territory_url(commune))
    assert response.context["briefing"].actor_count == rows
