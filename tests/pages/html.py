"""Reading a page as a visitor does: a small tree of its elements."""

from html.parser import HTMLParser

# Elements that part no words.
_INLINE = {"a", "span", "strong", "time", "summary", "label", "mark"}
_VOID = {"meta", "link", "input", "br", "img", "hr"}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        """Its words with single spaces, as a screen reader would say them."""
        return " ".join(self._raw.split())

    @property
    def _raw(self) -> str:
        words = "".join(child if isinstance(child, str) else child._raw for child in self.children)
        return words if self.tag in _INLINE else f" {words} "

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Elements below it, in order; ``class_`` and ``data_x`` stand for class and data-x."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
                if tag in {"", child.tag} and all(
                    value in child.attributes.get(name, "").split() or child.attributes.get(name) == value
                    for name, value in wanted.items()
                ):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """The only such element; fails when there is none or several."""
        (found,) = self.all(tag, **attributes)
        return found

    def texts(self, tag: str = "", **attributes: str) -> list[str]:
        return [element.text for element in self.all(tag, **attributes)]

    def links(self) -> list[tuple[str, str]]:
        """(address, words) of each link below it."""
        return [(link.attributes["href"], link.text) for link in self.all("a")]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        # A page that closes what it did not open is broken: say so.
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def page(response) -> Element:
    """The page of a response; fails when its tags are not nested as they should."""
    return parse(response.content.decode())


def parse(html: str) -> Element:
    """The same for a piece of HTML."""
    builder = _Builder()
    builder.feed(html)
    assert builder.open == [builder.root], f"<{builder.open[-1].tag}> is never closed"
    return builder.root


def main(response) -> Element:
    return page(response).one("main")


def section(response, heading_id: str) -> Element:
    """The section that the heading with this id names."""
    return main(response).one("section", aria_labelledby=heading_id)
