from functools import cached_property

from django import forms
from django.http import QueryDict

from actors.filters import ActorFilterSet, SharedChoiceField, StrictForm
from actors.index import Order, Selection
from pages.pagination import SIZE, SIZES
from pages.presenters.selection import ORDERS, Layout


class TerritorySearchForm(StrictForm):
    """Search of a territory by name, postal code, INSEE code or SIREN."""

    q = forms.CharField(
        label="Nom, code postal ou code Insee",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class ListingForm(forms.Form):
    """How a list of actors is laid out: ``tri`` and ``par``; the filters are read elsewhere."""

    # It names nothing that could be deleted.
    is_gone = False

    tri = SharedChoiceField(
        label="Trier par",
        required=False,
        choices=[(order.value, label) for order, label in ORDERS.items()],
    )
    par = SharedChoiceField(
        label="Acteurs par page", required=False, choices=[(str(size), str(size)) for size in SIZES]
    )

    @property
    def layout(self) -> Layout:
        """None of what has an error."""
        return self.layout_of("actor-list")

    def layout_of(self, route: str) -> Layout:
        """The same for a page of another address."""
        asked = self.cleaned_data
        order = Order(asked["tri"]) if asked.get("tri") else None
        return Layout(order, int(asked.get("par") or SIZE), route)


class ActorQuery:
    """The address of a list of actors, read: filters by one form, layout by another."""

    def __init__(self, parameters: QueryDict, route: str = "actor-list") -> None:
        self._parameters = parameters
        self._route = route
        self._filters = ActorFilterSet(parameters)
        self.form = self._filters.form
        self.listing = ListingForm(parameters)

    @cached_property
    def selection(self) -> Selection | None:
        """What is asked; None when the address holds an error, in a filter or in the layout."""
        return self._filters.selection if self.listing.is_valid() else None

    @cached_property
    def layout(self) -> Layout:
        return self.listing.layout_of(self._route)

    @property
    def understood(self) -> str:
        """The query part of the address without what has an error."""
        kept = self._parameters.copy()
        for name in self._parameters:
            known = name in self.form.fields or name in self.listing.fields
            if not known or name in self.form.errors or name in self.listing.errors:
                del kept[name]
        return kept.urlencode()
