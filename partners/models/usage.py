import datetime
from collections import defaultdict

from django.db import models
from django.db.models import F, Q, Sum


class UsageKind(models.TextChoices):
    EMBED = "embed", "Contenu intégré à un autre site"
    API = "api", "API"
    DOWNLOAD = "download", "Téléchargement"
    FEED = "feed", "Flux"


class UsageCountQuerySet(models.QuerySet):
    def add(self, day: datetime.date, kind: str, name: str, host: str, count: int) -> None:
        """Raise one count, for however many processes do at once (1 query, 2 for its first of a day)."""
        row = {"day": day, "kind": kind, "name": name, "host": host}
        if not self.filter(**row).update(count=F("count") + count):
            # Of two processes that are first, one makes the row; both add to it.
            self.bulk_create([self.model(**row, count=0)], ignore_conflicts=True)
            self.filter(**row).update(count=F("count") + count)

    def hosts_of(self, day: datetime.date) -> set[str]:
        return set(self.filter(day=day).exclude(host="").values_list("host", flat=True))

    def by_week(self, first: datetime.date) -> dict[datetime.date, dict[str, int]]:
        """Monday of each week with a use from ``first`` on -> kind -> how many (1 query)."""
        weeks: dict[datetime.date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        rows = self.filter(day__gte=first).order_by().values_list("day", "kind")
        for day, kind, count in rows.annotate(total=Sum("count")):
            weeks[day - datetime.timedelta(days=day.weekday())][kind] += count
        return weeks

    def ranked(self, column: str, kind: str, first: datetime.date, most: int) -> list[tuple[str, int]]:
        """(name or host, how many) of one kind from ``first`` on, the most used first (1 query)."""
        rows = self.filter(kind=kind, day__gte=first).values_list(column).order_by()
        return list(rows.annotate(total=Sum("count")).order_by("-total", column)[:most])


class UsageCount(models.Model):
    """How often one thing that partners take was asked for in one day; nothing of who asked.

    ``host``: of an embed, the name of the site that shows it, as its visitors' browsers say; '' elsewhere.
    """

    day = models.DateField("jour")
    kind = models.CharField("type", max_length=10, choices=UsageKind)
    # « acteur », « actors », « acteurs.csv ».
    name = models.CharField("quoi", max_length=60)
    host = models.CharField("site", max_length=120, blank=True)
    count = models.PositiveIntegerField("nombre", default=0)

    objects = UsageCountQuerySet.as_manager()

    class Meta:
        verbose_name = "usage par les partenaires"
        verbose_name_plural = "usages par les partenaires"
        ordering = ["-day", "kind", "name", "host", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="usage_once_a_day",
                fields=["day", "kind", "name", "host"],
                violation_error_message="Ce jour a déjà son compte.",
            ),
            models.CheckConstraint(
                name="usage_kind_in_list",
                condition=Q(kind__in=UsageKind.values),
                violation_error_message="Le type d’un usage est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        where = f" ({self.host})" if self.host else ""
        return f"{self.get_kind_display()} : {self.name}{where}, {self.count}"
