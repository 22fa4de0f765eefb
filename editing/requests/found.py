"""What the directory knows of whoever asks, for the moderator who decides."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from actors.actions.holdings import Holding, holdings
from actors.enums import ContactKind
from actors.models import ContactPoint, Seed, Spokesperson
from sources.erasure import DoNotRestore, Traces
from sources.models import Article, Person

_MOST = 100
# Persons stand above; what the loader remembers of its files says nothing more, in words of the program.
_TOLD_OTHERWISE = (Person, Seed)


@dataclass
class Found:
    """What is held on one person (some 70 queries, asked by the template)."""

    traces: Traces
    # The request itself, which says all of it.
    but: tuple[str, int] = ("", 0)
    cut: bool = field(default=False, init=False)

    @cached_property
    def persons(self) -> list[Person]:
        return [
            person
            for person in Person.objects.order_by("name", "pk")
            if self.traces.is_called(*person.spellings)
        ]

    @cached_property
    def functions(self) -> list[Spokesperson]:
        rows = Spokesperson.objects.filter(person__in=self.persons)
        return list(rows.select_related("person", "actor").order_by("actor__name_key", "pk"))

    @cached_property
    def signed(self) -> list[Article]:
        rows = Article.objects.filter(authors__in=self.persons).distinct()
        return list(rows.select_related("letter").order_by("-letter__latest", "position", "pk"))

    @cached_property
    def near(self) -> list[ContactPoint]:
        """Contacts of a person in the same entries: perhaps theirs."""
        rows = ContactPoint.objects.filter(
            actor__in={row.actor_id for row in self.functions},
            personal=True,
            kind__in=[ContactKind.EMAIL, ContactKind.PHONE],
        )
        rows = rows.select_related("actor").order_by("actor__name_key", "pk")
        return [row for row in rows if not self.traces.knows(row.value)]

    @cached_property
    def places(self) -> list[Holding]:
        """Where texts say it, the request itself apart."""
        found = (
            holding
            for holding in holdings(self.traces)
            if holding.model not in _TOLD_OTHERWISE and (holding.model._meta.label, holding.pk) != self.but
        )
        places = list(islice(found, _MOST + 1))
        self.cut = len(places) > _MOST
        return places[:_MOST]

    @cached_property
    def is_erased(self) -> bool:
        return DoNotRestore.read().forbids(*self.traces.names)

    def __bool__(self) -> bool:
        return bool(self.persons or self.places)
