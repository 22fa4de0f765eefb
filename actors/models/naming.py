"""Other names of an actor, and the closed or open lists it is described by."""

from django.db import models
from django.db.models import Q

from actors.enums import AliasKind, Label, Sector
from territories.fields import ByteOrderedCharField
from territories.text import fold


class Alias(models.Model):
    """Another name of an actor; a misprint is found by search and never shown."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="aliases", verbose_name="acteur")
    name = models.CharField("nom", max_length=200)
    name_key = ByteOrderedCharField("nom pour la recherche", max_length=200, editable=False, db_index=True)
    kind = models.CharField("sorte", max_length=8, choices=AliasKind)

    class Meta:
        verbose_name = "autre nom"
        verbose_name_plural = "autres noms"
        ordering = ["kind", "name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "name"],
                name="alias_unique",
                violation_error_message="Cet acteur a déjà cet autre nom.",
            ),
            models.CheckConstraint(
                name="alias_kind_in_list",
                condition=Q(kind__in=AliasKind.values),
                violation_error_message="La sorte d’un autre nom est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)


class ActorSector(models.Model):
    """One of an actor's one to three fields of activity, the main one first."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="sectors", verbose_name="acteur")
    sector = models.CharField("domaine d’activité", max_length=20, choices=Sector, db_index=True)
    position = models.PositiveSmallIntegerField("rang", default=1)

    class Meta:
        verbose_name = "domaine d’activité"
        verbose_name_plural = "domaines d’activité"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "sector"],
                name="actorsector_unique",
                violation_error_message="Ce domaine est déjà dans la liste.",
            ),
            models.UniqueConstraint(
                fields=["actor", "position"],
                name="actorsector_position_unique",
                violation_error_message="Deux domaines n’ont pas le même rang.",
            ),
            models.CheckConstraint(
                name="actorsector_at_most_three",
                condition=Q(position__range=(1, 3)),
                violation_error_message="Un acteur a un à trois domaines d’activité.",
            ),
            models.CheckConstraint(
                name="actorsector_in_list",
                condition=Q(sector__in=Sector.values),
                violation_error_message="Le domaine d’activité est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_sector_display()

    @property
    def sector_slug(self) -> str:
        """The word of its sector in addresses."""
        return Sector(self.sector).slug


class ActorLabel(models.Model):
    """An approval, label or scheme an actor holds."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="labels", verbose_name="acteur")
    label = models.CharField("agrément, label ou dispositif", max_length=20, choices=Label, db_index=True)

    class Meta:
        verbose_name = "agrément, label ou dispositif"
        verbose_name_plural = "agréments, labels ou dispositifs"
        ordering = ["label", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "label"],
                name="actorlabel_unique",
                violation_error_message="Cet agrément ou label est déjà dans la liste.",
            ),
            models.CheckConstraint(
                name="actorlabel_in_list",
                condition=Q(label__in=Label.values),
                violation_error_message="L’agrément ou label est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_label_display()


class Activity(models.Model):
    """A term below the sectors, with the words people type for it; editors add to the list."""

    slug = models.SlugField("adresse", max_length=60, unique=True)
    name = models.CharField("activité", max_length=100, unique=True)
    synonyms = models.TextField("synonymes", blank=True, help_text="Un par ligne.")

    class Meta:
        verbose_name = "activité"
        verbose_name_plural = "activités"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
