"""The form of our feeds: Atom (RFC 4287), with what was deleted (RFC 6721)."""

import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, rfc3339_date

from territories.text import without_controls

_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
# Entries of one feed: readers ask every hour or day and keep what they saw.
MOST = 50
# Deletions told, and for how long: whoever did not ask for three months begins anew.
MOST_GONE = 50
TOLD = datetime.timedelta(days=90)


class DirectoryAtom(Atom1Feed):
    """Adds ``rights`` already known to Django, and one ``at:deleted-entry`` for each of ``gone``.

    ``gone``: (identifier, when, why) of each. Programs that don't know the extension pass over it.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **_printable(kwargs))

    def add_item(self, *args, **kwargs) -> None:
        super().add_item(*args, **_printable(kwargs))

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:at": _TOMBSTONES}

    def add_root_elements(self, handler) -> None:
        super().add_root_elements(handler)
        for identifier, when, why in self.feed["gone"]:
            handler.startElement("at:deleted-entry", {"ref": identifier, "when": rfc3339_date(when)})
            handler.addQuickElement("at:comment", why)
            handler.endElement("at:deleted-entry")


def _printable(given: dict[str, Any]) -> dict[str, Any]:
    """XML refuses signs that a visitor may type into an address and that old rows may hold."""
    return {
        name: without_controls(value) if isinstance(value, str) else value for name, value in given.items()
    }
