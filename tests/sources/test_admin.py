import pytest
from django.urls import reverse

from sources.enums import LetterState, SourceKind
from sources.models import Article, Letter, Source
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data, messages_of
from tests.factories import building
from tests.factories.actors import make_citation, make_organisation
from tests.factories.sources import make_article, make_letter, make_mention, make_source
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

ARTICLE = {
    "position": "1",
    "title": "Raismes s’élève",
    "slug": "raismes",
    "kind": "article",
    "rubric": "",
    "page": "",
}


def url_of(obj, page="change"):
    return reverse(f"admin:sources_{obj._meta.model_name}_{page}", args=[obj.pk])


def told():
    return list(Change.objects.order_by("pk").values_list("subject", "key", "what", "fate"))


def save(client, url, **changes):
    response = client.post(url, {**form_data(client.get(url)), **changes})
    assert response.status_code == 302, messages_of(response)


def test_a_letter_and_its_articles_which_can_be_cited_at_once(admin_client):
    url = reverse("admin:sources_letter_add")
    values = {
        "slug": "75",
        "number": "75",
        "title": "Titre",
        "earliest": "01/01/2024",
        "latest": "31/12/2024",
    }
    response = admin_client.post(
        url, add_row({**form_data(admin_client.get(url)), **values}, "articles", **ARTICLE)
    )
    assert response.status_code == 302
    source = Source.objects.get()
    assert (source.kind, source.key, source.article.title) == ("article", "75/raismes", "Raismes s’élève")
    letter = Letter.objects.get()
    assert letter.state == LetterState.PREPARED
    assert admin_client.get(url_of(letter)).context["has_absolute_url"] is False
    assert told() == []


def test_sources_follow_the_name_of_a_letter_in_preparation(admin_client):
    article = make_article(make_letter(slug="ete", number="76", state=LetterState.PREPARED), slug="raismes")
    save(admin_client, url_of(article.letter), slug="76")
    assert Source.objects.get().key == "76/raismes"
    article = Article.objects.get()
    save(admin_client, url_of(article), slug="raismes-s-eleve")
    assert Source.objects.get().key == "76/raismes-s-eleve"
    assert told() == []


@pytest.mark.parametrize("state", LetterState)
def test_an_address_that_was_published_stays(admin_client, state):
    """Also after the letter was withdrawn."""
    letter = make_letter(slug="71", state=state)
    article = make_article(letter, slug="raismes")
    with building():
        Change.objects.create(subject="letter", key="71", what="Parution")
    save(admin_client, url_of(letter), slug="72", title="Autre")
    save(admin_client, url_of(article), slug="autre", title="Autre")
    assert Letter.objects.values_list("slug", "title").get() == ("71", "Autre")
    assert Article.objects.values_list("slug", "title").get() == ("raismes", "Autre")


def test_nothing_is_told_of_what_is_named_by_a_letter_in_preparation(admin_client):
    mention = make_mention(make_article(make_letter(state=LetterState.PREPARED)), make_territory())
    save(admin_client, url_of(mention), role="portrait")
    assert admin_client.post(url_of(mention, "delete"), {"post": "yes"}).status_code == 302
    assert admin_client.post(url_of(mention.article, "delete"), {"post": "yes"}).status_code == 302
    assert admin_client.post(url_of(mention.article.letter, "delete"), {"post": "yes"}).status_code == 302
    assert told() == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_letter_in_preparation_costs_the_same_whatever_its_articles(
    admin_client, number, django_assert_num_queries
):
    letter = make_letter(state=LetterState.PREPARED)
    for _ in range(number):
        make_article(letter)
    # The kinds of rows, which a process reads once.
    admin_client.get(url_of(letter))
    with django_assert_num_queries(5):
        admin_client.get(url_of(letter))


def test_a_mention_is_a_change_of_its_letter(admin_client):
    mention = make_mention(make_article(make_letter(slug="71")), make_territory())
    save(admin_client, url_of(mention), role="portrait")
    assert [(subject, key) for subject, key, _, _ in told()] == [("letter", "71")]


def test_a_letter_leads_to_its_page(admin_client):
    letter = make_letter(slug="71")
    assert admin_client.get(url_of(letter)).context["absolute_url"] == "/lettres/71/"


