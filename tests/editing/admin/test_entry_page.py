"""The page of an entry: its sections, what is written in one form, closing, former addresses."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from actors.models import Actor, Cooperation
from editing.roles import CONTRIBUTOR, EDITOR
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data, messages_of
from tests.factories import building
from tests.factories.actors import make_contact, make_initiative, make_organisation, make_ptce
from tests.factories.editors import logged_in, make_user

pytestmark = pytest.mark.django_db


def page(actor):
    return reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])


def save(client, actor, rows=(), **changes):
    data = form_data(client.get(page(actor))) | changes
    for prefix, values in rows:
        data = add_row(data, prefix, **values)
    return client.post(page(actor), data | {"_save": ""})


# -- sections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_organisation, make_initiative, make_ptce])
def test_sections_stand_in_the_order_people_think_in(admin_client, make):
    response = admin_client.get(page(make()))
    does = "Ce qu’il fait" if make is make_ptce else "Ce qu’elle fait"
    assert [section.title for section in response.context["sections"]] == [
        *("Qui", does, "Où", "Contact", "Chiffres", "Porte-parole", "Coopérations", "Envies"),
        *("Dans les lettres et autres sources", "État de la fiche"),
    ]
    for section in response.context["sections"]:
        assert f'href="#{section.anchor}"' in response.text
        assert response.text.count(f'id="{section.anchor}"') == 1


@pytest.mark.parametrize("make", [make_organisation, make_initiative, make_ptce])
def test_every_field_and_every_row_of_the_form_is_in_a_section(admin_client, make):
    """A field left out of the page would be emptied by saving it."""
    response = admin_client.get(page(make()))
    form = response.context["adminform"].form
    for bound in form:
        assert f'name="{bound.html_name}"' in response.text, bound.name
    shown = {
        part.formset.prefix
        for section in response.context["sections"]
        for kind, part in section.parts
        if kind == "rows"
    }
    assert shown == {one.formset.prefix for one in response.context["inline_admin_formsets"]}


def test_a_section_tells_how_many_errors_are_in_it(admin_client):
    response = save(
        admin_client,
        make_organisation(),
        [("contacts", {"kind": "email", "value": "x"}), ("contacts", {"kind": "phone", "value": "12"})],
        siren="12",
    )
    wrong = {section.anchor: section.errors for section in response.context["sections"] if section.errors}
    assert wrong == {"qui": 1, "contact": 2}
    assert "(2 erreurs)" in response.text


def test_rows_that_are_none_yet_are_folded_where_others_stand_beside_them(admin_client):
    actor = make_organisation()

    def folded():
        rows = admin_client.get(page(actor)).context["inline_admin_formsets"]
        return {one.formset.prefix for one in rows if one.is_collapsible}

    assert folded() == {
        "sectors",
        "labels",
        "aliases",
        "places",
        "areas",
        "links_out",
        "links_in",
        "outside_ids",
    }
    with building():
        actor.aliases.create(name="Autre", kind="other")
    assert "aliases" not in folded()


# -- one written form -----------------------------------------------------------------------------------


def test_what_is_typed_takes_its_one_form(admin_client):
    actor = make_organisation()
    rows = [
        ("contacts", {"kind": "phone", "value": "+33 3.21.20.60.13"}),
        ("contacts", {"kind": "website", "value": "WWW.Exemple.fr/?utm_source=x"}),
        ("contacts", {"kind": "email", "value": "Contact@Exemple.fr"}),
    ]
    assert (
        save(
            admin_client, actor, rows, siren="732 829 320", siret="732 829 320 00074", rna="w595001234"
        ).status_code
        == 302
    )
    actor.refresh_from_db()
    assert (actor.siren, actor.siret, actor.rna) == ("732829320", "73282932000074", "W595001234")
    assert actor.registry_state == "proposed"
    values = [contact.value for contact in actor.contacts.order_by("pk")]
    assert values == ["03 21 20 60 13", "https://www.exemple.fr/", "contact@exemple.fr"]
    assert save(admin_client, actor, siren="", siret="", rna="").status_code == 302
    actor.refresh_from_db()
    assert (actor.siren, actor.registry_state) == ("", "absent")


def test_a_telephone_printed_wrongly_is_kept_knowingly(admin_client):
    actor = make_organisation()
    row = {"kind": "phone", "value": "03 21 20 60"}
    response = save(admin_client, actor, [("contacts", row)])
    (told,) = messages_of(response)
    assert told.startswith("« 03 21 20 60 » n’est pas un numéro de téléphone")
    assert "cochez la case" in told
    assert 'type="checkbox" name="contacts-0-as_printed"' in response.text
    response = save(admin_client, actor, [("contacts", row | {"as_printed": "on"})])
    assert actor.contacts.get().value == "03 21 20 60"
    assert any(
        "tel que la source l’imprime" in str(message) for message in get_messages(response.wsgi_request)
    )


def test_what_is_stored_already_is_not_judged_again(admin_client):
    actor = make_organisation(siren="123456789", registry_state="proposed")
    contact = make_contact(actor, "03 21 20 60", kind="phone")
    assert save(admin_client, actor, summary="Nouveau").status_code == 302
    assert save(admin_client, actor, **{"contacts-0-personal": "on"}).status_code == 302
    contact.refresh_from_db()
    assert (contact.value, contact.personal) == ("03 21 20 60", True)


def test_the_page_of_one_contact_knows_the_same_rules(admin_client):
    contact = make_contact(make_organisation(), "03 21 20 60 13", kind="phone")
    url = reverse("admin:actors_contactpoint_change", args=[contact.pk])
    data = form_data(admin_client.get(url))
    assert "n’est pas un numéro" in messages_of(admin_client.post(url, data | {"value": "12"}))[0]
    admin_client.post(url, data | {"value": "0322000000"})
    contact.refresh_from_db()
    assert contact.value == "03 22 00 00 00"


# -- ceasing ----------------------------------------------------------------------------------------------


def test_closing_takes_a_year_and_a_successor(admin_client):
    actor = make_organisation(life_status="active", life_status_year=2020)
    successor = make_organisation()
    assert save(admin_client, actor, closed="2024", successor=successor.pk).status_code == 302
    actor.refresh_from_db()
    assert (actor.life_status, actor.life_status_year, actor.closed) == ("closed", 2024, "2024")
    link = Cooperation.objects.get()
    assert (link.kind, link.source_id, link.target_id) == ("takes_over", successor.pk, actor.pk)
    keys = set(Change.objects.values_list("key", flat=True))
    assert keys == {actor.public_id, successor.public_id}
    # Told from then on, and picked no more.
    response = admin_client.get(page(actor))
    assert successor.full_name in response.text
    assert "id_successor" not in response.text
    assert save(admin_client, actor, summary="Autre").status_code == 302
    assert Cooperation.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("active", {"closed": "2024-06"}, ("closed", 2024)),
        ("active", {"closed": "../2004"}, ("closed", 2004)),
        ("active", {"closed": "2024", "life_status": "ended", "life_status_year": "2025"}, ("ended", 2025)),
        ("ended", {"closed": "2019"}, ("ended", 2020)),
        ("active", {"closed": "2090"}, ("active", 2020)),
    ],
)
def test_a_date_of_end_tells_the_situation_unless_another_is_chosen(admin_client, before, changes, after):
    actor = make_initiative(life_status=before, life_status_year=2020)
    save(admin_client, actor, **changes)
    actor.refresh_from_db()
    assert (actor.life_status, actor.life_status_year) == after


def test_a_successor_needs_a_date_and_is_somebody_else(admin_client):
    actor, other = make_organisation(), make_organisation()
    assert messages_of(save(admin_client, actor, successor=other.pk)) == [
        "Dites aussi quand l’activité a cessé, au moins l’année."
    ]
    assert messages_of(save(admin_client, actor, successor=actor.pk, closed="2024")) == [
        "Un acteur ne se succède pas à lui-même : choisissez-en un autre."
    ]
    assert not Cooperation.objects.exists()


def test_nobody_names_a_successor_they_may_not_read(admin_client):
    user = make_user(CONTRIBUTOR)
    hidden = make_organisation(publication="draft")
    mine = make_organisation(publication="draft", created_by=user)
    response = logged_in(user).post(
        page(mine),
        form_data(logged_in(user).get(page(mine))) | {"successor": hidden.pk, "closed": "2024", "_draft": ""},
    )
    assert messages_of(response) == [
        "Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles."
    ]


# -- links and addresses ------------------------------------------------------------------------------------


def test_a_link_entered_on_one_side_is_on_both_pages():
    client = logged_in(make_user(EDITOR))
    one, other = make_organisation(), make_ptce()
    row = {"kind": "supports", "target": other.pk, "status": "active", "certainty": "stated"}
    assert save(client, one, [("links_out", row)]).status_code == 302
    rows = {
        each.formset.prefix: each.formset for each in client.get(page(other)).context["inline_admin_formsets"]
    }
    assert [form.instance.source_id for form in rows["links_in"].initial_forms] == [one.pk]


def test_former_addresses_are_told_and_lead_on(admin_client):
    actor = make_organisation(slug="ancien")
    assert "former_addresses" not in admin_client.get(page(actor)).text
    save(admin_client, actor, slug="nouveau")
    response = admin_client.get(page(actor))
    assert '<a href="/acteurs/ancien/">/acteurs/ancien/</a>' in response.text
    assert '<a href="/acteurs/nouveau/">/acteurs/nouveau/</a>' not in response.text
    assert admin_client.get("/acteurs/ancien/").url == "/acteurs/nouveau/"
    assert Actor.objects.get().slug == "nouveau"
