"""Accounts: a role, territories, no loose permissions."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from editing.models import EditorTerritory
from editing.rights import territories_of
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, VISITOR, role_of
from tests.editing.admin.forms import add_row, form_data
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

PASSWORD = "un mur de briques rouges"


def page(user):
    return reverse("admin:auth_user_change", args=[user.pk])


@pytest.fixture
def administrator():
    return logged_in(make_user(ADMINISTRATOR, username="chef"))


def fresh(user):
    return get_user_model().objects.get(pk=user.pk)


def test_a_new_account_gets_its_role(administrator):
    url = reverse("admin:auth_user_add")
    data = {
        **form_data(administrator.get(url)),
        "username": "zoe",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "role": "contributor",
        "usable_password": "true",
    }
    assert administrator.post(url, data).status_code == 302
    user = get_user_model().objects.get(username="zoe")
    assert (role_of(user), user.is_staff, user.is_superuser) == (CONTRIBUTOR, True, False)
    assert user.check_password(PASSWORD)


def test_a_role_is_changed_and_territories_are_confided(administrator):
    user, raismes = make_user(EDITOR), make_territory(name="Raismes")
    data = {**form_data(administrator.get(page(user))), "role": "local_editor"}
    assert data["role"] == "local_editor"
    response = administrator.post(page(user), add_row(data, "editor_territories", territory=raismes.pk))
    assert response.status_code == 302
    assert role_of(fresh(user)) is LOCAL_EDITOR
    assert list(territories_of(user)) == [raismes]


def test_the_role_shown_is_the_role_held(administrator):
    for role in (VISITOR, CONTRIBUTOR, LOCAL_EDITOR, EDITOR, ADMINISTRATOR):
        assert form_data(administrator.get(page(make_user(role))))["role"] == role.key


def test_nobody_is_made_superuser_by_a_typed_field(administrator):
    user = make_user(EDITOR)
    data = {**form_data(administrator.get(page(user))), "is_superuser": "on", "is_staff": "on"}
    administrator.post(page(user), {**data, "role": "visitor"})
    assert (fresh(user).is_superuser, fresh(user).is_staff) == (False, False)


def test_nobody_takes_their_own_administration_away(administrator):
    user = get_user_model().objects.get(username="chef")
    data = form_data(administrator.get(page(user)))
    for changes in ({"role": "editor"}, {"is_active": ""}):
        response = administrator.post(page(user), {**data, **changes})
        assert response.status_code == 200
        assert "Vous ne pouvez pas vous retirer à vous-même" in response.text
    assert role_of(fresh(user)) is ADMINISTRATOR


def test_a_superuser_saved_as_they_are_stays_one(administrator, django_user_model):
    root = django_user_model.objects.create_superuser("root", password=PASSWORD)
    administrator.post(page(root), {**form_data(administrator.get(page(root))), "first_name": "Rita"})
    assert (fresh(root).first_name, fresh(root).is_superuser) == ("Rita", True)


def test_groups_are_nobodys_to_change():
    assert Group not in admin.site._registry


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_accounts(administrator, django_assert_num_queries, rows):
    for _ in range(rows):
        EditorTerritory.objects.create(user=make_user(LOCAL_EDITOR), territory=make_territory())
    url = reverse("admin:auth_user_changelist")
    administrator.get(url)
    with django_assert_num_queries(12):
        shown = administrator.get(url, {"role": "local_editor"})
    assert len(shown.context["cl"].result_list) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_an_account(administrator, django_assert_num_queries, rows):
    user = make_user(LOCAL_EDITOR, territories=[make_territory() for _ in range(rows)])
    administrator.get(page(user))
    with django_assert_num_queries(14):
        administrator.get(page(user))
