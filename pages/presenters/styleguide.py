"""The site's colours as static/css/tokens.css holds them, and how well each pair is told apart."""

import re
from dataclasses import dataclass

from django.contrib.staticfiles import finders

from actors import index
from actors.enums import Nature
from actors.index import Order, Selection
from actors.models import Actor
from pages.presenters.card import ListedCard, Texts, tell

# WCAG 2.2: text against its ground (1.4.3), and what bounds a control or carries a meaning (1.4.11).
TEXT = 4.5
SHAPE = 3.0
_COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6}|rgba\([^)]*\));")

# (colour, ground, least contrast) of everything that is read or seen against something else.
PAIRS = [
    *(
        (colour, ground, TEXT)
        for colour in (
            "ink",
            "ink-soft",
            "accent",
            "accent-strong",
            "error",
            "structure",
            "initiative",
            "ptce",
        )
        for ground in ("paper", "surface")
    ),
    *(
        (colour, ground, TEXT)
        for colour in ("ink", "accent")
        for ground in (
            "accent-soft",
            "warm-soft",
            "error-soft",
            "structure-soft",
            "initiative-soft",
            "ptce-soft",
        )
    ),
    *(("ink-soft", ground, TEXT) for ground in ("accent-soft", "warm-soft", "ptce-soft")),
    ("ink", "mark", TEXT),
    ("structure", "structure-soft", TEXT),
    ("initiative", "initiative-soft", TEXT),
    ("ptce", "ptce-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-deep", "deep", TEXT),
    *(
        (colour, ground, SHAPE)
        for colour in ("line-strong", "focus", "warm")
        for ground in ("paper", "surface")
    ),
    ("focus", "accent-soft", SHAPE),
    ("error", "error-soft", SHAPE),
]


@dataclass(frozen=True)
class Pair:
    """Two colours and their contrast by day and by night, 1 to 21."""

    colour: str
    ground: str
    least: float
    light: float
    dark: float

    @property
    def holds(self) -> bool:
        return min(self.light, self.dark) >= self.least


class Tokens:
    """Colours by name, by day and by night; what the night does not name stays that of the day."""

    def __init__(self) -> None:
        with open(finders.find("css/tokens.css"), encoding="utf-8") as file:
            day, night = file.read().split("@media screen and (prefers-color-scheme: dark)")
        self.light = dict(_COLOUR.findall(day))
        self.dark = {**self.light, **dict(_COLOUR.findall(night))}

    @property
    def pairs(self) -> list[Pair]:
        return [
            Pair(
                colour,
                ground,
                least,
                contrast(self.light[colour], self.light[ground]),
                contrast(self.dark[colour], self.dark[ground]),
            )
            for colour, ground, least in PAIRS
        ]

    @property
    def stylesheet(self) -> str:
        """Both themes as classes, so that one page shows them side by side, and a class per colour."""
        themes = "".join(
            f".theme-{name} {{ {' '.join(f'--{each}: {value};' for each, value in colours.items())} }}\n"
            for name, colours in (("light", self.light), ("dark", self.dark))
        )
        return themes + "".join(f".swatch-{name} {{ background: var(--{name}); }}\n" for name in self.light)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours « #rrggbb », as WCAG computes it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def sample_cards() -> list[ListedCard]:
    """The first actor of each nature (3 queries)."""
    ids = [
        pk
        for nature in Nature
        for pk in index.ask(Selection(natures=(nature,))).ids(Order.NAME, offset=0, limit=1)
    ]
    return [ListedCard(tell(Texts.of(actor), "h4")) for actor in Actor.objects.listed(ids)]
