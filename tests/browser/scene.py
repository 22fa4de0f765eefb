"""What the committed data lacks for the tests: accounts, an actor that was deleted, a question asked by mail, links
that died or moved, lists that somebody follows, a dated edition. Run once, on a new site."""

import hashlib
import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.utils import timezone  # noqa: E402

from actors.actions.delete_actor import delete_actor  # noqa: E402
from actors.models import PublicId  # noqa: E402
from editing.freshness.checking import addresses_given, record  # noqa: E402
from editing.freshness.reaching import Outcome  # noqa: E402
from editing.models import Correspondent, EditorTerritory, PersonRequest, Reminder  # noqa: E402
from editing.roles import BY_KEY, give_role  # noqa: E402
from partners.downloads.datasets import DATASETS  # noqa: E402
from partners.editions import Edition, EditionFile  # noqa: E402
from partners.models import Subscription  # noqa: E402
from territories.models import Territory  # noqa: E402
from tests.browser.links import EDITION  # noqa: E402
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


def make_following() -> None:
    """The subscriptions of tests/browser/links.py: one that is followed, one that waits to be confirmed."""
    follow = Subscription.objects.create
    whose = {"email": "une.adresse.plutot.longue@association-du-bassin-minier.example.org"}
    follow(
        **whose,
        query="territoire=agglomeration-henin-carvin&secteur=culture",
        title="acteurs dans l’agglomération Hénin-Carvin, domaine Arts et culture",
        confirmed_at=timezone.now(),
    )
    follow(
        **whose,
        query="ptce=emergence-henin-carvin",
        title="acteurs, en lien avec Émergence",
        period="monthly",
    )


def make_edition() -> None:
    """An edition of one small file: a real one takes half a minute to write."""
    folder = Path(settings.DATA_DIR) / "editions" / EDITION
    folder.mkdir(parents=True)
    content = b"identifiant,nom\r\n"
    (folder / "acteurs.csv").write_bytes(content)
    file = EditionFile("acteurs.csv", "Acteurs, CSV", len(content), hashlib.sha256(content).hexdigest())
    edition = Edition(
        name=EDITION,
        made_on=f"{EDITION}-31",
        version=1,
        base="https://annuaire.example.org",
        counts=dict.fromkeys(DATASETS, 0),
        since=None,
        changes={},
        files=(file,),
    )
    told = {**vars(edition), "files": [vars(file)]}
    (folder / "edition.json").write_text(json.dumps(told), encoding="utf-8")


def main() -> None:
    for account in ACCOUNTS:
        make_account(account)
    # A site without any actors gets the accounts alone.
    if "--accounts" not in sys.argv:
        delete_actor(actor=make_organisation(name="Fiche retirée", public_id=DELETED))
        make_freshness()
        PersonRequest(reference="ASKED234", kind="remove", name="Gérard Dechy", email="gd@exemple.fr").save()
        make_following()
        make_edition()


if __name__ == "__main__":
    main()
