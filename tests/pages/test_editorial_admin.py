"""Editing the pages of the site: recorded, dated, previewed, safe."""

import re

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from pages.models import EditorialPage
from territories.admin_base import DirectoryAdmin
from territories.models import Change
from tests.factories.pages import make_page
from tests.pages.html import page

pytestmark = pytest.mark.django_db
LIST = reverse("admin:pages_editorialpage_changelist")
ADD = reverse("admin:pages_editorialpage_add")
PREVIEW = reverse("admin:pages_editorialpage_preview")


@pytest.fixture(autouse=True)
def known_content_types(db):
    """Django remembers them for the life of the process."""
    ContentType.objects.get_for_model(EditorialPage)


def change(text: EditorialPage) -> str:
    return reverse("admin:pages_editorialpage_change", args=[text.pk])


def filled(text: EditorialPage, **overrides) -> dict:
    values = {
        "title": text.title,
        "body": text.body,
        "footer_rank": text.footer_rank or "",
        "footer_label": "",
    }
    return values | overrides


def changes() -> list[tuple[str, str, str, str]]:
    return list(Change.objects.order_by("number").values_list("subject", "key", "what", "fate"))


def test_its_admin_keeps_to_the_rules(rf):
    model_admin = admin.site.get_model_admin(EditorialPage)
    assert isinstance(model_admin, DirectoryAdmin)
    assert model_admin.search_fields
    assert model_admin.list_filter
    assert model_admin.get_ordering(rf.get("/"))[-1] == "pk"


def test_a_new_page(admin_client):
    response = admin_client.post(
        ADD, {"title": "Aide", "slug": "aide", "body": "Un texte.", "footer_rank": "3"}
    )
    assert response.status_code == 302
    text = EditorialPage.objects.get()
    assert (text.slug, text.title, text.footer_rank, text.updated_on) == (
        "aide",
        "Aide",
        3,
        timezone.localdate(),
    )
    assert changes() == [("page", "aide", "Création : Aide", "live")]
    assert admin_client.get("/aide/").status_code == 200


@pytest.mark.parametrize("slug", ["acteurs", "admin", "static", "plan-du-site"])
def test_an_address_of_the_program_is_refused(admin_client, slug):
    response = admin_client.post(ADD, {"title": "Aide", "slug": slug, "body": "Un texte."})
    assert response.context["adminform"].form.errors["slug"] == [
        f"L’adresse « {slug} » est déjà celle d’une autre page du site."
    ]


def test_an_address_taken_is_refused(admin_client):
    make_page(slug="aide")
    response = admin_client.post(ADD, {"title": "Aide", "slug": "aide", "body": "Un texte."})
    assert response.context["adminform"].form.errors["slug"] == ["Une page a déjà cette adresse."]


def test_an_edit_is_recorded_dated_and_shown_at_once(admin_client, client):
    text = make_page(slug="aide", title="Aide")
    admin_client.post(change(text), filled(text, body="Une **autre** chose."))
    text.refresh_from_db()
    assert text.updated_on == timezone.localdate()
    assert changes() == [("page", "aide", "Modification : Aide", "live")]
    assert "<strong>autre</strong>" in client.get("/aide/").text


def test_a_move_in_the_foot_leaves_the_date_of_the_text(admin_client):
    text = make_page()
    before = text.updated_on
    admin_client.post(change(text), filled(text, footer_rank="5"))
    text.refresh_from_db()
    assert (text.footer_rank, text.updated_on) == (5, before)
    assert len(changes()) == 1


def test_saving_it_as_it_is_changes_nothing(admin_client):
    """Browsers end lines in their own way."""
    text = make_page(body="Un.\n\n- deux\n- trois")
    before = text.updated_on
    admin_client.post(change(text), filled(text, body="Un.\r\n\r\n- deux\r\n- trois"))
    text.refresh_from_db()
    assert (text.body, text.updated_on) == ("Un.\n\n- deux\n- trois", before)
    assert changes() == []


def test_an_address_once_given_stays(admin_client):
    text = make_page(slug="aide")
    admin_client.post(change(text), filled(text, slug="secours", body="Autre."))
    text.refresh_from_db()
    assert (text.slug, text.body) == ("aide", "Autre.")


