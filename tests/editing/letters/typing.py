"""What a browser posts from the pages of « Saisir une lettre »."""

from django.urls import reverse

from sources.enums import LetterState
from sources.models import Article, Letter
from tests.factories.sources import make_article, make_letter


def make_prepared(number: str = "75", articles: int = 1) -> Letter:
    """A letter in preparation with its articles."""
    letter = make_letter(slug=number, number=number, state=LetterState.PREPARED)
    for _ in range(articles):
        make_article(letter)
    return letter


def page_of(article: Article) -> str:
    return reverse("admin:letter_article", args=[article.letter.slug, article.pk])


def new_actor(client, article, name, **values):
    posted = {"new_actor": "1", "name": name, "role": "subject", "kind": "", "commune": "", **values}
    return client.post(page_of(article), posted)


def press(client, letter: Letter, button: str, *, opened=None, **values):
    """A button of « Relire et publier », on the page as it is now or as it was ``opened``; follows to what is told."""
    address = reverse("admin:letter_release", args=[letter.slug])
    shown = (opened or client.get(address)).context["digests"]
    return client.post(address, {button: "1", "shown": shown, **values}, follow=True)


def lines(**rows) -> dict[str, str]:
    """``contact=[{...}]``: the lines posted for each kind, the others empty."""
    kinds = ["contact", "place", "cooperation", "figure", "spokesperson", "wish", "alias", "status"]
    posted = {}
    defaults = {
        "contact": {"value": "", "sort": "", "network": "", "printed": ""},
        "place": {"role": "seat", "territory": ""},
        "cooperation": {"phrase": "", "other": "", "other_kind": "", "status": "active"},
        "figure": {"qualifier": "exact", "unit": "people"},
        "spokesperson": {"category": "unspecified"},
        "alias": {"sort": "acronym"},
    }
    for kind in kinds:
        told = rows.get(kind, [])
        posted |= {f"{kind}-TOTAL_FORMS": str(len(told) + 1), f"{kind}-INITIAL_FORMS": "0"}
        for number, row in enumerate([*told, {}]):
            for name, value in {**defaults.get(kind, {}), **row}.items():
                posted[f"{kind}-{number}-{name}"] = value
    for name, value in rows.get("columns", {}).items():
        posted[f"columns-{name}"] = value
    return posted


def facts(client, article, actor, **rows):
    """``columns={...}``: what is typed over what the entry says."""
    names = ["name", "number", "sphere", "life_status", "legal_form", "organisation_kind", "initiative_kind"]
    names += ["summary", "description", "precision", "founded", "closed", "siren", "name_reason"]
    actor.refresh_from_db()
    present = {name: getattr(actor, name) for name in names}
    lists = {
        "sectors": list(actor.sectors.values_list("sector", flat=True)),
        "labels": list(actor.labels.values_list("label", flat=True)),
        "activities": list(actor.activities.values_list("slug", flat=True)),
    }
    shown = {f"initial-columns-{name}": value for name, value in (present | lists).items()}
    if actor.life_status_year:
        shown["initial-columns-life_status_year"] = present["life_status_year"] = actor.life_status_year
    shown |= rows.pop("shown", {})
    rows["columns"] = present | lists | rows.get("columns", {})
    return client.post(page_of(article), {"facts": "1", "actor": actor.pk, **shown, **lines(**rows)})
