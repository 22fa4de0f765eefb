"""Names of actors that outlive their rows: addresses, permanent ids, ids elsewhere."""

import secrets

from django.db import models
from django.db.models import Q

from actors.enums import PublicIdFate

# Without the letters and digits that are mistaken for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_public_id() -> str:
    """Eight random characters; 31^8 of them make a clash unlikely and a guess useless."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class PublicId(models.Model):
    """A permanent identifier once given to an actor, and what became of that actor."""

    value = models.CharField("identifiant permanent", max_length=8, primary_key=True)
    actor = models.OneToOneField(
        "actors.Actor", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="acteur"
    )
    fate = models.CharField("devenir", max_length=8, choices=PublicIdFate, default=PublicIdFate.LIVE)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="réuni avec"
    )
    ended_on = models.DateField("depuis le", null=True, blank=True)

    class Meta:
        verbose_name = "identifiant permanent"
        verbose_name_plural = "identifiants permanents"
        ordering = ["value"]
        constraints = [
            models.CheckConstraint(
                name="publicid_fate_fits",
                condition=Q(fate=PublicIdFate.LIVE, actor__isnull=False, merged_into__isnull=True)
                | Q(fate=PublicIdFate.MERGED, actor__isnull=True, merged_into__isnull=False)
                | Q(fate=PublicIdFate.DELETED, actor__isnull=True, merged_into__isnull=True),
                violation_error_message="Un identifiant en ligne a son acteur, un autre n’en a plus.",
            )
        ]

    def __str__(self) -> str:
        return self.value

    def survivor(self) -> "PublicId":
        """The id in which this one ended by mergers, itself where there was none (1 query each, 1 more for its actor)."""
        current, seen = self, set()
        while current.merged_into_id and current.pk not in seen:
            seen.add(current.pk)
            current = current.merged_into
        return current


class Address(models.Model):
    """A slug once published, current or old; never taken over by another actor."""

    slug = models.SlugField("adresse", max_length=120, unique=True)
    actor = models.ForeignKey(
        "actors.Actor",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="addresses",
        verbose_name="acteur",
    )
    # Kept when the actor's row is gone, so that the address can still say what became of it.
    public_id = models.ForeignKey(
        PublicId, models.PROTECT, related_name="addresses", verbose_name="identifiant permanent"
    )

    class Meta:
        verbose_name = "adresse publiée"
        verbose_name_plural = "adresses publiées"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class OutsideId(models.Model):
    """An identifier of an actor in another scheme (Wikidata, a partner's directory)."""

    actor = models.ForeignKey(
        "actors.Actor", models.CASCADE, related_name="outside_ids", verbose_name="acteur"
    )
    scheme = models.SlugField("référentiel", max_length=40)
    value = models.CharField("identifiant", max_length=200)

    class Meta:
        verbose_name = "identifiant extérieur"
        verbose_name_plural = "identifiants extérieurs"
        ordering = ["scheme", "value", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="outsideid_unique",
                violation_error_message="Un acteur porte déjà cet identifiant extérieur.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} : {self.value}"
