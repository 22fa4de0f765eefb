"""Every value of every filter is clicked, over the real fixtures: the number shown is that of the list behind it."""

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.urls import reverse

from actors import index
from actors.filters import ActorFilterSet
from actors.index import Selection
from actors.index.criteria import FACETS
from tests.actors.reference import Reference
from tests.pages.html import Element, main

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory_loaded")]
URL = reverse("actor-list")
# Under nothing, and under filters of every sort.
QUERIES = [
    "",
    "territoire=246200299",
    "territoire=59&secteur=culture&secteur=reemploi",
    "q=insertion&nature=structure",
    "avec=apes",
    "lien=soutien",
    "autour=62427&rayon=20",
    "famille=public&sans=6vt6ym4u&plus=6vt6ym4u",
    "plus=6vt6ym4u",
    "depuis=2022",
]


def selection(query: str) -> Selection:
    asked = ActorFilterSet(QueryDict(query)).selection
    assert asked is not None, query
    return asked


def test_every_value_counts_the_list_it_leads_to():
    reference, wrong, clicked = Reference(), {}, 0
    for query in QUERIES:
        asked = selection(query)
        answer = index.ask(asked)
        for facet in FACETS:
            counts = answer.facet(facet)
            assert counts == reference.counts(asked, facet), (query, facet)
            for value, shown in counts.items():
                clicked += 1
                if (found := index.count(reference.leading_to(asked, facet, value))) != shown:
                    wrong[query, facet, value] = (shown, found)
    assert wrong == {}
    assert clicked > 2000


def boxes(response) -> Iterator[tuple[str, str, int]]:
    """(name, address when ticked alone in its filter, number shown) of every box of the page that is not ticked."""
    form = main(response).one("form", role="search")
    kept = list(ticked(form))
    for label in form.all("label", class_="choice"):
        box = label.one("input").attributes
        shown = label.texts("span", class_="choice-count")
        if shown and "checked" not in box:
            asked = [(name, value) for name, value in kept if name != box["name"]]
            address = "&".join(f"{name}={value}" for name, value in [*asked, (box["name"], box["value"])])
            yield box["name"], address, int(shown[0])


def ticked(form: Element) -> Iterator[tuple[str, str]]:
    """What the form would send as it stands."""
    for field in form.all("input"):
        told = field.attributes
        if told.get("value") and ("checked" in told or told.get("type") not in {"checkbox", "radio"}):
            yield told["name"], told["value"]
    for field in form.all("select"):
        yield from (
            (field.attributes["name"], option.attributes["value"])
            for option in field.all("option")
            if "selected" in option.attributes and option.attributes["value"]
        )


def title(response) -> int:
    """Actors of the list, as its title says."""
    return int(main(response).one("h1").text.split()[0])


def test_every_box_of_the_page_leads_to_as_many_as_it_says(client):
    """All by the index; the first and the last box of each filter also by the page itself."""
    wrong, clicked = {}, 0
    for query in QUERIES[:4]:
        ends = {}
        for name, address, shown in boxes(client.get(f"{URL}?{query}")):
            clicked += 1
            ends.setdefault(name, []).append((address, shown))
            if (found := index.count(selection(address))) != shown and name != "presence":
                wrong[address] = (shown, found)
        if not query:
            for told in ends.values():
                for address, shown in {told[0], told[-1]}:
                    response = client.get(f"{URL}?{address}")
                    if "presence=" not in address and title(response) != shown:
                        wrong[address] = (shown, title(response))
    assert wrong == {}
    assert clicked > 300


def test_every_territory_offered_leads_to_as_many_as_it_says(client):
    offered = {}
    for query in ("", "territoire=59", "territoire=246200299&nature=structure", "territoire=62427"):
        for link in main(client.get(f"{URL}?{query}")).all("a", class_="nearby"):
            (shown,) = link.texts("span", class_="choice-count")
            offered[link.attributes["href"]] = int(shown)
    assert {href: title(client.get(href)) for href in offered} == offered
    assert len(offered) > 15


def test_since_when_is_a_chip_and_a_choice_of_the_form(client):
    """Whatever its precision: no filter works unseen; « source » shows as the letter it names."""
    for query, told in (
        ("depuis=2022", "Dernière information : 2022 ou après"),
        ("depuis=2022-11", "Dernière information : novembre 2022 ou après"),
        ("source=71", "Lettre n° 71"),
    ):
        root = main(client.get(f"/acteurs/?{query}"))
        (chip,) = root.one("ul", class_="criteria").links()
        assert (chip[0], told in chip[1]) == ("/acteurs/", True), chip
        assert ("depuis", query.partition("=")[2]) in ticked(root) or ("lettre", "71") in ticked(root)
