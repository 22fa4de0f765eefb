"""Saving and deleting in the back-office: what is stored, and what the directory is told."""

from decimal import Decimal

import pytest
from django.urls import reverse

from actors.actions.record import actor_changed
from actors.enums import CooperationKind, PublicIdFate
from actors.models import Actor, Citation, Cooperation, Organisation, PublicId
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data
from tests.editing.admin.rows import make_commune
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.sources import make_article, make_source
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


def page(actor):
    return reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])


def told():
    """Every change told to the directory, the first one first."""
    return list(Change.objects.order_by("pk").values_list("subject", "key", "what", "fate"))


def save(client, url, **changes):
    """Open a page, change some values, save; the page must take it."""
    response = client.post(url, {**form_data(client.get(url)), **changes})
    assert response.status_code == 302, list(response.context["errors"])


def save_row(client, url, prefix, **values):
    response = client.post(url, add_row(form_data(client.get(url)), prefix, **values))
    assert response.status_code == 302, list(response.context["errors"])


# -- an entry -----------------------------------------------------------------------------------------


def test_a_new_entry_is_a_draft_and_tells_nothing(admin_client):
    url = reverse("admin:actors_organisation_add")
    shown = admin_client.get(url)
    data = form_data(shown)
    assert (data["organisation_kind"], data["legal_form"]) == ("unspecified", "unspecified")
    assert "slug" in shown.context["adminform"].prepopulated_fields[0]["field"].name
    response = admin_client.post(url, {**data, "name": "La Locomotive", "slug": "la-locomotive"})
    assert response.status_code == 302
    actor = Organisation.objects.get(slug="la-locomotive")
    assert (actor.nature, actor.name_key, actor.publication) == ("organisation", "la locomotive", "draft")
    assert PublicId.objects.get(value=actor.public_id).actor_id == actor.pk
    assert list(Actor.objects.search("locomotive")) == [Actor.objects.get(pk=actor.pk)]
    assert told() == []


@pytest.mark.parametrize("make", [make_organisation, make_initiative, make_ptce])
def test_a_change_is_told_and_found(admin_client, make):
    actor = make(name="Chez ma tante")
    save(admin_client, page(actor), summary="Un café associatif")
    actor.refresh_from_db()
    assert actor.summary == "Un café associatif"
    assert list(Actor.objects.search("associatif")) == [actor]
    assert told() == [("actor", actor.public_id, "Modification : Chez ma tante", "live")]


def test_saving_a_page_as_it_is_tells_nothing(admin_client):
    actor = make_organisation(name="Chez ma tante")
    make_place(actor, make_commune())
    make_alias(actor, "CMT")
    before = Actor.objects.get(pk=actor.pk).updated_at
    save(admin_client, page(actor))
    assert told() == []
    assert Actor.objects.get(pk=actor.pk).updated_at == before


@pytest.mark.parametrize(
    ("before", "button", "after", "changes"),
    [
        ("draft", "_publish", "published", [("Publication : DIE", "live")]),
        ("review", "_publish", "published", [("Publication : DIE", "live")]),
        ("withdrawn", "_publish", "published", [("Publication : DIE", "live")]),
        ("published", "_withdraw", "withdrawn", [("Retrait : DIE", "withdrawn")]),
        ("published", "_draft", "draft", [("Retrait : DIE", "withdrawn")]),
        ("review", "_draft", "draft", []),
        ("draft", "_continue", "draft", []),
        ("published", "_save", "published", [("Modification : DIE", "live")]),
    ],
)
def test_buttons_publish_and_withdraw(admin_client, before, button, after, changes):
    actor = make_organisation(name="DIE", publication=before)
    save(admin_client, page(actor), **{button: "x"}, summary="Autre")
    assert [(what, fate) for _, _, what, fate in told()] == changes
    actor.refresh_from_db()
    assert (actor.publication, actor.summary) == (after, "Autre")


def test_a_button_alone_publishes(admin_client):
    """Nothing else of the entry has changed."""
    actor = make_organisation(name="DIE", publication="draft")
    save(admin_client, page(actor), _publish="x")
    actor.refresh_from_db()
    assert actor.is_public
    assert [what for _, _, what, _ in told()] == ["Publication : DIE"]


def test_the_state_is_not_typed_in(admin_client):
    actor = make_organisation(publication="draft")
    save(admin_client, page(actor), publication="published", summary="Autre")
    actor.refresh_from_db()
    assert actor.publication == "draft"


def test_renaming_keeps_the_old_address(admin_client):
    actor = make_organisation(name="DIE", slug="die")
    save(admin_client, page(actor), slug="droit-a-l-initiative")
    assert set(actor.addresses.values_list("slug", flat=True)) == {"die", "droit-a-l-initiative"}
    assert len(told()) == 1


def test_deleting_leaves_the_permanent_id(admin_client):
    actor = make_ptce(name="PHARE")
    make_place(actor, make_commune())
    make_citation(actor=actor)
    url = reverse("admin:actors_ptce_delete", args=[actor.pk])
    question = admin_client.get(url)
    assert question.status_code == 200
    assert not question.context["perms_lacking"]
    assert admin_client.post(url, {"post": "yes"}).status_code == 302
    assert not Actor.objects.exists()
    assert PublicId.objects.get(value=actor.public_id).fate == PublicIdFate.DELETED
    assert told() == [("actor", actor.public_id, "Suppression de PHARE", "deleted")]


