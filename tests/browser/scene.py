"""What the committed data lacks for the tests: accounts, an actor that was deleted, a question asked by mail, links
that died or moved. Run once, on a new site."""

import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from actors.actions.delete_actor import delete_actor  # noqa: E402
from actors.models import PublicId  # noqa: E402
from editing.freshness.checking import addresses_given, record  # noqa: E402
from editing.freshness.reaching import Outcome  # noqa: E402
from editing.models import Correspondent, EditorTerritory, PersonRequest, Reminder  # noqa: E402
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


def make_freshness() -> None:
    """The question of tests/browser/links.py, a dead link and one that moved."""
    correspondent = Correspondent.objects.create(fingerprint="f" * 32)
    entry = PublicId.objects.get(actor__slug="la-locomotive")
    Reminder.objects.create(correspondent=correspondent, entry=entry)
    gone, moved = addresses_given()[:2]
    for _ in range(3):
        record(gone, Outcome("failing", "not_found", 404))
    record(moved, Outcome("moved", "", 200, "https://nouvelle-adresse.exemple/accueil"))


def main() -> None:
    for account in ACCOUNTS:
        make_account(account)
    # A site without any actors gets the accounts alone.
    if "--accounts" not in sys.argv:
        delete_actor(actor=make_organisation(name="Fiche retirée", public_id=DELETED))
        make_freshness()
        PersonRequest(reference="ASKED234", kind="remove", name="Gérard Dechy", email="gd@exemple.fr").save()


if __name__ == "__main__":
    main()
