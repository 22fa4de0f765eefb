"""The table of roles: groups, staff flag, documentation."""

import itertools
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from editing.roles import (
    ADMINISTRATOR,
    CONTRIBUTOR,
    EDITOR,
    LOCAL_EDITOR,
    MODERATOR,
    ROLES,
    VISITOR,
    Right,
    as_markdown,
    give_role,
    permissions_of,
    role_of,
    sync_roles,
)
from tests.factories.editors import make_user

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "roles.md"


def test_the_document_holds_the_table():
    assert as_markdown() in DOCUMENT.read_text(encoding="utf-8")


def test_each_role_has_all_rights_of_the_one_before():
    assert [role.rights <= next_role.rights for role, next_role in itertools.pairwise(ROLES)] == [True] * 5
    assert VISITOR.rights == frozenset()
    assert ADMINISTRATOR.rights == frozenset(Right)


def test_groups_are_there_after_a_migration():
    for role in ROLES[1:]:
        group = Group.objects.get(name=role.name)
        assert set(group.permissions.all()) == set(permissions_of(role))
        assert group.permissions.exists()


def test_every_permission_of_the_table_exists():
    """A model renamed or misspelt would silently give nothing."""
    from editing.roles import PERMISSIONS

    for lines in PERMISSIONS.values():
        for labels, actions in lines:
            for label in labels:
                app, name = label.lower().split(".")
                codenames = {f"{action}_{name}" for action in actions.split()}
                found = Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
                assert found.count() == len(codenames), label


def test_a_command_sets_right_what_somebody_changed(capsys):
    group = Group.objects.get(name=EDITOR.name)
    group.permissions.clear()
    Group.objects.get(name=CONTRIBUTOR.name).permissions.set(Permission.objects.all())
    call_command("sync_roles")
    assert set(group.permissions.all()) == set(permissions_of(EDITOR))
    assert set(Group.objects.get(name=CONTRIBUTOR.name).permissions.all()) == set(permissions_of(CONTRIBUTOR))
    assert "Contributeur, Éditeur de territoires, Éditeur" in capsys.readouterr().out


def test_the_role_decides_who_is_staff():
    user = make_user(EDITOR)
    assert user.is_staff
    give_role(user, VISITOR)
    user.refresh_from_db()
    assert (user.is_staff, user.groups.count()) == (False, 0)


def test_a_new_role_takes_the_place_of_the_old_one():
    user = make_user(ADMINISTRATOR)
    give_role(user, CONTRIBUTOR)
    assert [group.name for group in user.groups.all()] == ["Contributeur"]
    assert role_of(type(user).objects.get()) is CONTRIBUTOR


def test_whoever_is_in_a_group_is_made_staff():
    user = make_user(MODERATOR)
    type(user).objects.update(is_staff=False)
    sync_roles()
    user.refresh_from_db()
    assert user.is_staff


def test_a_superuser_is_an_administrator_and_nobody_inactive_is_anything(django_user_model):
    user = django_user_model.objects.create_superuser("root")
    assert role_of(user) is ADMINISTRATOR
    user.is_active = False
    assert role_of(user) is VISITOR
    assert role_of(make_user(LOCAL_EDITOR)) is LOCAL_EDITOR
