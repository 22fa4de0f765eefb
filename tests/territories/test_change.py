"""The directory's version."""

import pytest
from django.db import transaction

from territories.models import Change, of_one_version, record_change


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


@pytest.mark.django_db
def test_an_answer_is_of_the_version_it_began_with(django_assert_num_queries):
    with transaction.atomic():
        of_territories = record_change(subject="territory", key="commune:62498", what="x")
        first = record_change(subject="actor", key="abcdefgh", what="x")
    with of_one_version():
        with django_assert_num_queries(1):
            for _ in range(3):
                assert Change.objects.version() == first.number
                assert Change.objects.territories_version() == of_territories.number
        with transaction.atomic():
            second = record_change(subject="actor", key="abcdefgh", what="x")
        assert Change.objects.version() == first.number
    # The next one is of the next.
    assert Change.objects.version() == second.number
    with of_one_version():
        assert Change.objects.version() == second.number
