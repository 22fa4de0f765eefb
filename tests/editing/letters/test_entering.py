"""Typing what a letter says: where facts go, what is not made twice, who may."""

import pytest
from django.urls import reverse

from actors.enums import CitationRole, CooperationKind, PublicationStatus
from actors.models import Actor, Citation, ContactPoint, Cooperation, Place, Spokesperson
from editing.letter_models import PendingFact, PreparedEntry
from editing.roles import CONTRIBUTOR, EDITOR, VISITOR
from sources.enums import LetterState, MentionRole
from sources.models import Article, Letter, Mention
from territories.models import Change
from tests.editing.letters.typing import facts, make_prepared, new_actor, page_of
from tests.factories.actors import make_contact, make_initiative, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(make_user(EDITOR))


@pytest.fixture
def article():
    return make_prepared().articles.get()


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# -- the letter and its articles -----------------------------------------------------------------------


def new_letter(client, **values):
    posted = {
        "kind": "letter",
        "number": "75",
        "title": "Titre",
        "start": "2026-09",
        "end": "",
        "date_reason": "",
    }
    return client.post(reverse("admin:letter_new"), {**posted, **values})


def test_a_new_letter_is_in_preparation_with_a_slug_proposed(client):
    response = new_letter(client)
    letter = Letter.objects.get()
    assert response.url == reverse("admin:letter_articles", args=["75"])
    assert (letter.slug, letter.state, letter.earliest.isoformat(), letter.latest.isoformat()) == (
        "75",
        LetterState.PREPARED,
        "2026-09-01",
        "2026-09-30",
    )
    assert Change.objects.count() == 0


def test_a_supplement_without_a_number(client):
    new_letter(
        client,
        kind="supplement",
        number="",
        title="Hénin-Carvin",
        start="2015",
        end="2015-12",
        date_reason="Un nom de 2015.",
    )
    assert Letter.objects.get().slug == "supplement-henin-carvin"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"end": "2026-10"}, {"date_reason": ["Dites d’où vient cette date."]}),
        ({"end": "2025", "date_reason": "Oui."}, {"end": ["La période finit avant de commencer."]}),
        ({"start": "../2026"}, {"start": ["Donnez le début de la période : « ../ » ne dit que sa fin."]}),
    ],
)
def test_a_date_that_is_none(client, values, told):
    response = new_letter(client, **values)
    assert response.context["form"].errors == told
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [("2026-09", "2026-09", ""), ("2026", "2026", ""), ("2026-09-14", "2026-09-14", "")],
)
def test_a_date_comes_back_as_it_was_typed(client, typed, start, end):
    new_letter(client, start=typed)
    form = client.get(reverse("admin:letter_articles", args=["75"])).context["form"]
    assert (form["start"].value(), form["end"].value()) == (start, end)


def test_the_address_of_a_letter_that_is_out_stays(client):
    letter = make_letter(slug="71", number="71", title="Titre")
    values = {
        "kind": "letter",
        "number": "71",
        "title": "Autre",
        "start": "2022",
        "slug": "72",
        "letter": "1",
    }
    client.post(reverse("admin:letter_articles", args=["71"]), values)
    letter.refresh_from_db()
    assert (letter.title, letter.slug) == ("Autre", "71")


def test_articles_are_typed_on_one_page(client):
    letter, territory = make_prepared(articles=0), make_territory(name="Raismes")
    rows = [
        {
            "title": "Un portrait",
            "kind": "article",
            "page": "3",
            "authors": "Camille Un, Dominique Deux",
            "portrait": "Raismes",
        },
        {"title": "Un portrait", "kind": "box"},
    ]
    posted = {"articles": "1", "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0", "form-2-kind": "article"}
    for number, row in enumerate(rows):
        posted |= {f"form-{number}-{name}": value for name, value in row.items()}
    client.post(reverse("admin:letter_articles", args=[letter.slug]), posted)
    first, second = Article.objects.order_by("position")
    assert (first.slug, second.slug, first.page) == ("un-portrait", "un-portrait-2", 3)
    assert [person.name for person in first.authors.all()] == ["Camille Un", "Dominique Deux"]
    assert Mention.objects.get().territory == territory
    assert Mention.objects.get().role == MentionRole.PORTRAIT
    assert first.source.key == "75/un-portrait"


# -- actors ----------------------------------------------------------------------------------------------


