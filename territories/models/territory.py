"""One place: a commune, a department, a pays."""

from heapq import nsmallest

from django.db import models
from django.db.models import Q

from territories.addresses import address
from territories.enums import COMMUNES_AND_PARTS, TerritoryKind
from territories.fields import ByteOrderedCharField
from territories.models.boundary import Adjacency, Boundary
from territories.models.containment import Containment
from territories.models.level import level_rank
from territories.models.naming import TerritoryName
from territories.text import fold

# Hauts-de-France: the region whose communes are all loaded, and which the directory is about.
HOME_REGION = "32"
# Communes whose middle is nearest to a point, among which the one that holds it is looked for.
_NEAREST_MIDDLES = 20
# A degree of longitude beside one of latitude, around 50° north.
_LONGITUDE_SCALE = 0.64

_MERGED_OR_PAST = [
    TerritoryKind.ASSOCIATED_COMMUNE,
    TerritoryKind.DELEGATED_COMMUNE,
    TerritoryKind.FORMER,
]


class TerritoryQuerySet(models.QuerySet):
    def from_parameter(self, value: str) -> "TerritoryQuerySet":
        """The territory an address or a filter names: at most one row.

        A bare code is a commune (5 characters), an EPCI (9 digits) or a department (2 or 3);
        anything else is a slug. A region is ``region-32`` or its slug, since every region's code is
        also a department's. A code that lives no more leads to the associated, delegated or former
        territory that bore it.
        """
        value = value.strip()
        code = value.upper()
        if code.startswith("REGION-"):
            by_code = Q(kind=TerritoryKind.REGION, code=code.removeprefix("REGION-"))
        elif len(code) == 9 and code.isdigit():
            by_code = Q(kind=TerritoryKind.EPCI, code=code)
        elif len(code) == 5 and code[0].isdigit():
            by_code = Q(kind=TerritoryKind.COMMUNE, code=code)
        elif len(code) in {2, 3} and code[0].isdigit():
            by_code = Q(kind=TerritoryKind.DEPARTMENT, code=code)
        else:
            return self.filter(slug=value.lower())
        live = Territory.objects.filter(by_code)
        past = Q(kind__in=_MERGED_OR_PAST, code=code)
        return self.filter(by_code | (past & ~models.Exists(live)))

    def home_region(self) -> "Territory | None":
        """The region the directory is about; None before territories are loaded (1 query)."""
        return self.filter(kind=TerritoryKind.REGION, code=HOME_REGION).first()

    def communes_of(self, region: int) -> "dict[int, Territory]":
        """Every commune in the region of this key, by its own: what a map says of one (1 query)."""
        inside = Containment.objects.filter(container=region, whole=True).values("member")
        return (
            self.filter(kind=TerritoryKind.COMMUNE, pk__in=inside, latitude__isnull=False)
            .only("name", "slug", "kind", "latitude", "longitude")
            .in_bulk()
        )

    def departments_elsewhere(self) -> "TerritoryQuerySet":
        """Departments of other regions, by name."""
        return (
            self.filter(kind=TerritoryKind.DEPARTMENT)
            .exclude(parent__kind=TerritoryKind.REGION, parent__code=HOME_REGION)
            .order_by("name_key", "pk")
        )

    def home_levels(self) -> "TerritoryQuerySet":
        """Departments, then EPCI, of the region the directory is about, by name."""
        home = {"kind": TerritoryKind.REGION, "code": HOME_REGION}
        departments = Q(kind=TerritoryKind.DEPARTMENT, **{f"parent__{key}": home[key] for key in home})
        epcis = Q(kind=TerritoryKind.EPCI, **{f"parent__parent__{key}": home[key] for key in home})
        return self.filter(departments | epcis).order_by(level_rank("kind"), "name_key", "pk")

    def home_levels_and_informal(self) -> "TerritoryQuerySet":
        """The same, then those without official limits: by what editors divide the region."""
        mine = self.home_levels().order_by().values("pk")
        both = self.filter(Q(pk__in=mine) | Q(kind=TerritoryKind.INFORMAL))
        return both.order_by(level_rank("kind"), "name_key", "pk")

    def informal(self) -> "TerritoryQuerySet":
        """Those without official limits, by name."""
        return self.filter(kind=TerritoryKind.INFORMAL).order_by("name_key", "pk")

    def named(self, text: str) -> "TerritoryQuerySet":
        """Territories one of whose names is ``text``, but for accents, case and signs.

        The widest first; those that were merged into another only where no other bears the name.
        """
        names = TerritoryName.objects.filter(territory=models.OuterRef("pk"), name_key=fold(text))
        living = TerritoryName.objects.filter(name_key=fold(text)).exclude(
            territory__kind__in=_MERGED_OR_PAST
        )
        return self.filter(
            models.Exists(names), ~Q(kind__in=_MERGED_OR_PAST) | ~models.Exists(living)
        ).order_by(level_rank("kind"), "name_key", "pk")

    def for_page(self) -> "TerritoryQuerySet":
        """What tells a territory itself: every parent above it, names, postal codes (2 queries more)."""
        return self.select_related("parent__parent__parent__parent__parent").prefetch_related(
            "names", "postal_codes"
        )

    def neighbours_of(self, territory: "Territory") -> "TerritoryQuerySet":
        """Those of its kind that share a border with it, by name."""
        return self.filter(
            Q(pk__in=Adjacency.objects.filter(first=territory).values("second"))
            | Q(pk__in=Adjacency.objects.filter(second=territory).values("first"))
        ).order_by("name_key", "pk")

    def commune_at(self, latitude: float, longitude: float) -> "Territory | None":
        """The commune whose outline holds a point; None outside those loaded (2 queries)."""

        def away(row: tuple[int, float, float]) -> float:
            return (row[1] - latitude) ** 2 + ((row[2] - longitude) * _LONGITUDE_SCALE) ** 2

        placed = self.filter(kind=TerritoryKind.COMMUNE, latitude__isnull=False).order_by("pk")
        nearest = nsmallest(_NEAREST_MIDDLES, placed.values_list("pk", "latitude", "longitude"), key=away)
        outlines = Boundary.objects.filter(territory__in=[row[0] for row in nearest])
        rows = outlines.select_related("territory").order_by("pk")
        return next((row.territory for row in rows if row.holds(latitude, longitude)), None)

    def search(self, text: str) -> "TerritoryQuerySet":
        """Territories one of whose names holds every word of ``text``, or with that postal code or code.

        Best first: same name, name beginning so, then the others, larger ones first.
        """
        key = fold(text)
        if not key:
            return self.none()
        if key.replace(" ", "").isdigit():
            digits = key.replace(" ", "")
            return (
                self.filter(Q(postal_codes__code=digits) | Q(code=digits))
                .distinct()
                .order_by("name_key", "pk")
            )
        named = TerritoryName.objects.filter(territory=models.OuterRef("pk"))
        for word in key.split():
            named = named.filter(name_key__contains=word)
        return (
            self.filter(models.Exists(named))
            .annotate(
                rank=models.Case(
                    models.When(name_key=key, then=0),
                    models.When(name_key__startswith=key, then=1),
                    default=2,
                )
            )
            .order_by("rank", models.F("population").desc(nulls_last=True), "name_key", "pk")
        )

    def with_department(self) -> "TerritoryQuerySet":
        """Each with ``department_name``, of the department it wholly lies in; None for wider ones."""
        departments = Containment.objects.filter(
            member=models.OuterRef("pk"), whole=True, container__kind=TerritoryKind.DEPARTMENT
        ).order_by("pk")
        return self.annotate(department_name=models.Subquery(departments.values("container__name")[:1]))

    def inside(self, territory: "Territory") -> "TerritoryQuerySet":
        """``territory`` itself and everything that lies wholly inside it."""
        return self.filter(
            Q(pk=territory.pk)
            | Q(pk__in=Containment.objects.filter(container=territory, whole=True).values("member"))
        )


