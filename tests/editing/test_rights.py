"""Each role from the wrong side: addresses typed by hand, posted forms, choices, actions, restorations."""

import pytest
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.record import actor_changed
from actors.history import act, keep_missing, versions_of
from actors.models import Actor, BinnedActor, Citation, ContactPoint, Cooperation
from editing.rights import changeable, may, require, rows_changeable, visible
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR, Right
from tests.editing.admin.forms import add_row, form_data
from tests.factories import building
from tests.factories.actors import (
    make_area,
    make_citation,
    make_contact,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_place,
)
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_letter, make_person
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


def page(actor, view="change"):
    return reverse(f"admin:actors_{actor.nature}_{view}", args=[actor.pk])


@pytest.fixture
def raismes():
    return make_territory(name="Raismes", slug="raismes")


@pytest.fixture
def epci(raismes):
    """An EPCI of which Raismes is a part."""
    territory = make_territory("epci", name="La Porte du Hainaut")
    make_containment(territory, raismes)
    return territory


@pytest.fixture
def elsewhere():
    return make_territory(name="Soissons", slug="soissons")


def draft_of(user, **values):
    return make_organisation(created_by=user, publication="draft", **values)


# -- which entries ------------------------------------------------------------------------------------


def test_a_contributor_changes_own_drafts_and_reads_what_is_published():
    user, other = make_user(CONTRIBUTOR), make_user(CONTRIBUTOR)
    own, review = draft_of(user), make_organisation(created_by=user, publication="review")
    published = make_organisation(created_by=user)
    withdrawn = make_organisation(created_by=user, publication="withdrawn")
    foreign, loaded = draft_of(other), make_organisation(publication="draft")
    assert set(changeable(user)) == {own, review}
    assert set(visible(user)) == {own, review, published}
    for actor in (published, withdrawn, foreign, loaded):
        assert not may(user, Right.EDIT, actor)
    assert may(user, Right.EDIT, own)
    assert not may(user, Right.PUBLISH, own)
    assert not may(user, Right.DELETE, own)


@pytest.mark.parametrize(
    ("places", "areas", "inside"),
    [
        (["raismes"], [], True),
        (["epci"], [], True),
        (["raismes", "elsewhere"], [], False),
        (["elsewhere"], ["raismes"], False),
        (["raismes"], ["elsewhere"], True),
        ([], ["raismes"], True),
        ([], ["raismes", "elsewhere"], False),
        ([], [], False),
    ],
)
def test_a_local_editor_changes_what_lies_wholly_inside(request, epci, places, areas, inside):
    user = make_user(LOCAL_EDITOR, territories=[epci])
    actor = make_organisation()
    for name in places:
        make_place(actor, request.getfixturevalue(name))
    for name in areas:
        make_area(actor, request.getfixturevalue(name))
    assert [may(user, right, actor) for right in (Right.EDIT, Right.PUBLISH, Right.DELETE)] == [inside] * 3
    assert (actor in set(changeable(user))) is inside


def test_a_part_of_a_territory_is_not_the_whole(epci, raismes):
    """An EPCI that straddles a border lies in neither department."""
    department = make_territory("department")
    make_containment(department, epci, whole=False)
    actor = make_organisation()
    make_place(actor, epci)
    assert not may(make_user(LOCAL_EDITOR, territories=[department]), Right.EDIT, actor)


def test_a_local_editor_without_territories_has_own_drafts_only(raismes):
    user = make_user(LOCAL_EDITOR)
    own, inside = draft_of(user), make_organisation()
    make_place(inside, raismes)
    assert list(changeable(user)) == [own]
    assert not may(user, Right.PUBLISH, own)


@pytest.mark.parametrize("role", [EDITOR, MODERATOR, ADMINISTRATOR])
def test_an_editor_changes_all(role, django_assert_num_queries):
    user, actors = make_user(role), {make_organisation(), make_initiative(publication="draft")}
    assert set(changeable(user)) == set(visible(user)) == actors
    with django_assert_num_queries(0):
        assert may(user, Right.EDIT, actors.pop())


def test_a_visitor_has_nothing():
    user, actor = make_user(VISITOR), make_organisation()
    assert not changeable(user).exists()
    assert not visible(user).exists()
    assert not user.has_perm("actors.view_actor", actor)
    assert logged_in(user).get(page(actor)).status_code == 302


def test_django_answers_for_one_entry_what_the_rights_say():
    user = make_user(CONTRIBUTOR)
    own, foreign = draft_of(user), make_organisation(publication="draft")
    asked = ["actors.view_actor", "actors.change_actor", "actors.delete_actor"]
    assert [user.has_perm(name, own) for name in asked] == [True, True, False]
    assert [user.has_perm(name, foreign) for name in asked] == [False, False, False]


