"""What the committed data lacks for the tests: accounts, and an actor that was deleted. Run once, on a new site."""

import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from actors.actions.delete_actor import delete_actor  # noqa: E402
from editing.models import EditorTerritory  # noqa: E402
from editing.roles import BY_KEY, give_role  # noqa: E402
from territories.models import Territory  # noqa: E402
from tests.browser.site import ACCOUNTS, DELETED, Account  # noqa: E402
from tests.factories.actors import make_organisation  # noqa: E402


def make_account(account: Account) -> None:
    """Somebody who can sign in; territories are named by their slugs."""
    names = {"first_name": account.first_name, "last_name": account.last_name}
    users = get_user_model().objects
    if not account.role:
        users.create_superuser(account.name, password=account.password, **names)
        return
    user = users.create_user(account.name, password=account.password, **names)
    give_role(user, BY_KEY[account.role])
    for territory in Territory.objects.filter(slug__in=account.territories):
        EditorTerritory.objects.create(user=user, territory=territory)


def main() -> None:
    for account in ACCOUNTS:
        make_account(account)
    # A site without any actors gets the accounts alone.
    if "--accounts" not in sys.argv:
        delete_actor(actor=make_organisation(name="Fiche retirée", public_id=DELETED))


if __name__ == "__main__":
    main()
