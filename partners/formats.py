"""The formats in which one thing can be taken away, beside its page: one line each.

``/id/<identifier>.<suffix>`` is the thing in that format; ``/id/<identifier>`` leads there when ``Accept`` asks for
the media type. What is written is made from the record alone (``partners/records``), which holds all that is public.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from partners.linked.murmurations import murmurations
from partners.linked.serialising import json_ld, turtle
from partners.records import Links


@dataclass(frozen=True)
class Format:
    """``write(record, links)``: the text of one record, in UTF-8; None where it has none of this kind.

    ``negotiated``: whether ``Accept`` may ask for it; two formats of one media type are told apart by their suffix.
    """

    suffix: str
    media_type: str
    label: str
    write: Callable[[dict, Links], str | None]
    negotiated: bool = True


def as_json(record: dict, links: Links) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1)


# In the order in which they are preferred where somebody accepts several alike.
FORMATS: tuple[Format, ...] = (
    Format("json", "application/json", "JSON", as_json),
    Format("jsonld", "application/ld+json", "JSON-LD", json_ld),
    Format("ttl", "text/turtle", "Turtle", turtle),
    Format("murmurations", "application/json", "Murmurations", murmurations, negotiated=False),
)
# The page comes first, and last: « application/* » means data.
_PAGE, _PAGE_AS_XML = "text/html", "application/xhtml+xml"


def by_suffix(suffix: str) -> Format | None:
    return next((each for each in FORMATS if each.suffix == suffix), None)


def preferred(request) -> Format | None:
    """What ``Accept`` asks for, by its quality values; None: the page, also where nothing we have is accepted."""
    chosen = request.get_preferred_type([_PAGE, *(each.media_type for each in FORMATS), _PAGE_AS_XML])
    return next((each for each in FORMATS if each.media_type == chosen), None)
