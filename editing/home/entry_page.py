"""One worklist as its page shows it: a page of entries, what they can be narrowed by, who put others off."""

from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Page, Paginator
from django.http import QueryDict

from actors.models import Actor
from actors.models.actor_queryset import ActorQuerySet
from editing.home.filtering import ListFilter
from editing.home.worklists import EntryList
from editing.models import Postponement
from editing.rights import changeable
from territories.text import row_number

PER_PAGE = 50


class EntryPage:
    """About 14 queries, whatever the list and the number of entries."""

    def __init__(self, worklist: EntryList, user: AbstractBaseUser, asked: QueryDict) -> None:
        self.worklist, self._user, self._asked = worklist, user, asked

    @cached_property
    def shows_postponed(self) -> bool:
        return self._asked.get("reportees") == "oui"

    @cached_property
    def _listed(self) -> ActorQuerySet:
        mine = changeable(self._user)
        return self.worklist.postponed(mine) if self.shows_postponed else self.worklist.waiting(mine)

    @cached_property
    def form(self) -> ListFilter:
        return ListFilter(self._asked, self._listed)

    @cached_property
    def entries(self) -> ActorQuerySet:
        """Every entry of the list as it is narrowed."""
        return self.form.narrow(self._listed)

    @cached_property
    def page(self) -> Page:
        rows = self.entries.for_list().in_order()
        return Paginator(rows, PER_PAGE).get_page(self._asked.get("page"))

    @cached_property
    def rows(self) -> list[tuple[Actor, Postponement | None]]:
        """The entries of the page, each with who put it off until when, if anybody did."""
        actors = list(self.page.object_list)
        put_off = Postponement.objects.current().of_list(self.worklist.slug)
        put_off = (
            put_off.filter(actor__in=actors).select_related("postponed_by") if self.shows_postponed else ()
        )
        by_actor = {row.actor_id: row for row in put_off}
        return [(actor, by_actor.get(actor.pk)) for actor in actors]

    @cached_property
    def postponed_count(self) -> int:
        """How many are put off: what the link to them says."""
        return self.worklist.postponed(changeable(self._user)).count()

    @property
    def query(self) -> str:
        """What is asked, for links to other pages of the same."""
        return self._query("page")

    @property
    def other_side(self) -> str:
        """The way to those put off, or back."""
        return self._query("page", "reportees")

    def _query(self, *left_out: str) -> str:
        kept = {key: value for key, value in self._asked.items() if value and key not in left_out}
        made = QueryDict(mutable=True)
        made.update(kept)
        return made.urlencode()

    def one(self, pk: str) -> ActorQuerySet:
        """The entry beside which a button was pressed; nobody where it is not of the list."""
        return self._listed.filter(pk=row_number(pk))

    def ticked(self, posted: QueryDict) -> ActorQuerySet:
        """The entries meant by a form: those ticked, or all of the list as it is narrowed; never another one's."""
        if posted.get("tout") == "oui":
            return self.entries
        ids = [row_number(pk) for pk in posted.getlist("fiche")]
        return self._listed.filter(pk__in=ids[: PER_PAGE * 4])
