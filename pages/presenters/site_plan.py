"""The plan of the site: made of the menus and of what the directory holds, so that it forgets nothing."""

from dataclasses import dataclass
from functools import cached_property

from actors import index
from actors.enums import Nature, Sector
from actors.index import Selection
from actors.models import Actor
from pages.models import EditorialPage
from pages.presenters import menu
from pages.presenters.territory import counted, tree
from sources.models import Letter
from territories.known import home_region, territories_version
from territories.models import Territory
from territories.text import fold

_NATURES = {Nature.ORGANISATION: "Structures", Nature.INITIATIVE: "Initiatives", Nature.PTCE: "PTCE"}


@dataclass(frozen=True)
class Count:
    """A list of actors: what it holds, how many, the selection that shows it."""

    label: str
    count: int
    selection: Selection


class SitePlan:
    """What the template of the plan asks; 8 queries, whatever there is."""

    def __init__(self) -> None:
        everyone = index.ask(Selection())
        by_nature, by_sector = everyone.facet("nature"), everyone.facet("sector")
        self.natures = [
            Count(label, by_nature.get(nature.value, 0), Selection(natures=(nature,)))
            for nature, label in _NATURES.items()
        ]
        self.sectors = sorted(
            (
                Count(Sector(value).label, count, Selection(sectors=(Sector(value),)))
                for value, count in by_sector.items()
                if count
            ),
            key=lambda each: fold(each.label),
        )
        self.region = home_region(territories_version(everyone.snapshot.version))
        self.departments = tree(everyone.snapshot)
        self.informal = counted(Territory.objects.informal(), everyone.snapshot)
        self.ptces = list(Actor.objects.ptces())
        self.letters = list(Letter.objects.published().for_list())
        self.texts = list(EditorialPage.objects.in_order())

    @cached_property
    def sections(self) -> list[menu.MenuEntry]:
        return menu.sections()
