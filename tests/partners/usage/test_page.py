"""The page of uses in the back-office: drawing, lists, table for other programs; editors alone see it."""

import csv
import datetime
import io

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from editing.roles import EDITOR, VISITOR, give_role, sync_roles
from partners.models import UsageCount
from partners.usage.report import HEIGHT, Report, _round_up
from tests.factories import building

pytestmark = pytest.mark.django_db
LIST, EXPORT = "/admin/partners/usagecount/", "/admin/partners/usagecount/export/"


@building()
def use(days_ago: int = 0, kind: str = "embed", name: str = "liste", host: str = "ville.fr", count: int = 5):
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    return UsageCount.objects.create(day=day, kind=kind, name=name, host=host, count=count)


@pytest.fixture
def editor(client):
    sync_roles()
    user = get_user_model().objects.create_user("editrice", password="x")
    give_role(user, EDITOR)
    client.force_login(user)
    return user


def test_editors_see_who_shows_what(client, editor):
    use()
    use(days_ago=20, host="agglo.fr", count=1200)
    use(kind="api", name="actors", host="")
    text = client.get(LIST).content.decode()
    assert text.index("agglo.fr") < text.index("ville.fr")
    assert "Sites qui intègrent nos contenus" in text
    assert text.count('<rect class="usage-embed" x=') == 2
    assert "style=" not in text.split('class="usage"')[1].split("changelist-form")[0]


def test_without_any_count_it_says_so(client, editor):
    assert "Rien n’a encore été compté" in client.get(LIST).content.decode()


def test_nobody_else_sees_them(client, editor):
    give_role(editor, VISITOR)
    for address in (LIST, EXPORT):
        assert client.get(address).status_code == 302
    client.logout()
    for address in (LIST, EXPORT):
        assert client.get(address).status_code == 302


def test_nobody_changes_them(client, editor):
    row = use()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_table_holds_every_count_and_no_formula(client, editor):
    use(host="=cmd|x.fr", count=2)
    use(days_ago=300, kind="download", name="acteurs.csv", host="", count=7)
    response = client.get(EXPORT)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["jour", "type", "quoi", "site", "nombre"]
    assert [row[1:] for row in rows[1:]] == [
        ["Contenu intégré à un autre site", "liste", "'=cmd|x.fr", "2"],
        ["Téléchargement", "acteurs.csv", "", "7"],
    ]


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_report_do_not_grow(rows, django_assert_num_queries):
    for number in range(rows):
        use(days_ago=number, host=f"site{number}.fr")
    with django_assert_num_queries(6):
        Report()


def test_bars_stand_on_one_another_within_the_drawing():
    use(count=90)
    use(kind="api", host="", count=110)
    report = Report()
    (first, second) = report.weeks[-1].bars
    assert report.highest == 200
    assert first.y + first.height == HEIGHT - report.foot
    assert second.y + second.height == pytest.approx(first.y, abs=0.2)
    assert second.y >= 0


@pytest.mark.parametrize(("number", "most"), [(0, 4), (4, 4), (5, 8), (21, 40), (201, 400), (20_001, 40_000)])
def test_the_scale_ends_at_a_round_number(number, most):
    assert _round_up(number) == most


def test_a_day_has_one_count_of_each_thing():
    row = use()
    with pytest.raises(IntegrityError), transaction.atomic(), building():
        UsageCount.objects.create(day=row.day, kind="embed", name="liste", host="ville.fr")
    with pytest.raises(IntegrityError), transaction.atomic(), building():
        UsageCount.objects.create(day=row.day, kind="zzz", name="liste")
