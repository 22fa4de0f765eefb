"""The feed of letters: what is new among them, and nothing of those that are not out."""

import datetime
import xml.etree.ElementTree as ElementTree

import feedparser
import pytest
from django.db import transaction

from partners.records.persons import Discretion
from sources.enums import LetterState
from sources.models import Letter
from territories.enums import ChangeFate
from territories.models.change import record_change
from tests.factories import building
from tests.factories.sources import make_article, make_letter
from tests.partners.directory import FORBIDDEN

pytestmark = pytest.mark.django_db
ADDRESS = "/flux/lettres.atom"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


def feed(client):
    response = client.get(ADDRESS)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


def gone(client) -> list[str]:
    root = ElementTree.fromstring(client.get(ADDRESS).content)
    return [each.attrib["ref"] for each in root.iter(GONE)]


def told(letter: Letter, state: LetterState, fate: ChangeFate) -> None:
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state=state)
        record_change(subject="letter", key=letter.slug, what="Parution", fate=fate)


def test_letters_that_are_out_are_there_and_nothing_that_must_not_leave(client, directory):
    parsed = feed(client)
    assert [entry.id for entry in parsed.entries] == ["http://testserver/id/lettre/71"]
    entry = parsed.entries[0]
    assert entry.link == "http://testserver/lettres/71/"
    assert entry.title.startswith("Lettre n° 71")
    # As old as its paper, since nobody published it here.
    assert entry.published.startswith(str(directory.letter.latest))
    text = client.get(ADDRESS).content.decode()
    assert [word for word in FORBIDDEN if word.lower() in text.lower()] == []


def test_a_letter_that_comes_out_is_the_newest_and_its_articles_are_named(client, directory):
    with building():
        letter = make_letter(
            slug="49", number="49", title="Vieille & rare", state=LetterState.PREPARED,
            earliest=datetime.date(2015, 1, 1), latest=datetime.date(2015, 3, 31),
        )  # fmt: skip
        make_article(letter, title="Le <b>compost</b>")
        make_article(letter, title="Un jardin")
    assert len(feed(client).entries) == 1
    told(letter, LetterState.PUBLISHED, ChangeFate.LIVE)
    entry = feed(client).entries[0]
    assert entry.title == "Lettre n° 49, 2015 – Vieille & rare"
    assert entry.summary == "2 articles : Le &lt;b&gt;compost&lt;/b&gt; ; Un jardin."
    assert entry.published_parsed.tm_year > 2025


def test_a_letter_that_is_withdrawn_is_told_until_it_is_back(client, directory):
    told(directory.letter, LetterState.PREPARED, ChangeFate.WITHDRAWN)
    assert feed(client).entries == []
    assert gone(client) == ["http://testserver/id/lettre/71"]
    told(directory.letter, LetterState.PUBLISHED, ChangeFate.LIVE)
    assert len(feed(client).entries) == 1
    assert gone(client) == []


def test_whoever_has_it_gets_304_until_a_letter_changes(client, directory, django_assert_num_queries):
    first = client.get(ADDRESS)
    with django_assert_num_queries(1):
        assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304
    told(directory.letter, LetterState.PUBLISHED, ChangeFate.LIVE)
    assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_it_takes_no_filter(client, directory):
    response = client.get(f"{ADDRESS}?secteur=reemploi")
    assert response.status_code == 400
    assert [each["parameter"] for each in response.json()["errors"]] == ["secteur"]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(client, db, rows, django_assert_num_queries):
    with building():
        for _ in range(rows):
            letter = make_letter()
            make_article(letter)
            told(letter, LetterState.PUBLISHED, ChangeFate.LIVE)
    Discretion.current()
    with django_assert_num_queries(10):
        client.get(ADDRESS)


def test_pages_of_letters_lead_to_it(client, directory):
    for address in ("/lettres/", "/lettres/71/"):
        text = client.get(address).content.decode()
        assert f'<link rel="alternate" type="application/atom+xml" href="{ADDRESS}"' in text
        assert text.count('type="application/atom+xml"') == 1
