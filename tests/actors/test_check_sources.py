"""Proof of sources: what is found in a letter's text, what is not, and what no row tells."""

import csv
import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from actors.actions.erase_person import erase
from actors.importers import check_sources
from actors.importers.letter_text import LetterText
from sources.erasure import Traces
from tests.factories.territories import make_containment, make_territory

TEXT = """L’agglo-
mération d'Hénin-
Beaumont, à l’ouest de Dechy. Là, on re-
trouve « Le Cœur vaillant » et 72 000 habi-
tants. La ville change : 3 sites.
contact@coeur.fr – 03 21  20 60 13 – 03.21.20.60.14
www.coeur-vail
lant.fr/equipe
"""


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("agglomération", True),
        ("Hénin-Beaumont", True),
        ("le coeur vaillant", True),
        ("retrouve", True),
        ("Laon", False),  # « Là, on »
        ("Hénin", True),
        ("nin", False),
        ("vaillants", False),
        ("", False),
    ],
)
def test_words(phrase, found):
    assert LetterText(TEXT).has_words(phrase) is found


def test_capital_letters():
    text = LetterText(TEXT)
    assert text.has_capitalised("Dechy")
    assert not text.has_capitalised("Ville")
    assert text.has_words("Ville")


def test_numbers_and_addresses():
    text = LetterText(TEXT)
    assert text.has_number("72000")
    assert text.has_number("3")
    assert not text.has_number("7200")
    assert set(text.phones()) == {"03.21.20.60.14"}
    assert text.has_phone("03 21 20 60 14")
    assert set(text.emails()) == {"contact@coeur.fr"}
    assert text.has_address("coeur-vaillant.fr/equipe")
    assert not text.has_address("coeur.com")


# -- the command, on a small set ---------------------------------------------------------------------

ACTOR = {
    "slug": "coeur",
    "public_id": "aaaa2222",
    "nature": "organisation",
    "name": "Le Cœur vaillant",
    "citations": [{"source": "1/a", "role": "subject"}],
    "places": [{"territory": "commune:62427", "citations": [{"source": "1/a"}]}],
    "contacts": [
        {"kind": "email", "value": "contact@coeur.fr", "citations": [{"source": "1/a"}]},
        {"kind": "phone", "value": "03 21 20 60 14", "citations": [{"source": "1/a"}]},
        {"kind": "website", "value": "https://coeur-vail", "citations": []},
    ],
    "figures": [
        {
            "what": "habitants",
            "low": 72000,
            "unit": "inhabitants",
            "year": 2022,
            "citations": [{"source": "1/a"}],
        }
    ],
    "spokespersons": [
        {"person": "dechy", "category": "elected", "citations": [{"source": "1/a", "printed": "Dechy"}]}
    ],
}
LETTER = {
    "slug": "1",
    "title": "Une",
    "earliest": "2022-01-01",
    "latest": "2022-01-01",
    "articles": [{"slug": "a", "title": "A"}],
}


class Case:
    """A letter's text and a fixtures folder about it, in step until a test breaks them."""

    def __init__(self, folder: Path) -> None:
        self.letters, self.fixtures = folder / "letters", folder / "fixtures"
        self.actor = json.loads(json.dumps(ACTOR))
        self.exceptions = [["1", "commune", "Dechy", "un nom de famille"]]
        self.letters.mkdir()
        (self.letters / "1.txt").write_text(TEXT.replace("www.coeur-vail\nlant.fr/equipe\n", ""))

    def write(self) -> None:
        for name in ("letters", "actors", "check_sources"):
            (self.fixtures / name).mkdir(parents=True, exist_ok=True)
        files = {
            "persons.json": [{"slug": "dechy", "name": "Camille Dechy"}],
            "letters/1.json": LETTER,
            "actors/coeur.json": self.actor,
        }
        for name, content in files.items():
            (self.fixtures / name).write_text(json.dumps(content))
        (self.fixtures / "check_sources/texts.csv").write_text("letter,file\n1,1.txt\n")
        with (self.fixtures / "check_sources/unaccounted.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["letter", "what", "value", "reason"], *self.exceptions])

    def run(self) -> str:
        """What the command prints; raises CommandError when anything is left."""
        self.write()
        self.output = StringIO()
        call_command("check_sources", letters=self.letters, fixtures=self.fixtures, stdout=self.output)
        return self.output.getvalue()

    def fails(self) -> str:
        with pytest.raises(CommandError):
            self.run()
        return self.output.getvalue()


@pytest.fixture
def case(tmp_path, db) -> Case:
    region = make_territory("region", code="32", name="Hauts-de-France")
    for code, name in (("62427", "Hénin-Beaumont"), ("59170", "Dechy"), ("00001", "Ville")):
        make_containment(region, make_territory(code=code, name=name))
    return Case(tmp_path)


def test_a_set_in_step_passes(case):
    assert "Every fact stands in its letter" in case.run()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("contacts", 0, "value"), "contact@coeur.net", "actor coeur, contact: 'contact@coeur.net'"),
        (("contacts", 1, "value"), "03 21 20 60 99", "actor coeur, contact: '03 21 20 60 99'"),
        (("figures", 0, "low"), 7200, "actor coeur, figure: '7200 habitants'"),
        (("places", 0, "territory"), "commune:00001", "actor coeur, places: 'commune:00001'"),
        (("name",), "Le Cœur hardi", "actor coeur, name: 'Le Cœur hardi'"),
        (("spokespersons", 0, "citations"), [{"source": "1/a"}], "actor coeur, spokesperson: 'dechy'"),
        (("places", 0, "citations", 0, "source"), "1/b", "actor coeur, places, source: '1/b'"),
        (("citations", 0, "source"), "registre", "actor coeur, source: 'registre'"),
    ],
)
def test_a_broken_row_is_named(case, path, value, message):
    target = case.actor
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert message in case.fails()


