"""Colours of a frame: the site's own, or those a host chose, as long as they can be read."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.utils.formats import number_format

from pages.presenters.styleguide import TEXT, Tokens, contrast

_TOKEN = re.compile(r"(--[a-z0-9-]+):\s*([^;]+);")
# What is written on the ground of a frame.
_WRITTEN = ("ink", "ink-soft", "accent", "structure", "initiative", "ptce", "error")
_GROUNDS = ("paper", "surface")
_SOFT = ("warm-soft", "error-soft")


@lru_cache(maxsize=1)
def _tokens() -> tuple[Tokens, dict[str, str]]:
    """The colours, and everything else that the first block of the tokens names (sizes, fonts)."""
    tokens = Tokens()
    with open(finders.find("css/tokens.css"), encoding="utf-8") as file:
        first = file.read().split("@media")[0]
    others = {name: value for name, value in _TOKEN.findall(first) if name[2:] not in tokens.light}
    return tokens, others


@dataclass(frozen=True)
class Palette:
    """``accent``, ``ground``: « #rrggbb » or ''; ``theme``: "clair", "sombre", or '' for the reader's own."""

    accent: str = ""
    ground: str = ""
    theme: str = ""

    @cached_property
    def is_dark(self) -> bool:
        """Whether a chosen ground asks for light text."""
        tokens, _ = _tokens()
        return contrast(tokens.dark["ink"], self.ground) > contrast(tokens.light["ink"], self.ground)

    def check(self) -> None:
        """Raises ValidationError, by field, for colours that could not be read (WCAG 2.2, 4.5 to 1)."""
        tokens, _ = _tokens()
        if self.ground:
            if self.theme:
                raise ValidationError({"theme": "Un fond choisi n’a qu’un thème : retirez l’un des deux."})
            base = tokens.dark if self.is_dark else tokens.light
            least = min(contrast(base[name], self.ground) for name in _WRITTEN)
            if least < TEXT:
                raise ValidationError({"fond": _unreadable("les textes et ce fond", least)})
        if self.accent:
            least = min(contrast(self.accent, ground) for ground in self._grounds_of_accent)
            if least < TEXT:
                raise ValidationError({"couleur": _unreadable("cette couleur et le fond", least)})

    @property
    def _grounds_of_accent(self) -> list[str]:
        """Those the colour is read on as it is given; at night it is made lighter."""
        tokens, _ = _tokens()
        if self.ground:
            return [self.ground]
        theme = tokens.dark if self.theme == "sombre" else tokens.light
        return [theme[name] for name in _GROUNDS]

    @property
    def stylesheet(self) -> str:
        """The tokens as custom properties, for a document (``:root``) and for a shadow tree (``:host``)."""
        tokens, others = _tokens()
        lines = [f"{name}: {value};" for name, value in others.items()]
        if self.ground:
            day = self._coloured(tokens.dark if self.is_dark else tokens.light)
            return _rules(lines + _colours(day, "dark" if self.is_dark else "light"))
        if self.theme:
            dark = self.theme == "sombre"
            chosen = self._coloured(tokens.dark if dark else tokens.light)
            return _rules(lines + _colours(chosen, "dark" if dark else "light"))
        night = self._coloured(tokens.dark, lighten=True)
        return (
            _rules(lines + _colours(self._coloured(tokens.light), "light dark"))
            + "@media screen and (prefers-color-scheme: dark) {\n"
            + _rules(_colours(night))
            + "}\n"
        )

    def _coloured(self, colours: dict[str, str], *, lighten: bool = False) -> dict[str, str]:
        made = dict(colours)
        if self.ground:
            made |= dict.fromkeys(_GROUNDS, self.ground)
            # What is soft by itself might not suit the ground: notices keep to it.
            made |= dict.fromkeys(_SOFT, self.ground)
        if self.accent:
            accent = self.accent
            if lighten:
                accent = lightened(accent, [made[name] for name in _GROUNDS])
            made |= {"accent": accent, "accent-strong": accent}
        return made


def limits() -> dict[str, list[str]]:
    """What a browser needs to judge colours before it asks: grounds and writing of the site, by day and by night."""
    tokens, _ = _tokens()
    return {
        "grounds": [tokens.light[name] for name in _GROUNDS],
        "night_grounds": [tokens.dark[name] for name in _GROUNDS],
        "day": [tokens.light[name] for name in _WRITTEN],
        "night": [tokens.dark[name] for name in _WRITTEN],
    }


def lightened(colour: str, grounds: list[str]) -> str:
    """The colour, mixed with as much white as it needs to be read on these grounds."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for step in range(21):
        share = step / 20
        mixed = "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)
        if all(contrast(mixed, ground) >= TEXT for ground in grounds):
            return mixed
    return "#ffffff"


def _colours(colours: dict[str, str], scheme: str = "") -> list[str]:
    lines = [f"--{name}: {value};" for name, value in colours.items()]
    return [f"color-scheme: {scheme};", *lines] if scheme else lines


def _rules(lines: list[str]) -> str:
    # Two rules, since a browser without shadow trees drops a list that names :host.
    body = " ".join(lines)
    return f":root {{ {body} }}\n:host {{ {body} }}\n"


def _unreadable(pair: str, found: float) -> str:
    told = number_format(found, decimal_pos=1)
    return f"Trop peu de contraste entre {pair} : {told} pour 1, il en faut au moins 4,5."
