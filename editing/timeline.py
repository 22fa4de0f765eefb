"""The history of one entry as its page tells it: act by act, the latest first."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from reversion.models import Version

from actors.history import Difference, differences, document_of, versions_of
from actors.history.names import Names

PER_PAGE = 20
PROGRAM = "Programme"


@dataclass(frozen=True)
class Step:
    """One version, and what it changed from the one before; the first one of all changed nothing."""

    version: Version
    differences: list[Difference]
    is_first: bool
    is_present: bool

    @property
    def when(self) -> datetime.datetime:
        return self.version.revision.date_created

    @property
    def who(self) -> str:
        return author(self.version)

    @property
    def what(self) -> str:
        return self.version.revision.comment


def author(version: Version) -> str:
    user = version.revision.user
    return (user.get_full_name() or user.get_username()) if user else PROGRAM


class Timeline:
    """One page of an entry's history (9 queries at most, whatever the entry and the number of acts)."""

    def __init__(self, actor_id: int, page: str | int = 1) -> None:
        self.actor_id = actor_id
        self._asked = page

    @cached_property
    def page(self) -> Page:
        return Paginator(versions_of(self.actor_id), PER_PAGE).get_page(self._asked)

    @cached_property
    def steps(self) -> list[Step]:
        start = self.page.start_index() - 1
        # One more than shown: what the last one on the page changed.
        shown = list(self.page.object_list) if self.page.paginator.count else []
        older = list(versions_of(self.actor_id)[start + len(shown) : start + len(shown) + 1])
        versions = [*shown, *older]
        documents = [document_of(version) for version in versions]
        names = Names(documents)
        steps = []
        for number, version in enumerate(shown):
            before = documents[number + 1] if number + 1 < len(documents) else None
            found = differences(before, documents[number], names) if before else []
            steps.append(Step(version, found, before is None, start + number == 0))
        return steps


class Comparison:
    """From one version of an entry to another, the older one first (8 queries)."""

    def __init__(self, actor_id: int, one: str, other: str) -> None:
        """Raises ValueError unless both are versions of that entry."""
        ids = {int(one), int(other)}
        found = sorted(versions_of(actor_id).filter(pk__in=ids), key=lambda version: version.pk)
        if len(found) != len(ids):
            raise ValueError("Not two versions of this entry.")
        self.before, self.after = found[0], found[-1]

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(document_of(self.before), document_of(self.after))

    @property
    def told(self) -> tuple[str, str]:
        """Who made each of the two."""
        return author(self.before), author(self.after)
