from django.db import models
from django.db.models import Q

from actors.enums import SpokespersonCategory
from sources.models import Person


class SpokespersonQuerySet(models.QuerySet):
    def shown(self) -> "SpokespersonQuerySet":
        """With their persons, those whom pages may name."""
        return self.filter(person__hidden_on=None).select_related("person")


class Spokesperson(models.Model):
    """Somebody who speaks or acts for an actor in a function, at the date of the source.

    Never users, people in integration or patients. Shown on pages, in nothing machine-readable.
    """

    actor = models.ForeignKey(
        "actors.Actor", models.CASCADE, related_name="spokespersons", verbose_name="acteur"
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="functions", verbose_name="personne")
    role = models.CharField("fonction", max_length=150, blank=True)
    category = models.CharField("catégorie", max_length=12, choices=SpokespersonCategory)

    objects = SpokespersonQuerySet.as_manager()

    class Meta:
        verbose_name = "porte-parole"
        verbose_name_plural = "porte-parole"
        ordering = ["actor", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "person", "role"],
                name="spokesperson_unique",
                violation_error_message="Cette personne a déjà cette fonction.",
            ),
            models.CheckConstraint(
                name="spokesperson_category_in_list",
                condition=Q(category__in=SpokespersonCategory.values),
                violation_error_message="La catégorie d’un porte-parole est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}" if self.role else str(self.person)