class Territory(models.Model):
    """One place, official or not. ``kind`` and ``code`` together name it.

    ``parent`` is its one place in the tree shown to visitors; what lies inside what is
    :class:`Containment`, computed from sets of communes.
    """

    kind = models.CharField("niveau", max_length=20, choices=TerritoryKind)
    # INSEE code; SIREN of an EPCI; own slug for the rest. Unique with the kind only: regions share
    # codes with departments, delegated communes with live ones.
    code = models.CharField("code", max_length=60)
    slug = models.SlugField("adresse", max_length=120, unique=True)
    # With its article, as officially written: "La Bassée", "Le Cateau-Cambrésis".
    name = models.CharField("nom", max_length=150)
    name_key = ByteOrderedCharField("nom pour le tri", max_length=150, editable=False, db_index=True)
    # "de" and "à" with the name, elided and contracted: "d’Hornaing", "du Nord"; "au Cateau-Cambrésis", "dans le Nord".
    of_phrase = models.CharField(
        "complément avec « de »", max_length=170, help_text="« d’Hornaing », « de l’Aisne »"
    )
    at_phrase = models.CharField(
        "complément de lieu", max_length=170, help_text="« à La Bassée », « dans le Nord »"
    )
    population = models.PositiveIntegerField("population", null=True, blank=True)
    population_year = models.PositiveSmallIntegerField("année de la population", null=True, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    # A point inside the territory, WGS 84 degrees.
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="rattaché à"
    )
    # False where some communes of an official territory are not loaded: its page says so.
    complete = models.BooleanField("communes toutes chargées", default=True)
    note = models.TextField(
        "note", blank=True, help_text="Ce que l’on sait d’un territoire sans périmètre officiel."
    )

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        ordering = ["name_key", "pk"]
        indexes = [models.Index(fields=["parent", "kind"], name="territory_parent_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="territory_kind_code_unique",
                violation_error_message="Un territoire de ce niveau porte déjà ce code.",
            ),
            models.CheckConstraint(
                name="territory_kind_in_list",
                condition=Q(kind__in=TerritoryKind.values),
                violation_error_message="Le niveau d’un territoire est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="territory_population_with_year",
                condition=Q(population__isnull=True, population_year__isnull=True)
                | Q(population__isnull=False, population_year__isnull=False),
                violation_error_message="La population va avec son année.",
            ),
            models.CheckConstraint(
                name="territory_point_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # Said outright: a check that is NULL passes, and half a point would make it NULL.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                violation_error_message="Un point a une latitude et une longitude, en degrés.",
            ),
            models.CheckConstraint(
                name="territory_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                violation_error_message="Un territoire n’est pas rattaché à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("territory", self.slug)

    @property
    def natural(self) -> str:
        """``kind:code``, its name in fixtures and changes."""
        return f"{self.kind}:{self.code}"

    @property
    def is_commune_or_part(self) -> bool:
        """Whether it tells the commune of what is placed in it."""
        return self.kind in COMMUNES_AND_PARTS

    @property
    def lineage(self) -> list["Territory"]:
        """Its parents, the widest first; needs ``for_page()``."""
        above, parent = [], self.parent
        while parent:
            above.insert(0, parent)
            parent = parent.parent
        return above

    @property
    def inner_kinds(self) -> list[str]:
        """The kinds its page lists inside it: the next level of the tree, or what is placed there by hand."""
        return _INNER_KINDS.get(self.kind, TerritoryKind.values)


_INNER_KINDS = {
    TerritoryKind.COUNTRY: [TerritoryKind.REGION],
    TerritoryKind.REGION: [TerritoryKind.DEPARTMENT],
    TerritoryKind.DEPARTMENT: [TerritoryKind.EPCI],
    TerritoryKind.EPCI: [TerritoryKind.COMMUNE],
    TerritoryKind.COMMUNE: [
        TerritoryKind.ASSOCIATED_COMMUNE,
        TerritoryKind.DELEGATED_COMMUNE,
        TerritoryKind.NEIGHBOURHOOD,
    ],
    TerritoryKind.FORMER: [TerritoryKind.DEPARTMENT],
}