def test_a_row_is_changed_by_whoever_changes_its_entry():
    user = make_user(CONTRIBUTOR)
    own, foreign, third = draft_of(user), make_organisation(), make_organisation()
    mine, theirs = make_contact(own), make_contact(foreign)
    link, other_link = make_cooperation(foreign, own), make_cooperation(foreign, third)
    assert list(rows_changeable(user, ContactPoint.objects.all())) == [mine]
    assert list(rows_changeable(user, Cooperation.objects.all())) == [link]
    cited = [make_citation(actor=own), make_citation(contact=mine), make_citation(cooperation=link)]
    for fact in ({"actor": foreign}, {"contact": theirs}, {"cooperation": other_link}):
        make_citation(**fact)
    assert list(rows_changeable(user, Citation.objects.order_by("pk"))) == cited


# -- forms --------------------------------------------------------------------------------------------


def change(client, actor, **values):
    url = page(actor)
    shown = client.get(url)
    return client.post(url, {**form_data(shown), **values}) if "adminform" in shown.context else shown


def posted_by_hand(actor, **values):
    """What a form of somebody who may change it would send."""
    shown = logged_in(make_user(ADMINISTRATOR)).get(page(actor))
    return {**form_data(shown), **values}


def test_a_contributor_keeps_a_draft_of_their_own():
    client = logged_in(user := make_user(CONTRIBUTOR))
    url = reverse("admin:actors_organisation_add")
    response = client.post(url, {**form_data(client.get(url)), "name": "La Locomotive", "slug": "locomotive"})
    assert response.status_code == 302
    actor = Actor.objects.get()
    assert (actor.created_by, actor.publication) == (user, "draft")
    assert change(client, actor, summary="Un garage").status_code == 302
    actor.refresh_from_db()
    assert actor.summary == "Un garage"


@pytest.mark.parametrize("publication", ["published", "withdrawn", "draft"])
def test_a_contributor_posts_in_vain_to_an_entry_of_others(publication):
    client = logged_in(make_user(CONTRIBUTOR))
    actor = make_organisation(publication=publication, summary="Avant")
    response = client.post(page(actor), posted_by_hand(actor, summary="Après"))
    # Published: may be read, not posted. Otherwise it is not there at all.
    assert response.status_code == (403 if publication == "published" else 302)
    actor.refresh_from_db()
    assert actor.summary == "Avant"


def test_a_contributor_deletes_in_vain():
    client = logged_in(user := make_user(CONTRIBUTOR))
    for actor in (draft_of(user), make_organisation()):
        assert client.post(page(actor, "delete"), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [actor.pk], "post": "yes"}
        client.post(reverse("admin:actors_organisation_changelist"), data)
    assert Actor.objects.count() == 2


def test_a_contributor_gives_a_row_to_nobody_else():
    client = logged_in(user := make_user(CONTRIBUTOR))
    own, foreign = draft_of(user), make_organisation()
    contact = make_contact(own)
    url = reverse("admin:actors_contactpoint_change", args=[contact.pk])
    data = form_data(client.get(url))
    response = client.post(url, {**data, "actor": foreign.pk})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["actor"]
    contact.refresh_from_db()
    assert contact.actor == own


@pytest.mark.parametrize("view", ["change", "delete"])
def test_a_contributor_reaches_no_row_of_others(view):
    client = logged_in(make_user(CONTRIBUTOR))
    foreign = make_organisation()
    rows = [
        make_contact(foreign),
        make_cooperation(foreign, make_organisation()),
        make_citation(actor=foreign),
        make_place(foreign),
    ]
    for row in rows:
        url = reverse(f"admin:actors_{row._meta.model_name}_{view}", args=[row.pk])
        # As if it were not there.
        assert client.post(url, {"post": "yes"}).status_code == 302
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_link_between_two_others_is_not_a_contributors_to_make():
    client = logged_in(user := make_user(CONTRIBUTOR))
    own, one, other = draft_of(user), make_organisation(), make_organisation()
    url = reverse("admin:actors_cooperation_add")
    data = {**form_data(client.get(url)), "kind": "funds", "source": one.pk}
    response = client.post(url, {**data, "target": other.pk})
    assert response.status_code == 200
    assert "Vous n’avez pas le droit" in response.text
    assert not Cooperation.objects.exists()
    assert client.post(url, {**data, "target": own.pk}).status_code == 302


