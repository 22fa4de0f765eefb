"""People of the back-office, one per role, and browsers in which they are logged in."""

from django.contrib.auth import get_user_model
from django.test import Client

from editing.models import EditorTerritory
from editing.roles import EDITOR, Role, give_role


def make_user(role: Role = EDITOR, username: str = "", territories=()):
    """Somebody with a role; a local editor with the territories confided to them."""
    user = get_user_model().objects.create_user(username or f"{role.key}-{get_user_model().objects.count()}")
    give_role(user, role)
    for territory in territories:
        EditorTerritory.objects.create(user=user, territory=territory)
    return user


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
