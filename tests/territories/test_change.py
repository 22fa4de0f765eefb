"""The directory's version."""

import pytest
from django.db import transaction

from territories.models import Change, record_change


@pytest.mark.django_db
def test_the_version_is_the_largest_number():
    assert Change.objects.version() == 0
    with transaction.atomic():
        first = record_change(subject="all", key="", what="Chargement")
        second = record_change(subject="territory", key="commune:62498", what="x" * 300)
    assert Change.objects.version() == second.number > first.number
    assert len(second.what) == 200
    assert str(first) == f"{first.number} : Chargement"


@pytest.mark.django_db(transaction=True)
def test_a_change_belongs_to_the_transaction_of_what_changed():
    with pytest.raises(transaction.TransactionManagementError, match="inside the change's transaction"):
        record_change(subject="all", key="", what="Chargement")
    assert Change.objects.version() == 0
