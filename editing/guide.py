"""The editors' guide, ``docs/guide-editeur.md``, as a page: the file itself is what editors read, on paper too."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# A space that holds a sign to its word, in the rendered text alone: in the file it would be a trap.
_HELD = re.compile(r"(?<=«) | (?=[»:;?!])")
FILE = Path(settings.BASE_DIR) / "docs" / "guide-editeur.md"


@dataclass(frozen=True)
class Guide:
    """``body``: HTML, without the title; ``sections``: name and anchor of each heading of the second rank."""

    title: str
    body: SafeString
    sections: tuple[tuple[str, str], ...]


def anchor(heading: str) -> str:
    """The anchor of a heading, as forges make it too, so that links in the file lead there in both places."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


@cache
def guide() -> Guide:
    """The guide of this version; read once per process."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(FILE.read_text(encoding="utf-8"))
    title, *tokens = _without_title(tokens)
    sections = []
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            text = tokens[number + 1].content
            token.attrSet("id", anchor(text))
            if token.tag == "h2":
                sections.append((text, anchor(text)))
        for child in token.children or []:
            if child.type == "text":
                child.content = _HELD.sub("\xa0", child.content)
            elif child.type == "image":
                # Beside the file on a disk, under a name of its version on the site.
                child.attrSet("src", static(str(child.attrGet("src"))))
                child.attrSet("loading", "lazy")
    # Made from a file of the program, never from what people write.
    body = mark_safe(markdown.renderer.render(tokens, markdown.options, {}))
    return Guide(str(title), body, tuple(sections))


def _without_title(tokens: list[Token]) -> list:
    """The words of the first heading, then what follows it."""
    return [tokens[1].content, *tokens[3:]]
