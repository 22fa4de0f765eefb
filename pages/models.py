"""Pages whose text editors write: legal notices, how to be removed, how the entries are made."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

# First parts of addresses that are the program's, today or by the plan of docs/architecture.md:
# a page there would be hidden, or stand in the way.
RESERVED = frozenset(
    {
        *(
            "acteurs",
            "admin",
            "api",
            "carte",
            "cooperations",
            "donnees",
            "fiche",
            "flux",
            "id",
            "integration",
        ),
        *(
            "l",
            "lettres",
            "media",
            "mes-donnees",
            "partage",
            "plan-du-site",
            "proposer",
            "ptce",
            "sante",
            "static",
        ),
        *("styleguide", "suivre", "territoires"),
    }
)


def not_reserved(slug: str) -> None:
    if slug in RESERVED:
        raise ValidationError(f"L’adresse « {slug} » est déjà celle d’une autre page du site.")


class EditorialPageQuerySet(models.QuerySet):
    def in_order(self) -> "EditorialPageQuerySet":
        """As at the foot of pages, then the others by title."""
        return self.order_by(models.F("footer_rank").asc(nulls_last=True), "title", "pk")

    def in_footer(self) -> "EditorialPageQuerySet":
        """Those the foot of every page leads to, in its order."""
        return self.filter(footer_rank__isnull=False).in_order()


class EditorialPage(models.Model):
    """One page of running text at an address of its own, ``/<slug>/``.

    The text is Markdown with two marks of ours: ``pages/presenters/editorial.py`` tells which.
    """

    slug = models.SlugField(
        "adresse",
        max_length=60,
        unique=True,
        validators=[not_reserved],
        error_messages={"unique": "Une page a déjà cette adresse."},
        help_text="La page se trouve à cette adresse pour toujours : « a-propos » donne /a-propos/.",
    )
    title = models.CharField("titre", max_length=120)
    body = models.TextField("texte", max_length=50_000)
    footer_rank = models.PositiveSmallIntegerField(
        "rang en bas de page",
        null=True,
        blank=True,
        help_text="Les plus petits viennent d’abord. Vide : le bas des pages n’y mène pas.",
    )
    footer_label = models.CharField(
        "libellé en bas de page", max_length=60, blank=True, help_text="Vide : le titre."
    )
    # When its words last changed, not its place in a menu.
    updated_on = models.DateField("texte mis à jour le", default=timezone.localdate)
    # What fixtures/pages/ last put here, by column; empty for a page that editors made.
    seed = models.JSONField("valeurs chargées", default=dict, blank=True, editable=False)

    objects = EditorialPageQuerySet.as_manager()

    class Meta:
        verbose_name = "page du site"
        verbose_name_plural = "pages du site"
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("page", args=[self.slug])

    @property
    def label(self) -> str:
        """Its name at the foot of pages."""
        return self.footer_label or self.title

    def text_changed(self, on: datetime.date | None = None) -> None:
        """Date the text, today unless told."""
        self.updated_on = on or timezone.localdate()