def test_deleting_several_from_the_list(admin_client):
    actors = [
        make_organisation(name="A"),
        make_organisation(name="B"),
        make_organisation(publication="draft"),
    ]
    response = admin_client.post(
        reverse("admin:actors_organisation_changelist"),
        {"action": "delete_selected", "_selected_action": [actor.pk for actor in actors], "post": "yes"},
    )
    assert response.status_code == 302
    assert not Actor.objects.exists()
    assert {what for _, _, what, _ in told()} == {"Suppression de A", "Suppression de B"}
    assert PublicId.objects.filter(fate=PublicIdFate.DELETED).count() == 3


# -- rows ---------------------------------------------------------------------------------------------


def test_a_row_takes_its_source_where_it_is_typed_in(admin_client):
    actor, commune, source = make_organisation(), make_commune(), make_article().source
    save_row(
        admin_client,
        page(actor),
        "places",
        role="seat",
        territory=commune.pk,
        name="",
        address="",
        postal_code="",
        latitude="",
        longitude="",
        cited_source=source.pk,
    )
    place = actor.places.get()
    assert place.territory == commune
    assert place.citations.get().source == source
    assert list(Actor.objects.search(commune.name)) == [actor]
    assert len(told()) == 1


def test_a_second_source_joins_the_first_and_the_same_twice_is_one(admin_client):
    actor = make_organisation()
    alias = make_alias(actor, "CMT")
    first = make_citation(alias=alias).source
    second = make_source(title="Site de l’association")
    save(admin_client, page(actor), **{"aliases-0-cited_source": second.pk})
    assert {citation.source for citation in alias.citations.all()} == {first, second}
    save(admin_client, page(actor), **{"aliases-0-cited_source": second.pk})
    assert alias.citations.count() == 2
    shown = admin_client.get(page(actor)).text
    for citation in alias.citations.all():
        link = reverse("admin:actors_citation_change", args=[citation.pk])
        assert f'<a href="{link}">{citation.source.label}</a>' in shown


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("sectors", {"sector": "mobility", "position": ""}),
        ("labels", {"label": "esat"}),
        ("aliases", {"name": "CMT", "kind": "acronym"}),
        ("contacts", {"kind": "phone", "value": "03 21 00 00 00", "network": ""}),
        ("contacts", {"kind": "social", "value": "@cmt", "network": ""}),
        (
            "figures",
            {
                "what": "salariés",
                "qualifier": "about",
                "low": "30",
                "high": "",
                "unit": "people",
                "year": "2022",
            },
        ),
        ("wishes", {"text": "Des partenaires", "year": "2022", "status": "open"}),
        ("outside_ids", {"scheme": "wikidata", "value": "Q1"}),
    ],
)
def test_a_new_row_is_a_change_of_its_actor(admin_client, prefix, values):
    actor = make_organisation(name="Chez ma tante")
    before = actor.updated_at
    save_row(admin_client, page(actor), prefix, **values)
    assert getattr(actor, prefix).count() == 1
    assert [change[1:3] for change in told()] == [(actor.public_id, "Modification : Chez ma tante")]
    assert Actor.objects.get(pk=actor.pk).updated_at > before


def test_an_account_without_network_says_so(admin_client):
    actor = make_organisation()
    save_row(admin_client, page(actor), "contacts", kind="social", value="@cmt", network="")
    assert actor.contacts.get().network == "unknown"


def test_sectors_change_places_and_new_ones_take_the_next_rank(admin_client):
    actor = make_organisation(sectors=["food", "culture"])
    save(admin_client, page(actor), **{"sectors-0-position": 2, "sectors-1-position": 1})
    assert [row.sector for row in actor.sectors.all()] == ["culture", "food"]
    save_row(admin_client, page(actor), "sectors", sector="mobility", position="")
    assert [(row.position, row.sector) for row in actor.sectors.all()] == [
        (1, "culture"),
        (2, "food"),
        (3, "mobility"),
    ]


def test_numbers_are_read_and_shown_as_people_write_them(admin_client):
    actor = make_organisation()
    make_figure(actor, low=50)
    assert form_data(admin_client.get(page(actor)))["figures-0-low"] == 50
    save(admin_client, page(actor), **{"figures-0-low": "1 200,5"})
    assert actor.figures.get().low == Decimal("1200.5")


# -- links --------------------------------------------------------------------------------------------

LINK = {"kind": "carries", "status": "active", "certainty": "stated", "reason": "", "since": "", "until": ""}


def test_a_link_shows_on_both_pages_and_is_told_of_both(admin_client):
    phare, autonhommes = make_organisation(name="PHARE"), make_ptce(name="Auton’Hommes")
    save_row(admin_client, page(phare), "links_out", target=autonhommes.pk, **LINK)
    link = Cooperation.objects.get()
    assert (link.source_id, link.target_id) == (phare.pk, autonhommes.pk)
    for actor, side in [(phare, "links_out"), (autonhommes, "links_in")]:
        formsets = {
            inline.formset.prefix: inline.formset
            for inline in admin_client.get(page(actor)).context["inline_admin_formsets"]
        }
        assert [form.instance for form in formsets[side].forms] == [link]
    assert sorted(change[1] for change in told()) == sorted([phare.public_id, autonhommes.public_id])