def test_an_actor_that_exists_is_cited_by_its_name(client, article):
    actor = make_organisation(name="La Locomotive")
    response = new_actor(client, article, "la locomotive")
    assert response.url == f"{page_of(article)}?acteur={actor.pk}#saisie"
    pending = PendingFact.objects.get()
    assert (pending.actor, pending.kind, pending.values) == (actor, "citation", {"role": "subject"})
    assert not Citation.objects.exists()


def test_an_unknown_name_asks_for_its_type(client, article):
    response = new_actor(client, article, "Le Café vert")
    question = response.context["question"]
    assert (question.meant, question.twins) == ([], [])
    assert not Actor.objects.exists()


def test_an_actor_is_made_by_name_and_waits_for_the_letter(client, article):
    make_territory(name="Raismes")
    new_actor(client, article, "Le Café vert", kind="initiative:place", commune="Raismes")
    actor = Actor.objects.get()
    assert (actor.slug, actor.publication, actor.initiative_kind) == (
        "le-cafe-vert",
        PublicationStatus.REVIEW,
        "place",
    )
    assert PreparedEntry.objects.get().actor == actor
    assert Citation.objects.get(actor=actor).role == CitationRole.SUBJECT
    assert [place.territory.name for place in actor.places.all()] == ["Raismes"]
    assert actor.places.get().citations.get().source == article.source
    assert Change.objects.count() == 0


def test_a_name_that_several_bear_asks_which(client, article):
    one = make_organisation(name="Garage solidaire", precision="Courrières", slug="garage-courrieres")
    other = make_organisation(name="Garage solidaire", precision="Écaillon", slug="garage-ecaillon")
    response = new_actor(client, article, "garage solidaire")
    assert response.context["question"].meant == [one, other]
    new_actor(client, article, "garage solidaire", chosen=str(other.pk))
    assert PendingFact.objects.get().actor == other


def test_a_type_that_is_not_the_entrys_own_asks_which_is_meant(client, article):
    actor = make_organisation(name="Phare", organisation_kind="network")
    assert new_actor(client, article, "Phare", kind="ptce:").context["question"].meant == [actor]
    new_actor(client, article, "Phare", kind="organisation:network")
    assert PendingFact.objects.get().actor == actor


def test_a_precision_tells_namesakes_apart(client, article):
    new_actor(client, article, "Garage solidaire", kind="initiative:service", precision="Courrières")
    new_actor(client, article, "Garage solidaire", kind="initiative:service", precision="Écaillon")
    new_actor(client, article, "garage solidaire", precision="ecaillon")
    assert sorted(str(actor) for actor in Actor.objects.all()) == [
        "Garage solidaire, Courrières",
        "Garage solidaire, Écaillon",
    ]
    assert sorted(Actor.objects.values_list("slug", flat=True)) == [
        "garage-solidaire",
        "garage-solidaire-ecaillon",
    ]


def test_a_namesake_is_made_when_asked(client, article):
    make_organisation(name="Garage solidaire")
    new_actor(client, article, "Garage solidaire", chosen="new", kind="organisation:integration")
    assert sorted(Actor.objects.values_list("slug", flat=True)) == ["garage-solidaire", "garage-solidaire-2"]


def test_a_name_that_looks_like_another_shows_it_first(client, article):
    raismes = make_territory(name="Raismes")
    known = make_initiative(name="Les Jardins du Coron", place=raismes)
    response = new_actor(client, article, "Jardin du Coron", kind="initiative:place", commune="Raismes")
    (twin,) = response.context["question"].twins
    assert twin.actor == known
    page = response.content.decode()
    assert "au même endroit (Raismes)" in page
    # The answers alone: a hidden field of that name after them would be taken for the answer.
    assert page.count('name="chosen"') == page.count('<button name="chosen"') == 2
    assert Actor.objects.count() == 1
    new_actor(client, article, "Jardin du Coron", kind="initiative:place", chosen=str(known.pk))
    assert PendingFact.objects.get().actor == known
    new_actor(client, article, "Jardin du Coron", kind="initiative:place", chosen="new")
    assert Actor.objects.count() == 2


def test_a_draft_of_somebody_else_is_told_without_its_name(article):
    make_initiative(name="Les Jardins du Coron", publication=PublicationStatus.DRAFT)
    client = logged_in(make_user(CONTRIBUTOR))
    response = new_actor(client, article, "Jardin du Coron", kind="initiative:place")
    assert [twin.actor for twin in response.context["question"].twins] == [None]
    assert "Une fiche que quelqu’un d’autre prépare" in response.content.decode()


