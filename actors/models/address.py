"""Names of actors that outlive their rows: addresses, permanent ids, ids elsewhere."""

import secrets
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone

from actors.enums import PublicationStatus, PublicIdFate

# Without the letters and digits that are mistaken for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_public_id() -> str:
    """Eight random characters; 31^8 of them make a clash unlikely and a guess useless."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class PublicIdQuerySet(models.QuerySet):
    def once_public(self) -> "PublicIdQuerySet":
        """Those that visitors ever had a chance to see: nothing is told of the others, not even that they are gone."""
        return self.filter(shown_at__isnull=False)

    def meant_by(self, word: str) -> "PublicId | None":
        """The permanent id that ``word`` is, or whose actor ever had it as its address (1 query, 1 more for an address).

        None of a draft that is gone: nobody learns that there was one.
        """
        if "\0" in word:
            return None
        known = self.filter(value=word).first()
        if known is None:
            address = Address.objects.select_related("public_id").filter(slug=word).first()
            known = address.public_id if address else None
        return known if known and (known.was_public or known.actor_id) else None

    def came_out(self, actor_ids: Iterable[int]) -> "PublicIdQuerySet":
        """Of these actors, those that are published and are not known to be."""
        unknown = Q(shown_at__isnull=True) | Q(hidden_at__isnull=False)
        published = {"actor__publication": PublicationStatus.PUBLISHED}
        return self.filter(unknown, actor__in=actor_ids, **published).order_by("value")

    def went_in(self, actor_ids: Iterable[int]) -> "PublicIdQuerySet":
        """Of these actors, those that are known to visitors and are no longer published."""
        rows = self.once_public().filter(actor__in=actor_ids, hidden_at__isnull=True)
        return rows.exclude(actor__publication=PublicationStatus.PUBLISHED).order_by("value")

    def follow(self, actor_ids: Iterable[int]) -> None:
        """Note who of these actors came out, and who was taken back (2 queries)."""
        now = timezone.now()
        self.came_out(actor_ids).order_by().update(shown_at=now, hidden_at=None)
        self.went_in(actor_ids).order_by().update(hidden_at=now)


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
    # When visitors could last begin to see its actor: None where they never could.
    shown_at = models.DateTimeField("en ligne depuis", null=True, blank=True)
    # When its actor was last taken offline without being deleted; None while it is online.
    hidden_at = models.DateTimeField("hors ligne depuis", null=True, blank=True)

    objects = PublicIdQuerySet.as_manager()

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

    @property
    def was_public(self) -> bool:
        """Whether visitors ever had a chance to see its actor."""
        return self.shown_at is not None

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
