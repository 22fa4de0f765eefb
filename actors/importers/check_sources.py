"""Proof of sources: does each fact stand in the letter it cites, and each printed fact in a row?

Works on the fixtures' files and the letters' texts; of the database it reads the territories' names.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from actors.enums import ContactKind
from actors.importers.fixture_files import FixtureSet, read_fixtures
from actors.importers.fixture_format import ROWS, FixtureError
from actors.importers.forgetting import without_erased
from actors.importers.letter_text import LetterText
from actors.importers.unaccounted import Printed, Told, communes_of_the_region, unaccounted
from sources.erasure import INSTEAD, DoNotRestore
from territories.enums import TerritoryKind
from territories.models import TerritoryName

# Files of a fixtures folder that belong to the check alone.
TEXTS_FILE = "check_sources/texts.csv"
EXCEPTIONS_FILES = {
    "not_found": "check_sources/not_found.csv",
    "unaccounted": "check_sources/unaccounted.csv",
}
_WORDS = {
    Printed.EMAIL: "e-mail",
    Printed.WEBSITE: "web address",
    Printed.PHONE: "phone",
    Printed.COMMUNE: "commune",
}
_CAPITALISED_KINDS = {
    TerritoryKind.COMMUNE,
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.FORMER,
}


@dataclass(frozen=True, order=True)
class Finding:
    """A fact its letter does not show ("not_found"), or a printed one no row tells ("unaccounted").

    ``what`` is the row (not_found) or the kind of thing printed (unaccounted).
    """

    side: str
    letter: str
    what: str
    value: str

    def __str__(self) -> str:
        told = "not found in the letter" if self.side == "not_found" else "no row accounts for it"
        return f"{self.letter}: {self.what}: {self.value!r}: {told}"


@dataclass(frozen=True)
class CheckReport:
    findings: list[Finding]
    # Lines of the exceptions' files that excuse nothing any more.
    stale: list[str]
    checked: dict[str, int]
    # Persons whom the files still name and who asked to be erased.
    forgotten: int = 0

    @property
    def clean(self) -> bool:
        return not self.findings and not self.stale


def check_sources(letters_folder: Path, fixtures_folder: Path) -> CheckReport:
    """Compare both ways; needs the territories loaded (4 queries). Raises FixtureError on a missing file.

    Whoever asked to be erased is neither looked for nor told, by name, address or number, wherever files still say it.
    """
    erased = DoNotRestore.read()
    fixtures, forgotten = without_erased(read_fixtures(fixtures_folder), erased)
    texts = read_texts(letters_folder, fixtures_folder / TEXTS_FILE)
    check = _Check(fixtures, texts, erased)
    findings = sorted({*check.not_found(), *check.unaccounted()})
    excused, stale = set(), []
    for side, name in EXCEPTIONS_FILES.items():
        for line, exception in _exceptions(fixtures_folder / name, side):
            if erased.forbids_contact(exception.value):
                continue
            if exception in findings:
                excused.add(exception)
            else:
                stale.append(f"{name}, line {line}: {exception.value}")
    return CheckReport(
        [finding for finding in findings if finding not in excused],
        stale,
        dict(check.checked),
        len(forgotten),
    )


def read_texts(folder: Path, table: Path) -> dict[str, LetterText]:
    """The text of each letter, from the files that ``table`` (letter, file) names."""
    raw: dict[str, list[str]] = defaultdict(list)
    try:
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                raw[row["letter"]].append((folder / row["file"]).read_text(encoding="utf-8"))
    except OSError as error:
        raise FixtureError(f"cannot read the letters: {error}") from error
    return {letter: LetterText("\n\n".join(parts)) for letter, parts in raw.items()}


def _exceptions(path: Path, side: str) -> Iterator[tuple[int, Finding]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if not row["reason"].strip():
                raise FixtureError(f"{path.name}, line {line}: an exception needs its reason")
            yield line, Finding(side, row["letter"], row["what"], row["value"])


class _Check:
    def __init__(self, fixtures: FixtureSet, texts: dict[str, LetterText], erased: DoNotRestore) -> None:
        self.fixtures = fixtures
        self.erased = erased
        self.texts = texts
        self.checked: dict[str, int] = defaultdict(int)
        self.names: dict[str, set[str]] = defaultdict(set)
        for kind, code, name in TerritoryName.objects.values_list(
            "territory__kind", "territory__code", "name"
        ):
            self.names[f"{kind}:{code}"].add(name)
        self.persons = {
            person["slug"]: {person["name"], *person.get("other_spellings", [])}
            for person in fixtures.persons
        }
        self.sources = {source["key"] for source in fixtures.sources} | {
            f"{letter['slug']}/{article['slug']}"
            for letter in fixtures.letters
            for article in letter.get("articles", [])
        }

    # -- from the rows to the letters ------------------------------------------------------------

    def not_found(self) -> Iterator[Finding]:
        for letter in self.fixtures.letters:
            yield from self._letter(letter)
        for actor in self.fixtures.actors:
            yield from self._actor(actor)
        for figure in self.fixtures.territory_figures:
            yield from self._figure(f"figure of {figure['territory']}", figure)
            yield from self._cited(f"figure of {figure['territory']}", figure)

    def _letter(self, letter: dict) -> Iterator[Finding]:
        text = self._text(letter["slug"])
        for article in letter.get("articles", []):
            where = f"article {article['slug']}"
            for person in article.get("authors", []):
                self.checked["authors"] += 1
                if not any(text.has_words(name) for name in self.persons[person]):
                    yield Finding("not_found", letter["slug"], f"{where}, author", person)
            for mention in article.get("mentions", []):
                self.checked["territories"] += 1
                if not self._territory_found(text, mention["territory"], mention.get("printed", "")):
                    yield Finding("not_found", letter["slug"], f"{where}, mention", mention["territory"])

    def _actor(self, actor: dict) -> Iterator[Finding]:
        where = f"actor {actor['slug']}"
        yield from self._cited(where, actor)
        yield from self._names(where, actor)
        # What no text proves word by word, a link or a sector, rests at least on a letter that names the actor.
        named = {letter for letter, _ in self._letters(actor)}
        for citation in actor.get("citations", []):
            yield from self._of_a_letter_that_names_it(f"{where}, {citation.get('column')}", citation, named)
        for kind in (spec.name for spec in ROWS if spec.cited_by):
            for row in actor.get(kind, []):
                yield from self._cited(f"{where}, {kind}", row)
                for citation in row.get("citations", []):
                    yield from self._of_a_letter_that_names_it(f"{where}, {kind}", citation, named)
        for row in actor.get("contacts", []):
            yield from self._contact(where, row)
        for row in actor.get("spokespersons", []):
            for letter, printed in self._letters(row):
                self.checked["spokespersons"] += 1
                names = {printed} if printed else self.persons[row["person"]]
                if not any(self._text(letter).has_words(name) for name in names):
                    yield Finding("not_found", letter, f"{where}, spokesperson", row["person"])
        for row in actor.get("figures", []):
            yield from self._figure(f"{where}, figure", row)
        for kind in ("places", "areas"):
            for row in actor.get(kind, []):
                for letter, printed in self._letters(row):
                    self.checked["territories"] += 1
                    if not self._territory_found(self._text(letter), row["territory"], printed):
                        yield Finding("not_found", letter, f"{where}, {kind}", row["territory"])

    def _cited(self, where: str, row: dict) -> Iterator[Finding]:
        """Each citation of the row must lead to an article or source that exists."""
        for citation in row.get("citations", []):
            self.checked["citations"] += 1
            if citation["source"] not in self.sources:
                letter = citation["source"].partition("/")[0]
                yield Finding("not_found", letter, f"{where}, source", citation["source"])

    def _of_a_letter_that_names_it(self, where: str, citation: dict, named: set[str]) -> Iterator[Finding]:
        letter, is_article, _ = citation["source"].partition("/")
        if is_article and letter not in named:
            yield Finding("not_found", letter, f"{where}, the actor itself, cited by", citation["source"])

    def _names(self, where: str, actor: dict) -> Iterator[Finding]:
        """Each letter cited for the actor must hold one of its names, unless the name is of our making."""
        if actor.get("name_reason"):
            return
        names = {actor["name"], *(alias["name"] for alias in actor.get("aliases", []))}
        printed: dict[str, set[str]] = defaultdict(set)
        for letter, form in self._letters(actor):
            printed[letter].add(form)
        for letter, forms in sorted(printed.items()):
            self.checked["names"] += 1
            if not any(self._text(letter).has_words(name) for name in names | forms if name):
                yield Finding("not_found", letter, f"{where}, name", actor["name"])
        for alias in actor.get("aliases", []):
            for letter, form in self._letters(alias):
                self.checked["aliases"] += 1
                if not self._text(letter).has_words(form or alias["name"]):
                    yield Finding("not_found", letter, f"{where}, alias", alias["name"])

    def _contact(self, where: str, row: dict) -> Iterator[Finding]:
        for letter, printed in self._letters(row):
            self.checked["contacts"] += 1
            text, form = self._text(letter), printed or row["value"]
            if row["kind"] == ContactKind.PHONE:
                found = text.has_phone(form)
            elif row["kind"] == ContactKind.POSTAL:
                found = text.has_words(form)
            else:
                found = text.has_address(form)
            if not found:
                yield Finding("not_found", letter, f"{where}, contact", form)

    def _figure(self, where: str, row: dict) -> Iterator[Finding]:
        numbers = [str(row[bound]) for bound in ("low", "high") if row.get(bound) is not None]
        for letter, printed in self._letters(row):
            self.checked["figures"] += 1
            text = self._text(letter)
            found = text.has_words(printed) if printed else all(map(text.has_number, numbers))
            if not found:
                yield Finding("not_found", letter, where, f"{' à '.join(numbers)} {row['what']}")

    def _letters(self, row: dict) -> Iterator[tuple[str, str]]:
        """(letter, printed form) of each citation of a letter's article."""
        for citation in row.get("citations", []):
            if "/" in citation["source"] and not citation.get("column"):
                printed = citation.get("printed", "")
                # A name was taken out of it: nobody prints it so.
                yield citation["source"].split("/", 1)[0], "" if INSTEAD in printed else printed

    def _territory_found(self, text: LetterText, key: str, printed: str) -> bool:
        if printed:
            return text.has_words(printed)
        # Folded names of communes hit common words (ville, rue, contre); a pays is printed without capitals.
        official = key.partition(":")[0] in _CAPITALISED_KINDS
        found = text.has_capitalised if official else text.has_words
        return any(found(name) for name in self.names[key])

    def _text(self, letter: str) -> LetterText:
        if letter not in self.texts:
            raise FixtureError(f"{TEXTS_FILE} names no text of the letter {letter}")
        return self.texts[letter]

    # -- from the letters to the rows ------------------------------------------------------------

    def unaccounted(self) -> Iterator[Finding]:
        told, communes = self._told(), communes_of_the_region()
        for letter, text in self.texts.items():
            for found in unaccounted(text, told[letter], communes, self.names):
                if self.erased.forbids_contact(found.value):
                    continue
                yield Finding("unaccounted", letter, _WORDS[found.what], found.value)

    def _told(self) -> dict[str, Told]:
        """What rows tell of each letter."""
        told: dict[str, Told] = defaultdict(Told)
        for letter in self.fixtures.letters:
            told[letter["slug"]].add_contact(ContactKind.WEBSITE, letter.get("web_address", ""))
            for article in letter.get("articles", []):
                for mention in article.get("mentions", []):
                    told[letter["slug"]].territories.add(mention["territory"])
        for actor in self.fixtures.actors:
            for row in actor.get("contacts", []):
                for letter, printed in self._letters(row):
                    for form in (printed, row["value"]):
                        told[letter].add_contact(row["kind"], form)
            for row in (*actor.get("places", []), *actor.get("areas", [])):
                for letter, _ in self._letters(row):
                    told[letter].territories.add(row["territory"])
        return told
