"""Deleting an activity changes the entries that had it, and their history says so."""

import pytest
from django.urls import reverse

from actors.history import document_of, keep_missing, versions_of
from actors.models import Activity
from tests.editing.admin.rows import make_activity
from tests.factories import building
from tests.factories.actors import make_organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["page", "list"])
def test_deleting_an_activity_is_in_the_history_of_its_entries(admin_client, admin_user, way):
    actor, bystander = make_organisation(), make_organisation()
    with building():
        activity = make_activity(1)
        actor.activities.set([activity])
    keep_missing()
    before = [versions_of(each.pk).count() for each in (actor, bystander)]
    if way == "page":
        url, data = reverse("admin:actors_activity_delete", args=[activity.pk]), {"post": "yes"}
    else:
        url = reverse("admin:actors_activity_changelist")
        data = {"action": "delete_selected", "_selected_action": [activity.pk], "post": "yes"}
    assert admin_client.post(url, data).status_code == 302
    assert not Activity.objects.exists()
    version = versions_of(actor.pk).first()
    assert document_of(version).get("activities", []) == []
    assert version.revision.user == admin_user
    after = [versions_of(each.pk).count() for each in (actor, bystander)]
    assert after == [before[0] + 1, before[1]]
