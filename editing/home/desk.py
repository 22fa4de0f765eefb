"""What an editor sees first: what waits, what may be told, what was changed, how complete the directory is."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.http import QueryDict
from django.urls import reverse

from actors.models import Actor
from editing.home.changes import Changes, Deed, edited_last
from editing.home.completeness import Completeness, Row
from editing.home.filtering import HomeFilter
from editing.home.lists import lists_of
from editing.home.worklists import TO_DO, TO_TELL, EntryList, Scope, Worklist
from editing.rights import has_right
from editing.roles import Right

_LATEST = 8


@dataclass(frozen=True)
class Card:
    """A worklist with how many wait there; None where nobody has counted yet."""

    worklist: Worklist
    count: int | None
    due: str = ""


@dataclass(frozen=True)
class Shelf:
    """The lists of one kind: those where something waits, then those where nothing does."""

    waiting: tuple[Card, ...]
    empty: tuple[Card, ...]

    def __bool__(self) -> bool:
        return bool(self.waiting or self.empty)


class Desk:
    """About 30 queries, whatever the number of entries; none before the template asks."""

    def __init__(self, user: AbstractBaseUser, asked: QueryDict) -> None:
        """``asked``: the parameters of the page, a territory and a letter to look at."""
        self.user, self._asked = user, asked

    @property
    def name(self) -> str:
        return self.user.get_short_name() or self.user.get_username()

    @cached_property
    def narrowing(self) -> HomeFilter:
        return HomeFilter(self._asked)

    @property
    def query(self) -> str:
        """What is asked, for the links to the lists."""
        return self.narrowing.query

    @cached_property
    def _lists(self) -> list[Worklist]:
        """All of the person's lists; those of entries alone where a territory or a letter is asked for."""
        narrowed = self.narrowing.is_used
        return [each for each in lists_of(self.user) if not narrowed or isinstance(each, EntryList)]

    @cached_property
    def _scope(self) -> Scope:
        return Scope(self.user, self.narrowing.narrow(Actor.objects.all()))

    @cached_property
    def to_do(self) -> Shelf:
        return self._shelf(TO_DO)

    @cached_property
    def to_tell(self) -> Shelf:
        return self._shelf(TO_TELL)

    def _shelf(self, group: str) -> Shelf:
        lists = [each for each in self._lists if each.group == group]
        counted = [(each, each.count(self._scope)) for each in lists]
        cards = [Card(each, count, each.due(self._scope) if count else "") for each, count in counted]
        return Shelf(
            tuple(card for card in cards if card.count != 0), tuple(card for card in cards if card.count == 0)
        )

    @property
    def ways_in(self) -> list[tuple[str, str]]:
        """What people come for most: label and address."""
        ways = [("Saisir une lettre", reverse("admin:letter_entry"), Right.LETTERS)]
        ways += [
            (label, reverse(f"admin:actors_{face}_add"), Right.DRAFT)
            for label, face in (
                ("Nouvelle structure", "organisation"),
                ("Nouvelle initiative", "initiative"),
                ("Nouveau PTCE", "ptce"),
            )
        ]
        return [(label, address) for label, address, right in ways if has_right(self.user, right)]

    @property
    def reads(self) -> bool:
        """Whether the person has any role at all."""
        return has_right(self.user, Right.READ)

    @property
    def exports(self) -> bool:
        return has_right(self.user, Right.EXPORT)

    @cached_property
    def edited_last(self) -> list[Actor]:
        return edited_last(self.user)

    @cached_property
    def changes(self) -> list[Deed]:
        return Changes(self.user).latest(_LATEST)

    @cached_property
    def region(self) -> Row | None:
        return Completeness().region
