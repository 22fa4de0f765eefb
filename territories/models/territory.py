"""Territories, what they are called, what they contain and what they were."""

from collections.abc import Iterable
from functools import cache
from heapq import nsmallest
from itertools import chain, pairwise

from django.db import models
from django.db.models import Q
from django.urls import reverse

from territories.enums import COMMUNES_AND_PARTS, NameKind, SuccessionKind, TerritoryKind
from territories.fields import ByteOrderedCharField
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


@cache
def level_rank(path: str) -> models.Case:
    """Rank of the kind found at ``path``, 0 for a country, to sort by."""
    return models.Case(
        *[models.When(**{path: kind}, then=rank) for rank, kind in enumerate(TerritoryKind.values)],
        default=len(TerritoryKind.values),
    )


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
        return reverse("territory", args=[self.slug])

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


class TerritoryName(models.Model):
    """One name under which a territory is searched; its official name is among them."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="names", verbose_name="territoire")
    name = models.CharField("nom", max_length=150)
    name_key = ByteOrderedCharField("nom pour la recherche", max_length=150, editable=False, db_index=True)
    kind = models.CharField("sorte de nom", max_length=10, choices=NameKind)
    # Last year the name was in use; NULL when unknown or still in use.
    until = models.PositiveSmallIntegerField("jusqu’en", null=True, blank=True)

    class Meta:
        verbose_name = "nom d’un territoire"
        verbose_name_plural = "noms de territoires"
        ordering = ["territory", "kind", "name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "name"],
                name="territoryname_unique",
                violation_error_message="Ce territoire porte déjà ce nom.",
            ),
            models.CheckConstraint(
                name="territoryname_kind_in_list",
                condition=Q(kind__in=NameKind.values),
                violation_error_message="La sorte d’un nom est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)


class PostalCode(models.Model):
    """A postal code that serves a territory; one code often serves many communes."""

    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="postal_codes", verbose_name="territoire"
    )
    code = models.CharField("code postal", max_length=5, db_index=True)

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "code"],
                name="postalcode_unique",
                violation_error_message="Ce territoire a déjà ce code postal.",
            ),
            models.CheckConstraint(
                name="postalcode_five_digits",
                condition=Q(code__regex=r"^[0-9]{5}$"),
                violation_error_message="Un code postal a cinq chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ContainmentQuerySet(models.QuerySet):
    def around(self, territory: Territory) -> "ContainmentQuerySet":
        """What contains ``territory``, the widest first."""
        return (
            self.filter(member=territory)
            .select_related("container")
            .order_by(level_rank("container__kind"), "container__name_key", "pk")
        )

    def epcis_by_department(self, region: Territory) -> "ContainmentQuerySet":
        """EPCI in each department of ``region``, wholly or in part, by both names."""
        return (
            self.filter(
                container__kind=TerritoryKind.DEPARTMENT,
                container__parent=region,
                member__kind=TerritoryKind.EPCI,
            )
            .select_related("container", "member")
            .order_by("container__name_key", "member__name_key", "pk")
        )

    def frames_of(self, territories: Iterable[Territory]) -> "ContainmentQuerySet":
        """EPCI and departments that each of these lies in, wholly or in part."""
        return (
            self.filter(
                member__in=[territory.pk for territory in territories],
                container__kind__in=[TerritoryKind.EPCI, TerritoryKind.DEPARTMENT],
            )
            .select_related("container")
            .order_by("container__name_key", "pk")
        )

    def placed_in(self, territories: Iterable[Territory]) -> "ContainmentQuerySet":
        """What makes up territories without limits or of the past: the widest that is told, in part or wholly.

        Not the communes of an EPCI that is there itself, nor the EPCI of a department.
        """
        beside = Containment.objects.filter(
            container=models.OuterRef("container"), member=models.OuterRef("member__parent"), whole=True
        )
        return (
            self.filter(
                ~models.Exists(beside),
                container__in=[territory.pk for territory in territories],
                member__kind__in=[TerritoryKind.DEPARTMENT, TerritoryKind.EPCI, TerritoryKind.COMMUNE],
            )
            .select_related("member")
            .order_by(level_rank("member__kind"), "member__name_key", "pk")
        )

    def inside(self, territory: Territory) -> "ContainmentQuerySet":
        """What its page lists inside ``territory``, by level and name.

        The next level of the tree; for a department also the communes that no EPCI leads to, for a
        former territory its departments, else its communes.
        """
        listed = Q(member__kind__in=territory.inner_kinds)
        if territory.kind == TerritoryKind.DEPARTMENT:
            listed |= Q(member__kind=TerritoryKind.COMMUNE, member__parent=territory)
        elif territory.kind == TerritoryKind.FORMER:
            departments = Containment.objects.filter(
                container=territory, member__kind=TerritoryKind.DEPARTMENT
            )
            listed |= Q(member__kind=TerritoryKind.COMMUNE) & ~models.Exists(departments)
        return (
            self.filter(listed, container=territory)
            .select_related("member")
            .order_by(level_rank("member__kind"), "member__name_key", "pk")
        )


class Containment(models.Model):
    """``member`` lies in ``container``: wholly, or only in part (an EPCI across a department's border).

    Computed from sets of communes when the data is built. An informal territory contains only what a
    source places in it.
    """

    container = models.ForeignKey(
        Territory, models.CASCADE, related_name="contained", verbose_name="territoire qui contient"
    )
    member = models.ForeignKey(
        Territory, models.CASCADE, related_name="containers", verbose_name="territoire contenu"
    )
    whole = models.BooleanField("en entier", default=True)

    objects = ContainmentQuerySet.as_manager()

    class Meta:
        verbose_name = "inclusion"
        verbose_name_plural = "inclusions"
        ordering = ["container", "member", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["container", "member"],
                name="containment_unique",
                violation_error_message="Cette inclusion est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="containment_not_itself",
                condition=~Q(container=models.F("member")),
                violation_error_message="Un territoire ne se contient pas lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.container} contient {self.member}"


class SuccessionQuerySet(models.QuerySet):
    def before(self, territory: Territory) -> "SuccessionQuerySet":
        """What ``territory`` took over from, the latest first."""
        return (
            self.filter(successor=territory)
            .select_related("predecessor")
            .order_by(models.F("year").desc(nulls_last=True), "predecessor__name_key", "pk")
        )

    def after(self, territory: Territory) -> "SuccessionQuerySet":
        """What took over from ``territory``, the latest first."""
        return (
            self.filter(predecessor=territory)
            .select_related("successor")
            .order_by(models.F("year").desc(nulls_last=True), "successor__name_key", "pk")
        )


class Succession(models.Model):
    """``successor`` took over from ``predecessor``, many to many: mergers, splits, regions of 2016."""

    predecessor = models.ForeignKey(
        Territory, models.CASCADE, related_name="successions", verbose_name="ancien territoire"
    )
    successor = models.ForeignKey(
        Territory, models.CASCADE, related_name="precessions", verbose_name="territoire qui lui succède"
    )
    # NULL when no source tells it.
    year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    kind = models.CharField("sorte", max_length=12, choices=SuccessionKind)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = "succession"
        verbose_name_plural = "successions"
        ordering = ["predecessor", "successor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_unique",
                violation_error_message="Cette succession est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="succession_not_itself",
                condition=~Q(predecessor=models.F("successor")),
                violation_error_message="Un territoire ne succède pas à lui-même.",
            ),
            models.CheckConstraint(
                name="succession_kind_in_list",
                condition=Q(kind__in=SuccessionKind.values),
                violation_error_message="La sorte d’une succession est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class BoundaryQuerySet(models.QuerySet):
    def drawn_in(self, territory: Territory) -> "BoundaryQuerySet":
        """What a map of ``territory`` shows, with their territories: itself and its inner level, in part or wholly inside.

        The map of a region also has the intercommunalities in its departments.
        """
        kinds = [*territory.inner_kinds]
        if territory.kind == TerritoryKind.REGION:
            kinds.append(TerritoryKind.EPCI)
        members = Containment.objects.filter(container=territory, member__kind__in=kinds).values("member")
        return (
            self.filter(Q(territory=territory) | Q(territory__in=members))
            .select_related("territory")
            .order_by("territory__name_key", "pk")
        )


class Boundary(models.Model):
    """The simplified outline of a territory: a GeoJSON geometry, WGS 84, longitude first.

    In a table of its own so that lists never load it.
    """

    territory = models.OneToOneField(
        Territory, models.CASCADE, related_name="boundary", primary_key=True, verbose_name="territoire"
    )
    geometry = models.JSONField("contour")

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = "contour"
        verbose_name_plural = "contours"

    def __str__(self) -> str:
        return f"Contour {self.territory.of_phrase}"

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies inside: eastwards from it, the outline is crossed an odd number of times."""
        parts = self.geometry["coordinates"]
        rings = parts if self.geometry["type"] == "Polygon" else chain.from_iterable(parts)
        inside = False
        for ring in rings:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > latitude) != (y2 > latitude):
                    crossing = x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
                    inside ^= longitude < crossing
        return inside


class Adjacency(models.Model):
    """Two territories of one kind that share a border; stored once, smaller key first."""

    first = models.ForeignKey(Territory, models.CASCADE, related_name="+", verbose_name="premier territoire")
    second = models.ForeignKey(Territory, models.CASCADE, related_name="+", verbose_name="second territoire")

    class Meta:
        verbose_name = "voisinage"
        verbose_name_plural = "voisinages"
        ordering = ["first", "second", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="adjacency_unique",
                violation_error_message="Ce voisinage est déjà enregistré.",
            ),
            models.CheckConstraint(
                name="adjacency_ordered",
                condition=Q(first__lt=models.F("second")),
                violation_error_message="Un voisinage se range du plus petit identifiant au plus grand.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
