"""Filters of lists that no page of the site has in this form."""

from actors.filters import StrictForm
from actors.filters.fields import ChoiceFilter, TerritoryFilter, TextFilter
from actors.filters.strict import StrictFilterSet
from territories.enums import TerritoryKind
from territories.models import Territory


class TerritoryFilterSet(StrictFilterSet):
    """Territories by name or code as the site searches them, by level, by what wholly contains them."""

    q = TextFilter(label="Nom, code postal ou code Insee", max_length=120)
    niveau = ChoiceFilter(label="Niveau", choices=TerritoryKind.choices)
    dans = TerritoryFilter(
        label="Dans",
        max_length=150,
        help_text="Nom, code Insee ou SIREN d’un territoire qui le contient en entier.",
    )

    class Meta:
        model = Territory
        fields: list[str] = []
        form = StrictForm

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        rows = queryset.search(asked["q"]) if asked["q"] else queryset.order_by("name_key", "pk")
        if asked["niveau"]:
            rows = rows.filter(kind=asked["niveau"])
        if asked["dans"]:
            # Those inside by their ids: a search may join, and a join beside it counts twice.
            rows = rows.filter(
                pk__in=Territory.objects.inside(asked["dans"]).exclude(pk=asked["dans"].pk).values("pk")
            )
        return rows
