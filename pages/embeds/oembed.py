"""oEmbed 1.0: a program pastes an address of ours and is told the code that shows it (https://oembed.com, read 2026-11)."""

from xml.etree import ElementTree

from pages.embeds.codes import Codes
from pages.embeds.targets import HEIGHTS, WIDTH, Target
from territories.text import without_controls

PROVIDER = "Annuaire de l’économie solidaire en Hauts-de-France"
# Seconds that an answer may be kept.
KEPT = 24 * 3600


def describe(target: Target, origin: str, *, max_width: int | None, max_height: int | None) -> dict | None:
    """The answer about one frame, never larger than asked; None where there is nothing to show."""
    frame = target.frame()
    if frame is None:
        return None
    width = min(WIDTH, max_width or WIDTH)
    height = min(HEIGHTS[target.kind], max_height or HEIGHTS[target.kind])
    codes = Codes(origin, target, frame)
    return {
        "version": "1.0",
        "type": "rich",
        "title": frame.title,
        "provider_name": PROVIDER,
        "provider_url": f"{origin}/",
        "cache_age": KEPT,
        "width": width,
        "height": height,
        "html": str(codes.iframe(width, height)),
    }


def as_xml(answer: dict) -> bytes:
    root = ElementTree.Element("oembed")
    for name, value in answer.items():
        ElementTree.SubElement(root, name).text = without_controls(str(value))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
