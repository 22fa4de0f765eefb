"""Every answer to thousands of requests made from the OpenAPI document: never a 500, never a breach of its schema.

Schemathesis works out some 2,600 of them from the document (each value of each list, each limit, one too many, what
is not in it) and draws ``API_EXAMPLES`` more for each address: 10 here, 200 in ``make test-slow``.
"""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from apes_directory.wsgi import application

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("API_EXAMPLES", "10"))
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(autouse=True)
def one_connection():
    """A request over WSGI ends by closing its connection, and the test's transaction with it, as a server should."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_answers_keep_to_the_document(standing, case):
    response = case.call(headers={"Accept-Encoding": "identity"})
    # A word that is valid as such may name nothing: a 400 then says so.
    case.validate_response(response, excluded_checks=[positive_data_acceptance])