def test_a_mark_we_do_not_know_is_told(admin_client):
    text = make_page()
    response = admin_client.post(change(text), filled(text, body="[[contacte]] et [[contact]]"))
    assert response.context["adminform"].form.errors["body"] == [
        "Entre doubles crochets, nous ne connaissons pas : contacte."
    ]


def test_the_list_of_editors_counts_what_is_still_to_tell(admin_client):
    make_page(body="- [[à compléter : nom de l’hébergeur]]\n- [[à compléter : son adresse]]", footer_rank=1)
    make_page(body="[[contact]]", footer_rank=2)
    assert page(admin_client.get(LIST)).texts("td", class_="field-missing") == ["2", "–"]


@pytest.mark.parametrize(
    ("address", "told"), [("a@b.fr", "a@b.fr"), ("", "la fiche de l’Apes, faute d’adresse")]
)
def test_editors_are_told_where_visitors_write(admin_client, settings, address, told):
    settings.CONTACT_EMAIL = address
    assert f"où nous écrire, aujourd’hui : {told}" in admin_client.get(ADD).text


def test_a_page_an_editor_made_can_go(admin_client):
    text = make_page(slug="aide", title="Aide")
    admin_client.post(reverse("admin:pages_editorialpage_delete", args=[text.pk]), {"post": "yes"})
    assert not EditorialPage.objects.exists()
    assert changes() == [("page", "aide", "Suppression : Aide", "deleted")]


@pytest.mark.parametrize("how", ["alone", "among others"])
def test_a_page_the_site_came_with_stays(admin_client, how):
    text = make_page(seed={"title": "Aide"})
    if how == "alone":
        url, data = reverse("admin:pages_editorialpage_delete", args=[text.pk]), {"post": "yes"}
    else:
        url = LIST
        data = {"action": "delete_selected", "_selected_action": [text.pk], "post": "yes"}
    admin_client.post(url, data)
    assert EditorialPage.objects.filter(pk=text.pk).exists()


# -- preview ------------------------------------------------------------------------------------------


def test_the_preview_is_the_page_and_saves_nothing(admin_client):
    response = admin_client.post(PREVIEW, {"title": "Aide", "body": "## Un\n\n[[à compléter : tout]]"})
    root = page(response).one("main")
    assert root.texts("h1") == ["Aide"]
    assert root.one("div", class_="prose").texts("h2") == ["Un"]
    assert root.texts("mark") == ["à compléter : tout"]
    assert not EditorialPage.objects.exists()
    assert response.templates[0].name == "pages/editorial.html"


def test_the_preview_keeps_out_what_is_unsafe(admin_client):
    response = admin_client.post(
        PREVIEW,
        {"title": "<script>alert(1)</script>", "body": "<script>alert(1)</script> [x](javascript:alert(1))"},
    )
    assert "<script>alert" not in response.text
    assert 'href="javascript' not in response.text
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_preview_of_nothing(admin_client):
    assert page(admin_client.post(PREVIEW)).one("main").texts("h1") == ["Page sans titre"]


def test_the_preview_is_for_editors_and_for_forms(client, admin_client):
    assert client.post(PREVIEW, {"title": "x"}).status_code == 302
    assert admin_client.get(PREVIEW).status_code == 405


@pytest.mark.parametrize("new", [True, False])
def test_the_form_leads_to_its_preview_without_a_script(admin_client, new):
    response = admin_client.get(ADD if new else change(make_page()))
    assert f'formaction="{PREVIEW}" formtarget="_blank"' in response.text
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", response.text) == []
    for sign in ("## Intertitre", "[[contact]]", "[[à compléter : adresse]]"):
        assert f"<code>{sign}</code>" in response.text


# -- queries: session and account are two of each ------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_a_page_cost_the_same_for_any_number(admin_client, django_assert_num_queries, rows):
    for _ in range(rows):
        text = make_page(footer_rank=1)
    with django_assert_num_queries(5):
        admin_client.get(LIST)
    with django_assert_num_queries(3):
        admin_client.get(change(text))