def test_a_link_entered_from_the_other_end(admin_client):
    phare, autonhommes = make_organisation(name="PHARE"), make_ptce(name="Auton’Hommes")
    save_row(admin_client, page(autonhommes), "links_in", source=phare.pk, **LINK)
    link = Cooperation.objects.get()
    assert (link.source_id, link.target_id) == (phare.pk, autonhommes.pk)


def test_a_link_that_moves_is_told_of_the_old_and_the_new_partner(admin_client):
    first, second, third = (make_organisation(name=name) for name in "ABC")
    make_cooperation(first, second)
    save(admin_client, page(first), **{"links_out-0-target": third.pk})
    assert {change[1] for change in told()} == {first.public_id, second.public_id, third.public_id}


def test_a_link_undone_is_told_of_both(admin_client):
    first, second = make_organisation(name="A"), make_organisation(name="B")
    make_cooperation(first, second)
    save(admin_client, page(second), **{"links_in-0-DELETE": "on"})
    assert not Cooperation.objects.exists()
    assert {change[1] for change in told()} == {first.public_id, second.public_id}


def test_the_page_of_a_hub_is_saved_whole(admin_client):
    """A hundred links send more fields than Django takes by default."""
    hub = make_organisation(name="Apes")
    for _ in range(100):
        make_cooperation(make_organisation(), hub, kind=CooperationKind.MEMBER_OF)
    data = form_data(admin_client.get(page(hub)))
    assert len(data) > 1000
    assert admin_client.post(page(hub), {**data, "summary": "Réseau"}).status_code == 302
    assert [change[1:3] for change in told()] == [(hub.public_id, "Modification : Apes")]


def test_a_link_of_a_draft_is_told_of_nobody(admin_client):
    draft, other = make_organisation(publication="draft"), make_organisation()
    save_row(admin_client, page(draft), "links_out", target=other.pk, **LINK)
    assert Cooperation.objects.count() == 1
    assert told() == []


def test_the_admin_of_links_tells_both(admin_client):
    first, second = make_organisation(name="A"), make_organisation(name="B")
    link = make_cooperation(first, second)
    url = reverse("admin:actors_cooperation_change", args=[link.pk])
    save(admin_client, url, kind=CooperationKind.FUNDS)
    link.refresh_from_db()
    assert link.kind == CooperationKind.FUNDS
    assert {change[1] for change in told()} == {first.public_id, second.public_id}
    assert admin_client.post(reverse("admin:actors_cooperation_delete", args=[link.pk]), {"post": "yes"})
    assert len(told()) == 4


# -- rows on a page of their own ------------------------------------------------------------------------


def test_a_row_that_moves_is_told_of_both_actors(admin_client):
    first, second = make_organisation(name="A"), make_organisation(name="B")
    contact = make_contact(first)
    save(admin_client, reverse("admin:actors_contactpoint_change", args=[contact.pk]), actor=second.pk)
    assert {change[1] for change in told()} == {first.public_id, second.public_id}


def test_a_row_deleted_on_its_own_is_a_change_of_its_actor(admin_client):
    actor = make_organisation(name="A")
    place = make_place(actor, make_territory(name="Guise"))
    assert list(Actor.objects.search("guise")) == [actor]
    url = reverse("admin:actors_place_delete", args=[place.pk])
    assert admin_client.post(url, {"post": "yes"}).status_code == 302
    assert not Actor.objects.search("guise").exists()
    assert told() == [("actor", actor.public_id, "Modification : A", "live")]


def test_a_figure_of_a_territory_is_told_of_the_territory(admin_client):
    territory = make_territory(name="Guise")
    figure = make_figure(territory=territory)
    save(admin_client, reverse("admin:actors_figure_change", args=[figure.pk]), low="13")
    assert told() == [("territory", territory.natural, "Modification : Guise", "live")]


def test_a_citation_is_told_of_the_actor_it_supports(admin_client):
    actor = make_organisation(name="A")
    citation = make_citation(place=make_place(actor, make_commune()))
    url = reverse("admin:actors_citation_change", args=[citation.pk])
    save(admin_client, url, printed="rue de la Gare")
    assert Citation.objects.get().printed == "rue de la Gare"
    assert told() == [("actor", actor.public_id, "Modification : A", "live")]


def test_an_activity_renamed_is_found_under_its_new_name(admin_client):
    actor = make_organisation()
    with building():
        activity = actor.activities.create(slug="velo", name="Réparation de vélos")
        actor_changed(actor=actor, what="", was_public=True)
    save(admin_client, reverse("admin:actors_activity_change", args=[activity.pk]), name="Atelier de cycles")
    assert list(Actor.objects.search("cycles")) == [actor]
    assert told()[-1][2] == "Modification : activité « Atelier de cycles »"
