"""What the committed data lacks for the tests: an editor, and an actor that was deleted. Run once, on a new site."""

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from actors.actions.delete_actor import delete_actor  # noqa: E402
from tests.browser.site import DELETED, EDITOR  # noqa: E402
from tests.factories.actors import make_organisation  # noqa: E402

get_user_model().objects.create_superuser(EDITOR.name, password=EDITOR.password)
delete_actor(actor=make_organisation(name="Fiche retirée", public_id=DELETED))
