"""From the text editors write to the HTML visitors read.

Markdown's few marks, and two of ours between double square brackets: ``[[contact]]`` stands for how to
reach the directory, ``[[à compléter : …]]`` for what nobody has told yet. A paragraph or a line of a
list with the second is not shown to visitors, nor is a list or a heading that has nothing left.
Two things keep out what is unsafe: no mark makes HTML of its own, and what comes out passes an
allow-list once more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import nh3
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from actors.models import Actor
from pages.templatetags.french import typo

CONTACT = "contact"
TO_COMPLETE = "à compléter"
# Who answers when no address is set, and the entry that tells how to reach it.
APES_SLUG = "apes"

_MARK = re.compile(r"\[\[([^\[\]\n]{1,200})\]\]")
_TAGS = {
    *("h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "pre", "hr", "br"),
    *("a", "strong", "em", "code", "mark"),
}
_ATTRIBUTES = {
    "a": {"href", "rel"},
    "ol": {"start"},
    "mark": {"class"},
    **{level: {"id"} for level in ("h2", "h3", "h4")},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
# Blocks that go when something in them is still to be told: the smallest around it.
_SHOWN_WHOLE = {"list_item", "paragraph", "heading"}
# Blocks that make no sense once empty.
_NEVER_EMPTY = {"bullet_list", "ordered_list", "list_item", "blockquote"}


def how_to_reach_us() -> SafeString:
    """For the middle of a sentence: the address of the settings; else the entry of the Apes (1 query)."""
    if address := settings.CONTACT_EMAIL:
        return format_html('<a href="mailto:{0}">{0}</a>', address)
    apes = Actor.objects.published().filter(slug=APES_SLUG).first()
    if apes is None:
        return SafeString("l’Apes, qui dit comment la joindre à la fin de chacune de ses lettres")
    return format_html(
        'l’Apes, <a href="{}">dont la fiche donne les coordonnées</a>', apes.get_absolute_url()
    )


# -- our marks ------------------------------------------------------------------------------------


def marks(text: str) -> list[str]:
    """What stands between double square brackets, in order."""
    return [found.strip() for found in _MARK.findall(text)]


def unknown_marks(text: str) -> list[str]:
    return [mark for mark in marks(text) if mark != CONTACT and not _is_to_complete(mark)]


def still_to_tell(text: str) -> list[str]:
    """« adresse de l’éditeur » for each ``[[à compléter : adresse de l’éditeur]]``."""
    return [
        mark.removeprefix(TO_COMPLETE).lstrip("\xa0 :") or TO_COMPLETE
        for mark in marks(text)
        if _is_to_complete(mark)
    ]


def _is_to_complete(mark: str) -> bool:
    return mark.startswith(TO_COMPLETE)


def _read_mark(state: StateInline, silent: bool) -> bool:
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("own_mark", "", 0).content = found[1].strip()
    state.pos = found.end()
    return True


# -- rendering ------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    # Pictures would come from elsewhere; a line of dashes under a paragraph is a rule, not a heading.
    parser.disable(["image", "lheading"])
    parser.inline.ruler.before("link", "own_mark", _read_mark)
    parser.add_render_rule("own_mark", _write_mark)
    return parser


def _write_mark(renderer, tokens: Sequence[Token], index: int, options, env) -> str:
    mark = tokens[index].content
    if mark == CONTACT:
        return env[CONTACT]
    if _is_to_complete(mark):
        return format_html('<mark class="to-complete">{}</mark>', typo(mark))
    return format_html("[[{}]]", mark)


@dataclass(frozen=True)
class Heading:
    """One part of a page: its id to link to, and its words."""

    id: str
    words: str


@dataclass(frozen=True)
class Prose:
    """A text ready for its page: HTML with headings from h2 down, and its parts, those of h2."""

    html: SafeString
    parts: list[Heading]


def read(text: str, *, for_editors: bool = False) -> Prose:
    """The text for its page; ``for_editors`` shows what is still to be told.

    No query, or 1 for :func:`how_to_reach_us` where the text asks it.
    """
    tree = SyntaxTreeNode(_parser().parse(text))
    if not for_editors:
        _prune(tree)
    tokens = tree.to_tokens()
    _mind_links_and_signs(tokens)
    parts = _settle_headings(tokens)
    parser = _parser()
    env = {CONTACT: how_to_reach_us()} if CONTACT in marks(text) else {}
    html = parser.renderer.render(tokens, parser.options, env)
    # The one place where HTML is called safe: right behind the allow-list.
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return Prose(mark_safe(clean), parts)


def _prune(node: SyntaxTreeNode) -> bool:
    """Take out of ``node`` what has something still to tell; True when ``node`` itself has to go."""
    if node.type == "inline":
        return any(child.type == "own_mark" and _is_to_complete(child.content) for child in node.children)
    kept = [child for child in node.children if not _prune(child)]
    gone = len(kept) < len(node.children)
    if gone and node.type in _SHOWN_WHOLE:
        return True
    node.children = _without_bare_headings(kept) if gone and node.is_root else kept
    return gone and not kept and node.type in _NEVER_EMPTY


def _without_bare_headings(blocks: list[SyntaxTreeNode]) -> list[SyntaxTreeNode]:
    """Without headings that nothing follows before the next one of their level or above."""
    kept: list[SyntaxTreeNode] = []
    for block in reversed(blocks):
        after = kept[-1] if kept else None
        bare = after is None or (after.type == "heading" and after.tag <= block.tag)
        if not (block.type == "heading" and bare):
            kept.append(block)
    return kept[::-1]


def _settle_headings(tokens: list[Token]) -> list[Heading]:
    """Begin at h2, since the page's title is its h1, and skip no level; give each an id to link to. The h2."""
    level, taken, parts = 1, set(), []
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        level = min(max(int(token.tag[1]), 2), level + 1, 4)
        token.tag = tokens[index + 2].tag = f"h{level}"
        words = "".join(
            child.content for child in tokens[index + 1].children if child.type in {"text", "code_inline"}
        )
        # A prefix of its own: the frame of the page has ids too.
        name = f"partie-{slugify(words)}"
        while name in taken:
            name += "-bis"
        taken.add(name)
        token.attrSet("id", name)
        if level == 2:
            parts.append(Heading(name, words))
    return parts


def _mind_links_and_signs(tokens: list[Token]) -> None:
    for token in tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = typo(child.content)
            elif child.type == "link_open" and re.match(r"(https?:)?//", str(child.attrGet("href")), re.I):
                child.attrSet("rel", "noopener")