def test_the_other_end_of_a_link_is_compared_too(client, article):
    known = make_initiative(name="Les Jardins du Coron")
    new_actor(client, article, "Le Café vert", kind="initiative:place")
    actor = Actor.objects.get(name="Le Café vert")
    link = {"phrase": "supports:source", "other": "Jardin du Coron", "other_kind": "initiative:place"}
    response = facts(client, article, actor, cooperation=[link])
    formset = next(each for each in response.context["lines"] if each.prefix == "cooperation")
    assert "Les Jardins du Coron (les-jardins-du-coron)" in formset.errors[0]["other"][0]
    facts(
        client, article, actor, cooperation=[{**link, "other": "Les Jardins du Coron (les-jardins-du-coron)"}]
    )
    assert Cooperation.objects.get().target == known
    facts(client, article, actor, cooperation=[{**link, "anyway": "on"}])
    assert Actor.objects.filter(name="Jardin du Coron").exists()


def test_how_a_name_is_printed_is_kept(client, article):
    new_actor(client, article, "Le Café vert", kind="initiative:place", printed="café VERT")
    assert Citation.objects.get(role="subject").printed == "café VERT"


# -- facts -----------------------------------------------------------------------------------------------


def test_facts_of_a_new_entry_are_written_with_their_source(client, article):
    new_actor(client, article, "Le Café vert", kind="organisation:culture")
    actor = Actor.objects.get()
    partner = make_organisation(name="Ville de Raismes")
    raismes = make_territory(name="Raismes")
    response = facts(
        client,
        article,
        actor,
        contact=[
            {"value": "Contact@Cafe.fr"},
            {"value": "03.21.20.60.14", "printed": "03.21.20.60.14"},
            {"value": "cafe.fr"},
        ],
        place=[{"territory": "Raismes", "role": "activity"}, {"territory": "raismes", "role": "area"}],
        cooperation=[{"phrase": "supports:target", "other": "Ville de Raismes"}],
        figure=[{"low": "12,5", "what": "salariés"}],
        spokesperson=[{"person": "Camille Un", "role": "directrice", "category": "director"}],
        wish=[{"text": "Un local"}],
        alias=[{"name": "CV", "sort": "acronym"}],
        columns={"summary": "Un café.", "founded": "2018", "sectors": ["food"]},
    )
    assert response.status_code == 302
    assert sorted(ContactPoint.objects.values_list("kind", "value")) == [
        ("email", "contact@cafe.fr"),
        ("phone", "03 21 20 60 14"),
        ("website", "https://cafe.fr"),
    ]
    assert Citation.objects.get(contact__kind="phone").printed == "03.21.20.60.14"
    assert Place.objects.get().territory == raismes
    link = Cooperation.objects.get()
    assert (link.kind, link.source, link.target) == (CooperationKind.SUPPORTS, partner, actor)
    assert str(actor.figures.get()) == "12,5 salariés (2022)"
    assert Spokesperson.objects.get().person.name == "Camille Un"
    actor.refresh_from_db()
    assert (actor.summary, actor.founded) == ("Un café.", "2018")
    assert [row.sector for row in actor.sectors.all()] == ["food"]
    assert {citation.source for citation in Citation.objects.all()} == {article.source}
    assert Citation.objects.count() == 13 + 1  # every line, three columns, and the actor itself
    assert not PendingFact.objects.exists()
    assert Change.objects.count() == 0


def test_facts_of_a_published_entry_wait(client, article):
    actor = make_organisation(name="La Locomotive")
    response = facts(client, article, actor, contact=[{"value": "a@b.fr"}], columns={"founded": "2018"})
    assert response.status_code == 302
    assert [fact.kind for fact in PendingFact.objects.order_by("pk")] == ["contact", "column"]
    assert not ContactPoint.objects.exists()
    shown = client.get(response.url)
    assert messages_of(shown) == ["2 ajouts attendent la parution."]
    assert [line.text for line in shown.context["in_hand_facts"].lines] == [
        "a@b.fr",
        "date de création : 2018",
    ]
    facts(client, article, actor, contact=[{"value": "a@b.fr"}])
    assert PendingFact.objects.count() == 2


