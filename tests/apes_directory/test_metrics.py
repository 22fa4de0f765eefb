"""Figures for Prometheus: for whoever has the token, added up over processes, without an address of anybody."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse

from apes_directory import metrics
from tests.factories.actors import make_organisation

TOKEN = "jeton-de-mesure"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def opened(settings, tmp_path):
    settings.METRICS_TOKEN = TOKEN
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer autre"}, {"Authorization": TOKEN[:-1]}],
)
def test_nobody_else_finds_such_a_page(client, db, opened, headers):
    assert client.get("/sante/mesures/", headers=headers).status_code == 404


def test_without_a_token_there_is_no_such_page(client, db, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/sante/mesures/", headers={"Authorization": "Bearer "}).status_code == 404
    with pytest.raises(MiddlewareNotUsed):
        metrics.MetricsMiddleware(lambda request: HttpResponse())


def test_figures_of_the_directory(client, db, opened, django_assert_num_queries):
    make_organisation()
    with django_assert_num_queries(4):
        response = client.get("/sante/mesures/", headers=HEADERS)
    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]
    lines = response.content.decode().splitlines()
    assert "annuaire_actors_published 1.0" in lines
    assert "annuaire_mail_failed 0.0" in lines
    # No backup yet: no figure, rather than one of 1970.
    assert not [line for line in lines if line.startswith("annuaire_backup_timestamp")]


def test_answers_are_counted_by_view_never_by_address(client, db, opened, rf):
    middleware = metrics.MetricsMiddleware(lambda request: HttpResponse(status=404))
    request = rf.generic("CAMILLE", "/acteurs/camille-rocher/?q=camille")
    request.resolver_match = type("match", (), {"view_name": "actor"})
    middleware(request)
    text = client.get("/sante/mesures/", headers=HEADERS).content.decode()
    assert 'annuaire_requests_total{method="other",status="404",view="actor"} 1.0' in text
    assert 'annuaire_request_seconds_count{view="actor"} 1.0' in text
    assert "camille" not in text.lower()


COUNT = """
import django; django.setup()
from apes_directory.metrics import _REQUESTS
_REQUESTS.labels("home", "GET", "200").inc()
"""


def test_processes_are_added_up(tmp_path):
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNT], env=environment, check=True)
    registry = metrics.CollectorRegistry()
    metrics.MultiProcessCollector(registry, path=str(tmp_path))
    text = metrics.generate_latest(registry).decode()
    assert 'annuaire_requests_total{method="GET",status="200",view="home"} 2.0' in text