def test_an_inline_row_comes_in_with_its_entry_alone():
    client = logged_in(user := make_user(CONTRIBUTOR))
    own, foreign = draft_of(user), make_organisation()
    data = add_row(
        form_data(client.get(page(own))), "contacts", kind="phone", value="03 21 00 00 00", actor=foreign.pk
    )
    client.post(page(own), data)
    assert not foreign.contacts.exists()


def test_a_local_editor_posts_in_vain_outside(raismes, elsewhere):
    client = logged_in(make_user(LOCAL_EDITOR, territories=[raismes]))
    inside, outside = make_organisation(), make_organisation(summary="Avant")
    make_place(inside, raismes)
    make_place(outside, elsewhere)
    assert change(client, inside, summary="Après").status_code == 302
    assert client.post(page(outside), posted_by_hand(outside, summary="Après")).status_code == 403
    assert client.post(page(outside, "delete"), {"post": "yes"}).status_code == 403
    outside.refresh_from_db()
    assert outside.summary == "Avant"


def test_a_local_editor_moves_no_entry_out_of_their_territories(raismes, elsewhere):
    client = logged_in(make_user(LOCAL_EDITOR, territories=[raismes]))
    actor = make_organisation(summary="Avant")
    make_place(actor, raismes)
    data = {**form_data(client.get(page(actor))), "places-0-territory": elsewhere.pk, "summary": "Après"}
    response = client.post(page(actor), data)
    assert response.status_code == 200
    assert "sortirait des territoires qui vous sont confiés" in response.text
    assert actor.places.get().territory == raismes
    # What was typed is still there.
    assert response.context["adminform"].form["summary"].value() == "Après"


def test_a_local_editor_moves_no_row_out_either(raismes, elsewhere):
    client = logged_in(make_user(LOCAL_EDITOR, territories=[raismes]))
    actor = make_organisation()
    place = make_place(actor, raismes)
    url = reverse("admin:actors_place_change", args=[place.pk])
    response = client.post(url, {**form_data(client.get(url)), "territory": elsewhere.pk})
    assert response.status_code == 200
    place.refresh_from_db()
    assert place.territory == raismes


def test_an_action_on_a_list_leaves_alone_what_is_not_ones_own(raismes, elsewhere):
    client = logged_in(make_user(LOCAL_EDITOR, territories=[raismes]))
    inside, outside = make_organisation(name="A"), make_organisation(name="B")
    make_place(inside, raismes)
    make_place(outside, elsewhere)
    data = {"action": "delete_selected", "_selected_action": [inside.pk, outside.pk], "post": "yes"}
    response = client.post(reverse("admin:actors_organisation_changelist"), data)
    assert response.status_code == 403
    assert Actor.objects.count() == 2
    data["_selected_action"] = [inside.pk]
    assert client.post(reverse("admin:actors_organisation_changelist"), data).status_code == 302
    assert Actor.objects.get() == outside


# -- choices ------------------------------------------------------------------------------------------


def offered(client, model, field, app="actors"):
    parameters = {"app_label": app, "model_name": model, "field_name": field}
    response = client.get(reverse("admin:autocomplete"), parameters)
    if response.status_code != 200:
        return response.status_code
    return {int(result["id"]) for result in response.json()["results"]}


def test_choices_of_what_to_change_are_ones_own():
    client = logged_in(user := make_user(CONTRIBUTOR))
    own, published = draft_of(user), make_organisation()
    make_organisation(publication="draft")
    assert offered(client, "contactpoint", "actor") == {own.pk}
    assert offered(client, "citation", "actor") == {own.pk}
    # The other end of a link may be anybody who is published.
    assert offered(client, "cooperation", "target") == {own.pk, published.pk}


def test_choices_of_facts_to_cite_are_ones_own():
    client = logged_in(user := make_user(CONTRIBUTOR))
    own = make_contact(draft_of(user))
    make_contact(make_organisation())
    assert offered(client, "citation", "contact") == {own.pk}


def test_choices_are_closed_to_a_visitor():
    assert offered(logged_in(make_user(VISITOR)), "contactpoint", "actor") == 302


# -- history, bin, accounts, letters --------------------------------------------------------------------


def entry_with_two_versions(**values):
    actor = make_organisation(summary="Avant", **values)
    keep_missing()
    with act(), building():
        Actor.objects.filter(pk=actor.pk).update(summary="Après")
        actor_changed(actor=actor, what="Modification", was_public=actor.is_public)
    return actor


