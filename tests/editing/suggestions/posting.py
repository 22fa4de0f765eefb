"""Sending the public forms as a browser does."""

import re
from datetime import timedelta
from unittest import mock

from django.utils import timezone

from editing.suggestions import guard


def token_in(response) -> str:
    """The signed field of a form as it stands in a page."""
    return re.search(r'name="jeton" value="([^"]+)"', response.text)[1]


def shown_in(response) -> dict[str, str]:
    """What the fields of the form hold when it is opened, by their names in the page."""
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in {None, "", False}}


def fill_in(client, address: str, seconds: int = 30, **typed):
    """The data a visitor posts who opened the form at ``address`` so long ago and typed that."""
    then = timezone.now() - timedelta(seconds=seconds)
    with mock.patch.object(guard.timezone, "now", return_value=then):
        response = client.get(address)
    assert response.status_code == 200, response
    return {**shown_in(response), "jeton": token_in(response), **typed}


def send(client, address: str, **typed):
    return client.post(address, fill_in(client, address, **typed))
