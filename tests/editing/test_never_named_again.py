"""Texts that stand in no entry refuse whoever was erased, beside the field; loaders leave the name out."""

import pytest
from django import forms
from django.urls import reverse

from actors.actions.erase_person import erase
from pages.importers.editorial_pages import load_pages
from pages.models import EditorialPage
from sources.erasure import Traces
from sources.forms import NamesNobodyErased
from sources.models import Article, Letter, Mention, Source
from tests.editing.admin.forms import form_data
from tests.factories import building
from tests.factories.actors import make_figure
from tests.factories.pages import make_page
from tests.factories.sources import make_article, make_letter, make_mention, make_source
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db
NAMES = "Merci à LÉCUYER Hélène"


@pytest.fixture(autouse=True)
def erased():
    erase(traces=Traces.of(["Hélène Lécuyer"]))


def _mention():
    return make_mention(make_article(), make_territory())


def _figure():
    return make_figure(actor=None, territory=make_territory())


@pytest.mark.parametrize(
    ("make", "field", "model"),
    [
        (make_page, "title", EditorialPage),
        (make_page, "body", EditorialPage),
        (make_source, "title", Source),
        (make_letter, "title", Letter),
        (make_letter, "date_reason", Letter),
        (make_article, "title", Article),
        (_mention, "printed", Mention),
        (_figure, "what", None),
    ],
)
def test_the_back_office_refuses_the_name(admin_client, make, field, model):
    with building():
        row = make()
    meta = row._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    data = form_data(admin_client.get(url))
    response = admin_client.post(url, {**data, field: NAMES})
    assert response.status_code == 200
    assert "ne plus figurer" in response.context["adminform"].form.errors[field][0]
    row.refresh_from_db()
    assert "LÉCUYER" not in getattr(row, field)


def test_an_article_typed_below_its_letter_is_refused_too(admin_client):
    with building():
        article = make_article()
    url = reverse("admin:sources_letter_change", args=[article.letter.pk])
    response = admin_client.post(url, {**form_data(admin_client.get(url)), "articles-0-title": NAMES})
    assert response.status_code == 200
    assert "ne plus figurer" in response.content.decode()


def test_a_text_that_named_nobody_costs_no_question(django_assert_num_queries):
    class Form(NamesNobodyErased, forms.Form):
        text = forms.CharField(required=False)
        number = forms.IntegerField(required=False)

    with django_assert_num_queries(0):
        assert Form({"text": "", "number": "3"}).is_valid()
    with django_assert_num_queries(1):
        assert Form({"text": NAMES}).errors == {
            "text": ["Cette personne a demandé à ne plus figurer dans l’annuaire."]
        }


def test_a_page_loaded_again_leaves_the_name_out(tmp_path):
    (tmp_path / "equipe.md").write_text(
        f"title: Équipe\nfooter_rank: 7\nupdated_on: 2026-01-02\n---\n{NAMES}.\n", encoding="utf-8"
    )
    for outcome in ("created", "same"):
        assert dict(load_pages(tmp_path, wet_run=True)) == {outcome: 1}
        assert EditorialPage.objects.get().body == "Merci à […]."
    assert "cuyer" not in repr(EditorialPage.objects.get().seed).lower()
