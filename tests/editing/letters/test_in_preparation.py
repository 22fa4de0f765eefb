"""Of a letter in preparation visitors learn nothing: neither its name nor its date, on no page and by no search."""

import datetime
import io
import re
import zipfile
from urllib.parse import urldefrag, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from actors.actions.facts import Fact
from actors.enums import CitationRole, Nature
from actors.models import Actor, Citation
from editing.letters.entering import enter_fact, make_entry
from editing.letters.release import publish_letter, withdraw_letter
from editing.roles import EDITOR
from pages.urls import urlpatterns
from sources.enums import LetterState, MentionRole
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_area,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
    make_wish,
)
from tests.factories.editors import make_user
from tests.factories.sources import make_article, make_letter, make_mention, make_person
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db

# In no other text of the site; the letter's year is in no other either.
# No number of a row or of a change, which grow from test to test on PostgreSQL.
MARK, YEAR = "quetzalcoatl", "9091"
# More than the site of this test has: reached, the crawl would prove nothing.
_MOST_PAGES = 800


@pytest.fixture
def editor():
    return make_user(EDITOR)


@pytest.fixture
def letter(editor):
    """In preparation, and cited for every sort of fact of published entries; with facts and an entry that wait."""
    region = make_territory(kind="region", code="32", name="Hauts-de-France", slug="hauts-de-france")
    raismes = make_territory(name="Raismes", slug="raismes")
    make_containment(region, raismes)
    letter = make_letter(
        slug=f"lettre-{MARK}",
        number="99",
        title=f"Titre {MARK}",
        publisher=MARK,
        web_address=f"https://{MARK}.fr",
        earliest=datetime.date(int(YEAR), 1, 1),
        latest=datetime.date(int(YEAR), 2, 1),
        state=LetterState.PREPARED,
    )
    author = make_person(f"Camille {MARK.title()}")
    article = make_article(letter, slug=f"article-{MARK}", title=f"Article {MARK}", authors=[author])
    make_mention(article, raismes, role=MentionRole.PORTRAIT, printed=MARK)
    out = make_article(make_letter(slug="71", number="71"), title="Ancien")
    actor = make_organisation(
        name="La Locomotive", summary="Une ressourcerie.", description="Elle trie.", place=raismes
    )
    only = make_initiative(name="Le Festival", summary="Une fête.")
    ptce = make_ptce(name="Phare", status="emerging")
    make_citation(out, actor=actor, role=CitationRole.NAMED)
    with building():
        for one in (actor, only, ptce):
            make_citation(article, actor=one, role=CitationRole.SUBJECT, printed=MARK)
            make_citation(article, actor=one, column="description", printed=MARK)
        link = make_cooperation(ptce, actor)
        rows = {
            "alias": make_alias(actor, "Loco"),
            "place": make_place(actor, raismes, role="branch"),
            "area": make_area(actor, raismes),
            "contact": make_contact(actor),
            "figure": make_figure(actor),
            "spokesperson": make_spokesperson(actor),
            "cooperation": link,
            "wish": make_wish(actor, year=2022),
            "status": ptce.statuses.get(),
        }
        for name, row in rows.items():
            make_citation(article, **{name: row}, printed=MARK)
        make_citation(article, figure=make_figure(territory=raismes), printed=MARK)
    # What waits.
    enter_fact(
        fact=Fact("contact", {"kind": "email", "value": f"a@{MARK}.fr"}),
        article=article,
        user=editor,
        actor=actor,
    )
    told = {"column": "description", "set": {"summary": f"Résumé {MARK}"}}
    enter_fact(fact=Fact("column", told), article=article, user=editor, actor=actor)
    enter_fact(fact=Fact("alias", {"name": MARK, "kind": "other"}), article=article, user=editor, actor=actor)
    cafe = make_entry(
        name=f"Café {MARK}",
        nature=Nature.INITIATIVE,
        kind="place",
        article=article,
        role=CitationRole.SUBJECT,
        user=editor,
        commune=raismes,
    )
    link = Fact("cooperation", {"kind": "supports", "source_id": actor.pk, "target_id": cafe.pk})
    enter_fact(fact=link, article=article, user=editor, actor=actor)
    return letter


