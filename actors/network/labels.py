"""How much room a name takes in the drawing: the layout keeps it free, the page writes into it."""

import textwrap
from functools import lru_cache

# In units of the drawing: one is a CSS pixel at natural size.
FONT_SIZE = 13
LINE_HEIGHT = 16
# A wide guess for the system fonts of a page, so that names don't meet.
_CHARACTER = 7.0
_LINE = 20
_LINES = 3
# Radius of an actor with one neighbour, and what more neighbours add at most.
_RADIUS = 7
_MORE = 9


def lines(name: str, width: int = _LINE, most: int = _LINES) -> list[str]:
    """``name`` in at most ``most`` lines of some ``width`` characters; an ellipsis ends what is cut."""
    return list(_wrapped(name, width, most))


# The same names stand in the drawings of all who are linked with them; 2 MB at most.
@lru_cache(maxsize=8000)
def _wrapped(name: str, width: int, most: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(name, width, max_lines=most, placeholder="…", break_on_hyphens=True) or [name])


def radius(degree: int) -> float:
    """Of an actor's sign: grows with the root of its neighbours."""
    return round(_RADIUS + min(_MORE, 2 * (max(degree, 1) ** 0.5 - 1)), 1)


def box(name: str, degree: int) -> tuple[float, float]:
    """Width and height of a sign with its name below it."""
    told = lines(name)
    width = max(map(len, told)) * _CHARACTER
    sign = 2 * radius(degree)
    return max(width, sign), sign + 4 + len(told) * LINE_HEIGHT
