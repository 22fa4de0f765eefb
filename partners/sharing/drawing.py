"""Pictures of 1200 × 630 that messages and social networks show beside a link: a name, what it is, where it is.

Drawn with two free fonts that come with the program (static/vendor), hence alike on every machine.
"""

import io
import re
import threading
from dataclasses import dataclass, replace
from functools import cache

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from territories.text import one_line

SIZE = (1200, 630)
# Whoever changes the drawing raises it: addresses' tags and caches go by it.
EDITION = 1
_FONTS = settings.BASE_DIR / "static" / "vendor"
_SERIF, _SANS = _FONTS / "source-serif-4" / "bold.ttf", _FONTS / "source-sans-3" / "regular.ttf"
_TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
_MARGIN = 80
_WIDTH = SIZE[0] - 2 * _MARGIN
# Sizes of the name, the first at which it fits, each with how many lines there is room for.
_NAME_SIZES = ((88, 2), (72, 3), (58, 4), (48, 4))
_COLOUR_OF = {"organisation": "structure", "initiative": "initiative", "ptce": "ptce"}
_SITE = "Annuaire de l’économie solidaire en Hauts-de-France"
# FreeType's faces are not to be used by two threads at once.
_lock = threading.Lock()


@dataclass(frozen=True)
class Card:
    """What a picture says. ``above``: what it is; ``name``; ``below``: where or when; ``nature``: whose colour."""

    above: str
    name: str
    below: str = ""
    nature: str = ""


def draw(card: Card) -> bytes:
    """The picture as PNG, 15 to 45 kB; some 60 ms."""
    # Fonts lay out one line, without controls.
    card = replace(card, above=one_line(card.above), name=one_line(card.name), below=one_line(card.below))
    with _lock:
        return _drawn(card)


def _drawn(card: Card) -> bytes:
    colours = _colours()
    accent = colours[_COLOUR_OF.get(card.nature, "accent")]
    image = Image.new("RGB", SIZE, colours["paper"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 18), fill=accent)
    _skyline(pen, colours)
    above = _font(_SANS, 38)
    pen.text((_MARGIN, 78), _shortened(card.above, above), font=above, fill=accent)
    font, lines = _fitted(card.name)
    top = 138
    for line in lines:
        pen.text((_MARGIN, top), line, font=font, fill=colours["ink"])
        top += round(font.size * 1.16)
    if card.below:
        below = _font(_SANS, 38)
        pen.text((_MARGIN, top + 14), _shortened(card.below, below), font=below, fill=colours["ink-soft"])
    site = _font(_SANS, 32)
    _mark(pen, colours)
    pen.text((_MARGIN + 66, 556), _SITE, font=site, fill=colours["on-deep"])
    # A few flat colours and the edges of letters: a palette loses nothing that anybody sees.
    small = image.quantize(colors=64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    content = io.BytesIO()
    small.save(content, "PNG", optimize=True)
    return content.getvalue()


def _skyline(pen: ImageDraw.ImageDraw, colours: dict[str, str]) -> None:
    """Slag heaps and roofs on the ground the site's name stands on."""
    ground = 520
    pen.polygon([(900, ground), (948, 484), (966, 484), (1012, ground)], fill=colours["line"])
    pen.polygon([(975, ground), (1045, 470), (1067, 470), (1140, ground)], fill=colours["line-strong"])
    pen.rectangle((0, ground, SIZE[0], SIZE[1]), fill=colours["deep"])


def _mark(pen: ImageDraw.ImageDraw, colours: dict[str, str]) -> None:
    """The site's own sign, as in static/img/icon.svg."""
    left, top = _MARGIN, 551
    pen.rounded_rectangle((left, top, left + 48, top + 48), 6, fill=colours["accent"])
    heap = [(3, 25), (11, 12), (16, 19), (22, 8), (29, 25)]
    pen.polygon([(left + x * 1.5, top + y * 1.5) for x, y in heap], fill=colours["on-accent"])
    pen.ellipse((left + 8.3, top + 6.8, left + 15.8, top + 14.3), fill=colours["mark"])


def _fitted(name: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest size at which the name fits, and its lines; the smallest one, cut, where none does."""
    for size, most in _NAME_SIZES:
        font = _font(_SERIF, size)
        lines = _wrapped(name, font)
        if len(lines) <= most and all(font.getlength(line) <= _WIDTH for line in lines):
            return font, lines
    lines = [_shortened(line, font) for line in lines[:most]]
    if len(_wrapped(name, font)) > most:
        lines[-1] = _shortened(f"{lines[-1]}…", font)
    return font, lines


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines as wide as the picture; a space before « : » or within « guillemets » is none to break at."""
    bound = re.sub(r"(?<=«) | (?=[»:;!?])", "\N{NO-BREAK SPACE}", text)
    lines: list[str] = []
    for word in bound.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= _WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shortened(text: str, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(text) <= _WIDTH:
        return text
    while text and font.getlength(f"{text}…") > _WIDTH:
        text = text[:-1]
    return f"{text.rstrip()}…"


@cache
def _font(path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@cache
def _colours() -> dict[str, str]:
    """Those of the site by day: the first value of each token."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", _TOKENS.read_text(encoding="utf-8")):
        found.setdefault(name, value)
    return found