def test_deleting_an_article_takes_its_source_along(admin_client):
    article = make_article(make_letter(slug="71"))
    assert not admin_client.get(url_of(article, "delete")).context["perms_lacking"]
    assert admin_client.post(url_of(article, "delete"), {"post": "yes"}).status_code == 302
    assert not Article.objects.exists()
    assert not Source.objects.exists()
    assert [(subject, key) for subject, key, _, _ in told()] == [("letter", "71")]


def test_deleting_a_letter(admin_client):
    letter = make_article(make_letter(slug="71", number="71")).letter
    assert admin_client.post(url_of(letter, "delete"), {"post": "yes"}).status_code == 302
    assert not Letter.objects.exists()
    assert told() == [("letter", "71", "Suppression : Lettre n° 71, 2022", "deleted")]


def test_a_cited_letter_stays(admin_client):
    letter = make_letter()
    make_citation(make_article(letter), actor=make_organisation())
    question = admin_client.get(url_of(letter, "delete")).content.decode()
    assert "1 fait de l’annuaire s’appuie dessus" in question
    assert reverse("admin:letter_release", args=[letter.slug]) in question
    several = {"action": "delete_selected", "_selected_action": str(letter.pk)}
    answer = admin_client.post(reverse("admin:sources_letter_changelist"), several).content.decode()
    assert "1 fait de l’annuaire s’appuie dessus" in answer
    assert admin_client.post(url_of(letter, "delete"), {"post": "yes"}).status_code == 200
    assert Letter.objects.exists()
    assert told() == []


def test_a_source_is_told_when_it_changes_only(admin_client):
    url = reverse("admin:sources_source_add")
    values = {"kind": "editors", "title": "Connaissance générale", "key": "connaissance-generale"}
    assert admin_client.post(url, {**form_data(admin_client.get(url)), **values}).status_code == 302
    assert told() == []
    source = Source.objects.get()
    save(admin_client, url_of(source), title="Connaissance de la rédaction")
    what = "Modification : source « Connaissance de la rédaction »"
    assert told() == [("source", str(source.pk), what, "live")]


def test_the_source_of_an_article_is_not_edited(admin_client):
    source = make_article().source
    assert not admin_client.get(url_of(source)).context["adminform"].form.fields
    choices = dict(
        admin_client.get(reverse("admin:sources_source_add")).context["adminform"].form.fields["kind"].choices
    )
    assert set(choices) == {"", *SourceKind.values} - {SourceKind.ARTICLE.value}
    assert admin_client.post(url_of(source, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        ("letter", {"earliest": "02/01/2023"}, "La date au plus tôt vient avant la date au plus tard."),
        ("letter", {"number": "70"}, "Une lettre porte déjà ce numéro."),
        ("prepared", {"slug": "70"}, "Un objet Lettre avec ce champ Adresse existe déjà."),
        ("letter", {"latest": "hier"}, "Saisissez une date valide."),
        ("source", {"kind": "web"}, "Un site consulté a une adresse et une date de consultation."),
        ("source", {"title": ""}, "Une source est un article, ou porte un titre."),
        ("source", {"url": "exemple"}, "Saisissez une URL valide."),
    ],
)
def test_errors(admin_client, model, changes, message):
    make_letter(slug="70", number="70")
    obj = make_source()
    if model != "source":
        obj = make_letter(state=LetterState.PREPARED if model == "prepared" else LetterState.PUBLISHED)
    response = admin_client.post(url_of(obj), {**form_data(admin_client.get(url_of(obj))), **changes})
    assert message in messages_of(response)
    assert told() == []


@pytest.mark.parametrize("page", ["letter", "article"])
def test_two_rows_alike(admin_client, page):
    letter = make_letter()
    if page == "letter":
        obj, prefix, row, message = (
            letter,
            "articles",
            ARTICLE,
            "Un article de cette lettre porte déjà cette adresse.",
        )
    else:
        obj, prefix, message = make_article(letter), "mentions", "Cet article cite déjà ce territoire."
        row = {"territory": make_territory().pk, "role": "named", "printed": ""}
    data = form_data(admin_client.get(url_of(obj)))
    data = add_row(add_row(data, prefix, **row), prefix, **row)
    assert message in messages_of(admin_client.post(url_of(obj), data))
    assert told() == []
