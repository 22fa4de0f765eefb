"""« Vérifier ma saisie »: what a letter's text prints and no fact of the letter, written or waiting, accounts for."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from actors.importers.letter_text import LetterText
from actors.importers.unaccounted import (
    Printed,
    Told,
    Unaccounted,
    communes_of_the_region,
    unaccounted,
    unaccounted_actors,
)
from actors.models import Alias, Citation
from editing.letter_models import PendingFact
from editing.rights import visible
from sources.erasure import DoNotRestore
from sources.models import Article, Letter, Mention
from territories.models import Territory, TerritoryName
from territories.text import fold

HEADINGS = {
    Printed.ACTOR: "Acteurs connus de l’annuaire",
    Printed.EMAIL: "Courriels",
    Printed.WEBSITE: "Sites web",
    Printed.PHONE: "Téléphones",
    Printed.COMMUNE: "Communes",
}
# Shorter names are words of every text.
_SHORTEST_NAME = 3


@dataclass(frozen=True)
class Finding:
    """One thing nobody entered: its line in the text, and the article it seems to stand in."""

    found: Unaccounted
    line: str
    article: Article | None

    @property
    def value(self) -> str:
        return self.found.value

    @property
    def digest(self) -> str:
        """What it is remembered by when somebody ignores it: nothing of the text itself."""
        told = f"{self.found.what}:{fold(self.value)}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def parts(self) -> tuple[str, str, str]:
        """Its line before it, itself, and after it; the whole line first where the line prints it otherwise."""
        # « oubli.fr » is not the end of « contact@oubli.fr ».
        value = re.escape(self.value)
        match = re.search(rf"(?<![\w@.-]){value}|(?<=www\.){value}", self.line, re.IGNORECASE)
        if match is None:
            return self.line, "", ""
        return self.line[: match.start()], match.group(), self.line[match.end() :]


@dataclass(frozen=True)
class Checked:
    """Findings by sort, in the order of the text; ``ignored``: how many more there were."""

    by_sort: list[tuple[str, list[Finding]]]
    ignored: int

    @property
    def number(self) -> int:
        return sum(len(rows) for _, rows in self.by_sort)


def check_text(*, letter: Letter, raw: str, user: AbstractBaseUser, ignored: Collection[str] = ()) -> Checked:
    """What is printed and not told, but for the digests to ignore; the text is kept nowhere (14 queries at most)."""
    text, told = LetterText(raw), told_of(letter)
    names: dict[str, set[str]] = defaultdict(set)
    rows = TerritoryName.objects.values_list("territory__kind", "territory__code", "name")
    for kind, code, name in rows:
        if f"{kind}:{code}" in told.territories:
            names[f"{kind}:{code}"].add(name)
    found = [
        *unaccounted_actors(text, told, _names_of_actors(user)),
        *unaccounted(text, told, communes_of_the_region(), names),
    ]
    erased = DoNotRestore.read()
    found = [each for each in found if not erased.forbids_contact(each.value)]
    articles = _places_of_articles(letter, text)
    findings: dict[str, list[Finding]] = {heading: [] for heading in HEADINGS.values()}
    # Two names of one commune (« Raismes », « Raïsmes ») stand in one place.
    once = {(each.what, each.place): each for each in reversed(found)}
    for each in sorted(once.values(), key=lambda one: one.place):
        article = _around(articles, each.place)
        findings[HEADINGS[each.what]].append(Finding(each, text.line_at(each.place), article))
    kept = {heading: [row for row in rows if row.digest not in ignored] for heading, rows in findings.items()}
    left_out = sum(map(len, findings.values())) - sum(map(len, kept.values()))
    return Checked([(heading, rows) for heading, rows in kept.items() if rows], left_out)


def told_of(letter: Letter) -> Told:
    """What the letter's facts tell, those that wait included (6 queries)."""
    told = Told()
    told.add_contact("website", letter.web_address)
    cited = Citation.objects.filter(source__article__letter=letter)
    for kind, value, printed in cited.filter(contact__isnull=False).values_list(
        "contact__kind", "contact__value", "printed"
    ):
        told.add_contact(kind, value)
        told.add_contact(kind, printed)
    territories = set(Mention.objects.filter(article__letter=letter).values_list("territory", flat=True))
    rows = cited.filter(Q(place__isnull=False) | Q(area__isnull=False))
    for place, area in rows.values_list("place__territory", "area__territory"):
        territories |= {place, area}
    told.actors |= set(cited.filter(actor__isnull=False).values_list("actor", flat=True))
    for fact in PendingFact.objects.waiting().of_letter(letter):
        if fact.kind == "contact":
            told.add_contact(fact.values["kind"], fact.values["value"])
            told.add_contact(fact.values["kind"], fact.printed)
        territories.add(fact.values.get("territory_id"))
        told.actors.add(fact.actor_id)
    known = Territory.objects.filter(pk__in=territories - {None})
    told.territories = {f"{kind}:{code}" for kind, code in known.values_list("kind", "code")}
    return told


def _names_of_actors(user: AbstractBaseUser) -> dict[str, set[int]]:
    """Numbers of the entries the person may read by name and other name (2 queries)."""
    names: dict[str, set[int]] = defaultdict(set)
    mine = visible(user)
    for pk, name in mine.order_by().values_list("pk", "name"):
        names[name].add(pk)
    aliases = Alias.objects.filter(actor__in=mine.order_by().values("pk")).order_by()
    for pk, name in aliases.values_list("actor", "name"):
        names[name].add(pk)
    return {name: pks for name, pks in names.items() if len(name) >= _SHORTEST_NAME}


def _places_of_articles(letter: Letter, text: LetterText) -> list[tuple[int, Article]]:
    """Where each article's title stands, in the order of the text; the first article stands for its beginning."""
    articles = list(letter.articles.order_by("position", "pk"))
    places = [(text.place_of(spans[0]), each) for each in articles if (spans := text.spans(each.title))]
    return sorted([*((0, each) for each in articles[:1]), *places], key=lambda pair: pair[0])


def _around(articles: list[tuple[int, Article]], place: int) -> Article | None:
    return next((article for start, article in reversed(articles) if start <= place), None)