def test_a_fact_that_exists_gains_a_citation(client):
    article = make_article(make_letter(slug="71"))
    actor = make_organisation(name="La Locomotive")
    contact = make_contact(actor, value="https://exemple.fr/")
    facts(client, article, actor, contact=[{"value": "https://exemple.fr/"}])
    assert ContactPoint.objects.get() == contact
    assert contact.citations.get().source.article == article


def test_mistakes_are_told_beside_their_line_and_nothing_is_kept(client, article):
    actor = make_organisation(name="La Locomotive")
    response = facts(
        client,
        article,
        actor,
        contact=[{"value": "a@b.fr"}],
        place=[{"territory": "Nulle-Part"}],
        cooperation=[{"phrase": "supports:source", "other": "Personne"}],
    )
    errors = {formset.prefix: formset.errors[0] for formset in response.context["lines"]}
    assert errors["place"] == {"territory": ["Aucun territoire ne s’appelle « Nulle-Part »."]}
    assert list(errors["cooperation"]) == ["other"]
    assert not PendingFact.objects.exists()


def test_the_other_end_of_a_link_is_made_on_the_spot(client, article):
    new_actor(client, article, "Le Café vert", kind="initiative:place")
    actor = Actor.objects.get()
    facts(
        client,
        article,
        actor,
        cooperation=[{"phrase": "runs:target", "other": "DIE", "other_kind": "organisation:integration"}],
    )
    assert str(Cooperation.objects.get()) == "DIE gère Le Café vert"
    assert PreparedEntry.objects.count() == 2


def test_cited_again_in_one_click(client, article):
    actor = make_organisation(publication=PublicationStatus.DRAFT)
    client.post(page_of(article), {"cite": "named", "actor": actor.pk})
    client.post(page_of(article), {"cite": "subject", "actor": actor.pk})
    assert Citation.objects.get().role == CitationRole.SUBJECT
    assert PreparedEntry.objects.get().actor == actor
    # Who is presented and named in one article is presented.
    client.post(page_of(article), {"cite": "named", "actor": actor.pk})
    assert Citation.objects.get().role == CitationRole.SUBJECT


def test_a_fact_is_removed(client, article):
    actor = make_initiative(publication=PublicationStatus.DRAFT)
    facts(client, article, actor, contact=[{"value": "a@b.fr"}])
    client.post(page_of(article), {"remove": f"citation-{Citation.objects.get().pk}"})
    assert not ContactPoint.objects.exists()
    public = make_initiative()
    facts(client, article, public, contact=[{"value": "a@b.fr"}])
    client.post(page_of(article), {"remove": f"pending-{PendingFact.objects.get().pk}"})
    assert not PendingFact.objects.exists()


# -- figures of territories ---------------------------------------------------------------------------------


def figure_of(client, article, territory="Raismes"):
    row = {"of": territory, "low": "12 500", "what": "habitants", "unit": "people", "qualifier": "about"}
    posted = {f"territory-figure-0-{name}": value for name, value in row.items()}
    total = {"territory-figure-TOTAL_FORMS": "1", "territory-figure-INITIAL_FORMS": "0"}
    return client.post(page_of(article), {"figures": "1", **total, **posted})


def test_a_figure_of_a_territory_waits_for_the_letter(client, article):
    raismes = make_territory(name="Raismes")
    figure_of(client, article)
    pending = PendingFact.objects.get()
    assert (pending.territory, pending.actor) == (raismes, None)
    page = client.get(page_of(article))
    assert [line.text for line in page.context["of_territories"]] == ["environ 12\xa0500 habitants (2022)"]
    assert not raismes.figures.exists()


def test_a_figure_of_a_territory_is_written_and_removed_once_the_letter_is_out(client):
    article, raismes = make_article(make_letter(slug="71")), make_territory(name="Raismes")
    figure_of(client, article)
    assert raismes.figures.get().citations.get().source == article.source
    assert Change.objects.filter(subject="territory").count() == 1
    client.post(page_of(article), {"remove": f"citation-{Citation.objects.get().pk}"})
    assert not raismes.figures.exists()
    assert not PendingFact.objects.exists()
    assert Change.objects.filter(subject="territory").count() == 2


def test_a_mistaken_figure_of_a_territory_is_told(client, article):
    response = figure_of(client, article, "Nulle-Part")
    assert response.context["figure_rows"].errors[0] == {
        "of": ["Aucun territoire ne s’appelle « Nulle-Part »."]
    }


# -- rights ----------------------------------------------------------------------------------------------