@pytest.mark.parametrize("role", [CONTRIBUTOR, LOCAL_EDITOR])
def test_going_back_is_for_whoever_may_change_the_entry(role, raismes):
    client = logged_in(make_user(role, territories=[raismes] if role.local else []))
    actor = entry_with_two_versions()
    url = reverse("admin:actor_history", args=[actor.pk])
    assert client.get(url).status_code == 200
    assert "Revenir à cette version" not in client.get(url).text
    assert client.post(url, {"version": versions_of(actor.pk).last().pk}).status_code == 403
    actor.refresh_from_db()
    assert actor.summary == "Après"


def test_going_back_moves_no_entry_out_of_ones_territories(raismes, elsewhere):
    actor = make_organisation()
    place = make_place(actor, elsewhere)
    keep_missing()
    with act(), building():
        type(place).objects.update(territory=raismes)
        actor_changed(actor=actor, what="Modification", was_public=True)
    client = logged_in(make_user(LOCAL_EDITOR, territories=[raismes]))
    url = reverse("admin:actor_history", args=[actor.pk])
    assert client.post(url, {"version": versions_of(actor.pk).last().pk}).status_code == 403
    assert actor.places.get().territory == raismes


def test_the_history_of_anothers_draft_is_closed_to_a_contributor():
    actor = make_organisation(publication="draft")
    client = logged_in(make_user(CONTRIBUTOR))
    assert client.get(reverse("admin:actor_history", args=[actor.pk])).status_code == 403


@pytest.mark.parametrize(
    ("role", "listed", "history", "status"),
    [(CONTRIBUTOR, 403, 403, 403), (EDITOR, 200, 403, 404), (MODERATOR, 200, 200, 302)],
)
def test_what_others_deleted_is_the_moderators(role, listed, history, status):
    binned = delete_actor(actor=make_organisation(name="Supprimée"))
    client = logged_in(make_user(role))
    lists = client.get(reverse("admin:actors_binnedactor_changelist"))
    assert lists.status_code == listed
    assert ("Supprimée" in lists.text) == (status == 302)
    shown = client.get(reverse("admin:actor_history", args=[binned.actor_id]))
    assert shown.status_code == history
    url = reverse("admin:actors_binnedactor_restore", args=[binned.pk])
    assert client.post(url).status_code == status
    assert BinnedActor.objects.exists() == (status != 302)


def test_who_deletes_takes_it_back():
    client = logged_in(user := make_user(EDITOR))
    binned = delete_actor(actor=make_organisation(name="Supprimée"), user=user)
    lists = client.get(reverse("admin:actors_binnedactor_changelist"))
    assert "Supprimée" in lists.text
    assert reverse("admin:actor_history", args=[binned.actor_id]) not in lists.text
    assert client.post(reverse("admin:actors_binnedactor_restore", args=[binned.pk])).status_code == 302
    assert not BinnedActor.objects.exists()


@pytest.mark.parametrize("role", [CONTRIBUTOR, LOCAL_EDITOR, EDITOR, MODERATOR])
def test_accounts_are_the_administrators(role):
    client = logged_in(user := make_user(role))
    for view, args in (("changelist", []), ("add", []), ("change", [user.pk]), ("delete", [user.pk])):
        url = reverse(f"admin:auth_user_{view}", args=args)
        assert client.post(url, {"role": "administrator", "username": "x"}).status_code == 403
    user.refresh_from_db()
    assert [group.name for group in user.groups.all()] == [role.name]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [(CONTRIBUTOR, (403, 403)), (LOCAL_EDITOR, (403, 403)), (EDITOR, (302, 403)), (MODERATOR, (302, 302))],
)
def test_letters_and_persons(role, statuses):
    """Editors keep letters and persons; erasing somebody, which nobody undoes, asks for a moderator."""
    client, letter, person = logged_in(make_user(role)), make_letter(), make_person()
    url = reverse("admin:sources_letter_change", args=[letter.pk])
    shown = logged_in(make_user(ADMINISTRATOR)).get(url)
    changed = client.post(url, form_data(shown)).status_code
    erased = client.post(
        reverse("admin:sources_person_erase", args=[person.pk]), {"confirmed": "oui"}
    ).status_code
    assert (changed, erased) == statuses


def test_a_right_is_asked_by_name():
    from django.core.exceptions import PermissionDenied

    actor = make_organisation()
    require(make_user(EDITOR), Right.EDIT, actor)
    require(make_user(CONTRIBUTOR), Right.READ, actor)
    for role, right in ((CONTRIBUTOR, Right.EDIT), (EDITOR, Right.MODERATE), (MODERATOR, Right.ADMINISTER)):
        with pytest.raises(PermissionDenied):
            require(make_user(role), right)
    with pytest.raises(PermissionDenied):
        require(make_user(CONTRIBUTOR), Right.PUBLISH, actor)
