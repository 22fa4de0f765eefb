"""Whatever an address holds, a page answers: a list or a message in French, never an error of ours.

Examples are the same each time; ``FUZZ_EXAMPLES=2000 pytest tests/pages/test_fuzz.py`` looks further, at random.
"""

import json
import os
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from actors.enums import Sector
from tests.factories.actors import (
    make_activity,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_territory
from tests.pages.html import main, page

pytestmark = pytest.mark.django_db
ACTORS, PRINT, SUGGESTIONS = reverse("actor-list"), reverse("actor-print"), reverse("suggestions")
TERRITORIES, COOPERATIONS = reverse("territory-list"), reverse("cooperation-list")
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    # One small directory serves all examples: they only read.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# A page that asks more is asking once per something.
MOST_QUERIES = 45

NAMES = {
    ACTORS: "q nature territoire presence autour rayon secteur activite type label statut famille ptce avec lien "
    "partenaires adherents situation dans lettre plus sans tri par page",
    TERRITORIES: "q page",
    COOPERATIONS: "type etat page",
}
# What means something somewhere.
SENSE = [
    *(
        "structure",
        "vélo",
        "carvin",
        "62427",
        "246200299",
        "62",
        "region-32",
        "tous",
        "50.4,2.9",
        "20",
        "culture",
    ),
    *("oui", "insertion", "lieu", "association", "ess", "pole", "apes", "portage", "presente", "71", "nom"),
    *("pertinence", "distance", "recent", "commune", "100", "1", "2", "adhesion", "en-cours", "velo"),
]
# What means something to somebody else: engines, templates, shells, browsers.
NASTY = [
    *("", " ", "0", "-1", "1000000000", "9" * 5000, "1e9", "1.5", "²", "٣", "NaN", "None", "null", "true"),
    *(
        '"',
        "'",
        '"""',
        "«",
        "»",
        "« »",
        '"-"',
        "-",
        "--",
        "-- ",
        "/*",
        "*",
        "%",
        "_",
        "\\",
        "`",
        "$1",
        "{{ q }}",
    ),
    *(
        "a OR b",
        "NEAR(a b)",
        "a AND NOT b",
        "words:a",
        "^a",
        "a*",
        "(a",
        "a)",
        '"a" NEAR/2 "b"',
        "{a b}:c",
        "+a",
    ),
    *("a & b", "a | b", "!a", "a <-> b", "a:*", "a:b", "'a'", "a <2> b", "::tsquery", "() & !"),
    *(
        "\0",
        "a\0b",
        "\r\n",
        "\t",
        "\x1b[2J",
        "\x7f",
        "\u2028",
        "\ufeff",
        "\u200b",
        "\u202e",
        "a\u0301" * 50,
        "ﬁ",
        "ß",
        "İ",
    ),
    *(
        "é" * 10_000,
        "a " * 5000,
        "a-" * 5000,
        "-a " * 3000,
        '"a" ' * 2500,
        "l’" * 3000,
        "A." * 3000,
        "😀" * 500,
    ),
    *("<script>", "../../etc/passwd", "' OR 1=1 --", "1,2,3", "91,181", "-0.0,-0.0", "999999,1", "50.4;2.9"),
]


def anything() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(SENSE),
        st.sampled_from(NASTY),
        st.text(max_size=80),
        # Bytes that are no text, as the address brings them: surrogates among them.
        st.binary(max_size=20).map(lambda value: value.decode("utf-8", "surrogateescape")),
    )


def addresses(path: str) -> st.SearchStrategy[str]:
    """Query parts of one to six parameters, mostly known ones."""
    known = st.sampled_from(NAMES[path].split())
    names = st.one_of(
        known, known, known, known, known, st.text(max_size=12), st.sampled_from(["utm_source", "\0"])
    )
    pairs = st.lists(st.tuples(names, anything()), min_size=1, max_size=6)
    return pairs.map(written)


def written(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)