@pytest.mark.parametrize(
    ("removed", "message"),
    [
        (("contacts", 0), "e-mail: 'contact@coeur.fr': no row accounts for it"),
        (("contacts", 1), "phone: '03.21.20.60.14': no row accounts for it"),
        (("places", 0), "commune: 'Hénin-Beaumont': no row accounts for it"),
    ],
)
def test_what_no_row_tells_is_named(case, removed, message):
    case.actor[removed[0]].pop(removed[1])
    assert message in case.fails()


def test_whoever_was_erased_is_neither_looked_for_nor_told(case):
    """The files still name her, the letter still prints her address: that is nobody's mistake."""
    case.actor["contacts"] = [row for row in case.actor["contacts"] if row["kind"] != "email"]
    case.actor["spokespersons"][0]["citations"] = [{"source": "1/a", "printed": "Nulle part"}]
    case.actor["places"][0]["citations"] = [{"source": "1/a", "printed": "Hénin-Beaumont"}]
    case.exceptions.append(["1", "e-mail", "contact@coeur.fr", "Celui de Camille Dechy"])
    assert "spokesperson: 'dechy'" in case.fails()
    erase(traces=Traces.of(["Camille Dechy"], ["contact@coeur.fr"]))
    told = case.run()
    assert "passed over: 1." in told
    assert "dechy" not in told.lower()
    assert "contact@" not in told
    del case.exceptions[-1]
    case.run()


def test_a_name_of_our_making_need_not_stand_in_the_letter(case):
    case.actor |= {"name": "L’équipe de Dechy", "name_reason": "La lettre la décrit sans la nommer."}
    case.run()


def test_a_stale_exception_fails(case):
    case.exceptions.append(["1", "commune", "Lens", "un département"])
    assert "unaccounted.csv, line 3: Lens: this exception excuses nothing" in case.fails()


def test_an_exception_without_a_reason_fails(case):
    case.exceptions[0][3] = " "
    with pytest.raises(CommandError, match="needs its reason"):
        case.run()


# -- the real fixtures against the real letters ---------------------------------------------------------

LETTERS = settings.BASE_DIR.parent / "shared" / "letters"
needs_letters = pytest.mark.skipif(
    not LETTERS.is_dir(), reason="the letters' texts are not beside this checkout (../shared/letters)"
)


@needs_letters
def test_the_fixtures_pass(territories_loaded, db):
    call_command("check_sources", letters=LETTERS, stdout=StringIO())


@needs_letters
def test_moving_any_one_citation_is_seen(territories_loaded, db, tmp_path, monkeypatch):
    """To a letter that does not speak of the actor, whatever fact it is that cites it."""
    texts = check_sources.read_texts(LETTERS, settings.FIXTURES_DIR / check_sources.TEXTS_FILE)
    monkeypatch.setattr(check_sources, "read_texts", lambda folder, table: texts)
    # The other way round, which takes longer, has nothing to do with it.
    monkeypatch.setattr(check_sources._Check, "unaccounted", lambda check: iter(()))
    copy = tmp_path / "fixtures"
    shutil.copytree(settings.FIXTURES_DIR, copy)
    path = copy / "actors/auton-hommes.json"
    text = path.read_text(encoding="utf-8")
    places = [match.end() for match in re.finditer(r'"source": (?="71/)', text)]
    assert len(places) > 10
    unseen = []
    for at in places:
        path.write_text(text[:at] + text[at:].replace("71/auton-hommes", "74/ours", 1), encoding="utf-8")
        findings = check_sources.check_sources(LETTERS, copy).findings
        if not any(finding.what.startswith("actor auton-hommes") for finding in findings):
            unseen.append(text[at : at + 100])
    assert unseen == []


@needs_letters
@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r"contact@chfaid\.org", "contact@chfaid.net"),
        (r'"source": "supplement-henin-carvin/ch-faid"', '"source": "71/ours"'),
    ],
)
def test_breaking_one_fact_of_the_fixtures_is_named(territories_loaded, db, tmp_path, pattern, replacement):
    copy = tmp_path / "fixtures"
    shutil.copytree(settings.FIXTURES_DIR, copy)
    path = copy / "actors/ch-faid.json"
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"))
    assert count
    path.write_text(text, encoding="utf-8")
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("check_sources", letters=LETTERS, fixtures=copy, stdout=output)
    assert "actor ch-faid" in output.getvalue()