def crawled() -> dict[str, str]:
    """Every page a visitor reaches from the entrances of the site, by its address."""
    visitor = Client()
    entrances = [reverse(each.name) for each in urlpatterns if "<" not in str(each.pattern)]
    # All but the last letter: what is asked is said again on its page, what is found would be whole.
    asked = MARK[:-1]
    entrances += [
        f"{page}?q={asked}" for page in ("/acteurs/", "/acteurs/suggestions/", "/territoires/", "/carte/")
    ]
    entrances += ["/acteurs/la-locomotive/?notes=oui", "/acteurs/phare/?notes=oui"]
    entrances += ["/cooperations/comment-sont-ils-lies/?acteur=la-locomotive&acteur=le-festival&acteur=phare"]
    pages, waiting = {}, entrances
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        response = visitor.get(address)
        if response.status_code >= 300:
            pages[address] = response.headers.get("Location", "")
            found = [pages[address]] if pages[address] else []
        else:
            text = pages[address] = read(response.getvalue())
            found = re.findall(r'(?:href|src|action|data-[a-z-]+)="(/[^"]*)"', text)
            found += re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", text)
        for one in found:
            one = urldefrag(one.replace("&amp;", "&")).url
            first = urlsplit(one).path.split("/")[1]
            # The whole file holds what its selections do.
            if first in {"donnees", "integration"} and "?" in one:
                continue
            if first not in {"static", "admin", "styleguide"} and one not in pages:
                waiting.append(one)
        assert len(pages) < _MOST_PAGES
    return pages


def read(content: bytes) -> str:
    """The text of a page or file; of a workbook that of all it packs."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    return content.decode(errors="replace")


def leaks(pages: dict[str, str]) -> list[str]:
    """Addresses of pages that say the word, the year (which parts of a second may be too) or the number."""
    year = re.compile(rf"(?<![\d.]){YEAR}(?!\d)")
    return sorted(
        address
        for address, text in pages.items()
        if MARK in text.lower() or year.search(text) or "n° 99" in text
    )


def test_no_page_says_anything_of_it(letter):
    pages = crawled()
    assert {
        "/",
        "/acteurs/la-locomotive/",
        "/territoires/raismes/",
        "/lettres/71/",
        "/sitemap-lettres.xml",
    } <= pages.keys()
    assert len(pages) > 60
    assert leaks(pages) == []


def test_once_it_is_out_they_do(letter, editor):
    publish_letter(letter=letter, user=editor)
    told = leaks(crawled())
    assert {
        "/lettres/",
        f"/lettres/lettre-{MARK}/",
        "/acteurs/la-locomotive/",
        "/acteurs/le-festival/",
        "/acteurs/phare/",
        f"/acteurs/cafe-{MARK}/",
        "/territoires/raismes/",
        "/sitemap-lettres.xml",
        "/sitemap-acteurs.xml",
        "/donnees/acteurs.csv",
        "/donnees/acteurs.xlsx",
    } <= {*told}


def test_withdrawn_it_is_gone_again(letter, editor):
    publish_letter(letter=letter, user=editor)
    released = withdraw_letter(letter=letter, user=editor)
    pages = crawled()
    assert leaks(pages) == ["/flux/lettres.atom"]
    # Whoever follows letters had it: its identifier is told gone, and nothing else of it.
    feed = pages["/flux/lettres.atom"]
    assert feed.lower().count(MARK) == feed.count(f'/id/lettre/lettre-{MARK}" when=') == 1
    # Facts of published entries it was cited for before: they stay, without it.
    assert (
        released.staying
        == Citation.objects.told_by(letter).filter(role="", figure__territory=None).count() - 1
    )


def test_an_entry_published_before_its_letter_does_not_name_it(letter):
    with building():
        Actor.objects.filter(slug=f"cafe-{MARK}").update(
            publication="published", name="Café", slug="cafe", summary="Un café."
        )
    text = Client().get("/acteurs/cafe/").content.decode()
    assert "Un café." in text
    assert (MARK in text.lower(), YEAR in text) == (False, False)