def encoded(text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        return quote(text, safe="", errors="surrogatepass" if "\ud800" in text else "surrogateescape")


@pytest.fixture
def directory():
    carvin = make_territory(name="Carvin", code="62427", latitude=50.4, longitude=2.9)
    apes = make_organisation(name="Apes", slug="apes", place=carvin, sectors=[Sector.CULTURE])
    velo = make_initiative(name="Vélo d’ici", place=carvin)
    pole = make_ptce(name="Pôle", slug="pole")
    make_activity("velo", (velo,))
    make_cooperation(velo, apes)
    make_cooperation(apes, pole)
    make_citation(make_article(make_letter(slug="71", number="71")), actor=apes)
    return apes, velo, pole


def answers(client, address: str) -> None:
    """The page stands, tells a number or what is wrong, and asked few queries."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    assert len(queries) <= MOST_QUERIES, address
    content = main(response)
    errors = content.all("div", role="alert")
    assert errors or content.one("h1").text
    assert all(error.text for error in errors)


@FUZZ
@given(query=addresses(ACTORS))
@example(query="q=" + "%C3%A9" * 10_000)
@example(query="&".join(f"secteur=x{number}" for number in range(900)))
@example(query="&".join(f"plus=x{number}" for number in range(900)))
@example(query="&".join(f"lettre={number}" for number in range(900)))
@example(query="&".join(f"sans=apes{number}" for number in range(900)))
@example(query="&".join(f"x{number}=1" for number in range(900)))
@example(
    query="q=%ED%A0%80&territoire=%ED%A0%80&avec=%ED%A0%80&plus=%ED%A0%80&lettre=%ED%A0%80&ptce=%ED%A0%80"
)
@example(query="autour=50.4,2.9&rayon=100&tri=distance&page=2")
@example(query="presence=tous&rayon=5")
def test_the_list_of_actors_answers(client, directory, query):
    answers(client, f"{ACTORS}?{query}")


@FUZZ
@given(query=addresses(ACTORS))
def test_the_printed_list_answers(client, directory, query):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{PRINT}?{query}")
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES
    assert page(response).one("h1").text


@FUZZ
@given(query=addresses(TERRITORIES))
def test_the_list_of_territories_answers(client, directory, query):
    answers(client, f"{TERRITORIES}?{query}")


@FUZZ
@given(query=addresses(COOPERATIONS))
def test_the_list_of_cooperations_answers(client, directory, query):
    answers(client, f"{COOPERATIONS}?{query}")


@FUZZ
@given(text=anything(), other=st.sampled_from(["", "&q=x", "&x=1", "&page=-1"]))
@example(text="é" * 10_000, other="")
@example(text="\ud800", other="")
def test_suggestions_answer(client, directory, text, other):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{SUGGESTIONS}?q={encoded(text)}{other}")
    assert response.status_code == 200
    assert len(queries) <= 25
    assert isinstance(json.loads(response.content)["suggestions"], list)


@settings(FUZZ, max_examples=EXAMPLES or 20)
@given(text=anything(), name=st.sampled_from(["q", "page", "territoire"]))
def test_pages_without_parameters_pass_them_over(client, directory, text, name):
    for path in ("/", "/ptce/", "/lettres/", "/acteurs/apes/", "/territoires/carvin/", "/lettres/71/"):
        assert client.get(f"{path}?{name}={encoded(text)}").status_code == 200, path


@FUZZ
@given(text=anything().filter(lambda text: text.strip("./ ")))
def test_addresses_that_never_were_are_not_found(client, directory, text):
    for path in ("acteurs", "territoires", "lettres", "id"):
        assert client.get(f"/{path}/{encoded(text)}/").status_code in {200, 301, 303, 404}


def test_more_parameters_than_anybody_sends_are_refused_in_french(client):
    response = client.get(f"{ACTORS}?{'&'.join(f'secteur=x{number}' for number in range(10_100))}")
    assert response.status_code == 400
    assert page(response).one("h1").text == "Demande incomprise"