def test_a_trainee_types_and_does_not_publish(article):
    client = logged_in(make_user(CONTRIBUTOR))
    theirs = make_organisation(name="Brouillon d’une autre", publication=PublicationStatus.DRAFT)
    public = make_organisation(name="La Locomotive")
    new_actor(client, article, "Le Café vert", kind="initiative:place")
    assert Actor.objects.get(name="Le Café vert").publication == PublicationStatus.REVIEW
    facts(client, article, public, contact=[{"value": "a@b.fr"}])
    assert PendingFact.objects.get().actor == public
    assert facts(client, article, theirs, contact=[{"value": "a@b.fr"}]).status_code == 404
    release = reverse("admin:letter_release", args=["75"])
    assert client.get(release).context["may_publish"] is False
    assert client.post(release, {"publish": "1"}).status_code == 403
    assert client.post(reverse("admin:letter_new"), {}).status_code == 403
    assert client.post(reverse("admin:letter_articles", args=["75"]), {"articles": "1"}).status_code == 403
    assert Letter.objects.get().state == LetterState.PREPARED


def test_a_visitor_does_not_get_in(article):
    client = logged_in(make_user(VISITOR))
    assert client.get(page_of(article)).status_code == 302


# -- queries ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_cost_the_same_whatever_they_show(client, number, django_assert_num_queries):
    letter = make_prepared(articles=number)
    article = letter.articles.first()
    for rank in range(number):
        new_actor(client, article, f"Café {rank}", kind="initiative:place")
        draft = Actor.objects.get(name=f"Café {rank}")
        facts(client, article, draft, contact=[{"value": "a@b.fr"}], wish=[{"text": "Un local"}])
        public = make_organisation(name=f"Locomotive {rank}", place=make_territory())
        facts(
            client,
            article,
            public,
            contact=[{"value": "a@b.fr"}],
            spokesperson=[{"person": f"Camille {rank}"}],
        )
    with django_assert_num_queries(6):
        client.get(reverse("admin:letter_entry"))
    with django_assert_num_queries(12):
        client.get(reverse("admin:letter_articles", args=[letter.slug]))
    with django_assert_num_queries(16):
        client.get(f"{page_of(article)}?acteur={draft.pk}")
    with django_assert_num_queries(15):
        client.get(reverse("admin:letter_release", args=[letter.slug]))


# -- two tabs ----------------------------------------------------------------------------------------------


def articles_shown(client, letter) -> dict:
    """What a browser posts of the articles' page as it is shown."""
    formset = client.get(reverse("admin:letter_articles", args=[letter.slug])).context["formset"]
    shown = {"articles": "1"}
    for form in (formset.management_form, *formset.forms):
        for field in form:
            value = field.value()
            texts = {field.html_name: value}
            if field.field.show_hidden_initial:
                texts[field.html_initial_name] = value
            # An empty box sends nothing.
            empty = [None, False] if field.name == "title_is_ours" else []
            shown |= {name: "" if text is None else text for name, text in texts.items() if text not in empty}
    return shown


def test_two_tabs_change_two_articles(client):
    letter = make_prepared(articles=2)
    address = reverse("admin:letter_articles", args=["75"])
    one, two = articles_shown(client, letter), articles_shown(client, letter)
    client.post(address, {**one, "form-0-title": "Le premier", "form-0-page": "3"})
    client.post(address, {**two, "form-1-title": "Le second", "form-0-kind": "interview"})
    articles = letter.articles.order_by("position")
    assert [article.title for article in articles] == ["Le premier", "Le second"]
    assert (articles[0].page, articles[0].kind) == (3, "interview")


def test_two_tabs_change_one_title(client):
    letter = make_prepared()
    address = reverse("admin:letter_articles", args=["75"])
    one, two = articles_shown(client, letter), articles_shown(client, letter)
    client.post(address, {**one, "form-0-title": "De l’une"})
    told = client.post(address, {**two, "form-0-title": "De l’autre"})
    assert told.context["formset"].forms[0].errors == {
        "title": [
            "Quelqu’un vient d’enregistrer « De l’une ». Enregistrez de nouveau pour garder votre saisie."
        ]
    }
    assert letter.articles.get().title == "De l’une"
    again = {**two, "form-0-title": "De l’autre", "initial-form-0-title": "De l’une"}
    client.post(address, again)
    assert letter.articles.get().title == "De l’autre"
