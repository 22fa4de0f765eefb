"""check_links: which addresses are due, several sites at once but one request each, and what is noted."""

import datetime
import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from actors.models import ContactPoint
from editing.freshness import checking
from editing.freshness.checking import addresses_due, addresses_given, forget_unused, outcomes, record
from editing.freshness.reaching import Outcome, Reacher
from editing.freshness.turns import Turns
from editing.freshness_models import LinkCheck, LinkState
from territories.models import Change
from tests.editing.freshness.site import NAMES, resolve, standing, this_machine_alone
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation
from tests.factories.sources import make_source

pytestmark = pytest.mark.django_db
GONE = Outcome(LinkState.FAILING, "not_found", 404)
GOOD = Outcome(LinkState.GOOD, "", 200)


@pytest.fixture
def site(monkeypatch):
    """The command asks a server of ours, in place of the open web."""
    with standing() as one:
        turns = Turns(pause=0.02)
        reacher = Reacher("Essai", turns=turns, allows=this_machine_alone, resolve=resolve, deadline=1)
        monkeypatch.setattr("editing.management.commands.check_links.reacher", lambda: reacher)
        yield one


def run(**options):
    out = StringIO()
    call_command("check_links", stdout=out, **options)
    return out.getvalue().strip()


def web(address, **actor):
    return make_contact(make_organisation(**actor), value=address)


# -- which ones ---------------------------------------------------------------------------------------


def test_addresses_of_published_entries_and_of_sources():
    web("https://a.exemple/")
    web("https://a.exemple/")
    web("https://brouillon.exemple/", publication="draft")
    actor = make_organisation()
    make_contact(actor, kind="social", value="https://reseau.exemple/nous", network="facebook")
    make_contact(actor, kind="social", value="@nous", network="facebook")
    make_contact(actor, kind="email", value="nous@exemple.fr")
    make_source(url="https://source.exemple/page")
    assert addresses_given() == [
        "https://a.exemple/",
        "https://reseau.exemple/nous",
        "https://source.exemple/page",
    ]


def test_only_those_due_the_new_ones_first():
    for name in "abcd":
        web(f"https://{name}.exemple/")
    record("https://a.exemple/", GOOD)
    record("https://b.exemple/", GONE)
    record("https://c.exemple/", GONE)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    LinkCheck.objects.filter(address="https://b.exemple/").update(due_at=yesterday)
    assert addresses_due() == ["https://d.exemple/", "https://b.exemple/"]


# -- what is noted --------------------------------------------------------------------------------------


def days_until(check):
    return round((check.due_at - check.checked_at) / datetime.timedelta(days=1))


def test_three_failures_make_a_dead_link_and_an_answer_ends_them():
    web("https://a.exemple/")
    first = record("https://a.exemple/", GONE)
    assert (first.failures, days_until(first)) == (1, 1)
    assert not LinkCheck.objects.dead().exists()
    record("https://a.exemple/", GONE)
    third = record("https://a.exemple/", GONE)
    assert (third.failures, days_until(third), third.first_failed_at) == (3, 7, first.first_failed_at)
    assert [check.address for check in LinkCheck.objects.dead()] == ["https://a.exemple/"]
    again = record("https://a.exemple/", GOOD)
    assert (again.failures, again.first_failed_at, days_until(again)) == (0, None, 30)
    assert not LinkCheck.objects.dead().exists()


def test_a_dead_link_counts_while_something_published_gives_it():
    contact = web("https://a.exemple/")
    for _ in range(3):
        record("https://a.exemple/", GONE)
    assert LinkCheck.objects.dead().exists()
    with building():
        ContactPoint.objects.filter(pk=contact.pk).update(value="https://b.exemple/")
    assert not LinkCheck.objects.dead().exists()


def test_what_nothing_gives_any_more_is_forgotten_in_time():
    web("https://a.exemple/")
    record("https://a.exemple/", GOOD)
    record("https://b.exemple/", GOOD)
    assert forget_unused() == 0
    LinkCheck.objects.update(checked_at=timezone.now() - datetime.timedelta(days=91))
    assert forget_unused() == 1
    assert [check.address for check in LinkCheck.objects.all()] == ["https://a.exemple/"]


# -- the command ----------------------------------------------------------------------------------------


def test_the_command_notes_each_answer_and_edits_nothing(site):
    for path in ("/good", "/moved", "/gone", "/loop", "/slow", "/robots", "/to-private"):
        web(site.url(path))
    changes = Change.objects.count()
    values = set(ContactPoint.objects.values_list("value", flat=True))
    told = run()
    assert {check.address.rpartition("/")[2]: check.state for check in LinkCheck.objects.all()} == {
        "good": "good",
        "moved": "moved",
        "gone": "failing",
        "loop": "failing",
        "slow": "failing",
        "robots": "unsure",
        "to-private": "failing",
    }
    assert Change.objects.count() == changes
    assert set(ContactPoint.objects.values_list("value", flat=True)) == values
    assert told == (
        "Liens : 7 adresses vérifiées (répond : 1, a changé d’adresse : 1, ne répond pas : 4, "
        "à vérifier soi-même : 1), 0 à vérifier encore. En tout 0 liens morts, 1 déplacés."
    )


def test_again_asks_nobody(site):
    web(site.url("/good"))
    run()
    site.asked.clear()
    assert run().startswith("Liens : 0 adresses vérifiées, 0 à vérifier encore.")
    assert site.asked == []
    assert run(verbosity=0) == ""


def test_a_limit_leaves_the_rest_for_next_time(site):
    for number in range(3):
        web(site.url(f"/good?{number}"))
    assert "2 adresses vérifiées" in run(limit=2)
    assert "1 adresses vérifiées" in run()
    assert LinkCheck.objects.count() == 3


def test_sites_at_once_but_each_one_request_at_a_time(site, monkeypatch):
    for host in ("bon.exemple", "autre.exemple", "tiers.exemple"):
        monkeypatch.setitem(NAMES, host, ["127.0.0.1"])
        for number in range(4):
            web(site.url(f"/good?{number}", host))
    run(workers=3)
    assert len(site.asked) == 12
    assert set(site.most_at_once.values()) == {1}


def test_what_is_interrupted_goes_on_later(site, monkeypatch):
    for number in range(4):
        web(site.url(f"/good?{number}"))
    noted = []

    def interrupted(address, outcome):
        if len(noted) == 2:
            raise KeyboardInterrupt
        noted.append(address)
        return record(address, outcome)

    monkeypatch.setattr("editing.management.commands.check_links.record", interrupted)
    err = StringIO()
    call_command("check_links", stdout=StringIO(), stderr=err)
    assert "Interrompue" in err.getvalue()
    assert sorted(addresses_due()) == sorted(set(addresses_given()) - set(noted))


def test_no_thread_is_left(site):
    web(site.url("/good"))
    run()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("links")] == []


def test_an_error_of_ours_is_no_silence(site):
    class Broken:
        def reach(self, address):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        list(outcomes(["https://a.exemple/"], Broken(), 2))


def test_we_give_the_address_of_the_site(settings):
    settings.SITE_URL = "https://annuaire.exemple"
    assert "+https://annuaire.exemple/" in checking.agent()


def test_noting_costs_the_same_for_any_number(django_assert_num_queries):
    for number in range(3):
        web(f"https://{number}.exemple/")
        record(f"https://{number}.exemple/", GONE)
    with django_assert_num_queries(2):
        record("https://1.exemple/", GOOD)
    with django_assert_num_queries(3):
        addresses_due()
