"""Editorial pages for tests, made by plain functions."""

import datetime
import itertools

from pages.models import EditorialPage
from tests.factories import building

_numbers = itertools.count(1)


@building()
def make_page(**overrides) -> EditorialPage:
    number = next(_numbers)
    values = {
        "slug": f"page-{number}",
        "title": f"Page {number}",
        "body": "Un paragraphe.",
        "updated_on": datetime.date(2026, 3, 1),
        **overrides,
    }
    return EditorialPage.objects.create(**values)
