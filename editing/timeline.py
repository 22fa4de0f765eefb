"""The history of one entry as its page tells it: act by act, the latest first."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Page, Paginator
from reversion.models import Revision, Version

from actors.history import Difference, differences, document_of, versions_of
from actors.history.document import Document, Row
from actors.history.names import Names
from actors.models import Actor
from editing.rights import has_right, hidden_among
from editing.roles import Right
from territories.text import row_number

PER_PAGE = 20
PROGRAM = "Programme"
UNTOLD = "Modification"


@dataclass(frozen=True)
class Step:
    """One version, and what it changed from the one before; the first one of all changed nothing."""

    version: Version
    what: str
    differences: list[Difference]
    is_first: bool
    is_present: bool

    @property
    def when(self) -> datetime.datetime:
        return self.version.revision.date_created

    @property
    def who(self) -> str:
        return author(self.version)


def author(version: Version) -> str:
    user = version.revision.user
    return (user.get_full_name() or user.get_username()) if user else PROGRAM


def as_read(documents: list[Document], user: AbstractBaseUser) -> list[Document]:
    """These states of one entry, without its links with entries the person may not read (1 query at most)."""
    ends = {pk for document in documents for row in document.get("links", ()) for pk in _ends(row)}
    if not (hidden := hidden_among(user, ends)):
        return documents
    return [
        {**document, "links": [row for row in document.get("links", ()) if not _ends(row) & hidden]}
        for document in documents
    ]


def _ends(link: Row) -> set[int]:
    return {link["source_id"], link["target_id"]}


def told_acts(acts: Iterable[Revision], user: AbstractBaseUser) -> dict[int, str]:
    """Id of each of these acts -> what was done, as the person may read it (2 queries, none for who reads all).

    The words of an act that also touched an entry they may not read may name it: it is « Modification » to them.
    """
    words = {act.pk: act.comment for act in acts}
    if has_right(user, Right.EDIT):
        return words
    rows = Version.objects.get_for_model(Actor).filter(revision__in=words).order_by()
    touched = [(act, int(pk)) for act, pk in rows.values_list("revision", "object_id")]
    hidden = hidden_among(user, (pk for _, pk in touched))
    return words | {act: UNTOLD for act, pk in touched if pk in hidden}


class Timeline:
    """One page of an entry's history (11 queries at most, whatever the entry and the number of acts)."""

    def __init__(self, actor_id: int, user: AbstractBaseUser, page: str | int = 1) -> None:
        self.actor_id = actor_id
        self._user, self._asked = user, page

    @cached_property
    def page(self) -> Page:
        return Paginator(versions_of(self.actor_id), PER_PAGE).get_page(self._asked)

    @cached_property
    def steps(self) -> list[Step]:
        # An entry that has no version yet has an empty page, which starts at 0.
        start = max(self.page.start_index() - 1, 0)
        # One more than shown: what the last one on the page changed.
        shown = list(self.page.object_list) if self.page.paginator.count else []
        older = list(versions_of(self.actor_id)[start + len(shown) : start + len(shown) + 1])
        versions = [*shown, *older]
        documents = as_read([document_of(version) for version in versions], self._user)
        names = Names(documents)
        words = told_acts((version.revision for version in shown), self._user)
        steps = []
        for number, version in enumerate(shown):
            before = documents[number + 1] if number + 1 < len(documents) else None
            found = differences(before, documents[number], names) if before else []
            what = words[version.revision_id]
            steps.append(Step(version, what, found, before is None, start + number == 0))
        return steps


class Comparison:
    """From one version of an entry to another, the older one first (8 queries)."""

    def __init__(self, actor_id: int, user: AbstractBaseUser, one: str, other: str) -> None:
        """Raises ValueError unless both are versions of that entry."""
        self._user = user
        ids = {row_number(one), row_number(other)}
        found = sorted(versions_of(actor_id).filter(pk__in=ids), key=lambda version: version.pk)
        if len(found) != len(ids):
            raise ValueError("Not two versions of this entry.")
        self.before, self.after = found[0], found[-1]

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(*as_read([document_of(self.before), document_of(self.after)], self._user))

    @property
    def told(self) -> tuple[str, str]:
        """Who made each of the two."""
        return author(self.before), author(self.after)
