import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.db.models import Q

from actors.enums import ContactKind, SocialNetwork
from territories.text import fold


def contact_key(kind: str, value: str) -> str:
    """What two ways of writing one contact have in common: « +33 3 21… » and « 03.21… », with or without « www. ».

    >>> contact_key("website", "http://www.exemple.fr/")
    'exemple.fr'
    """
    text = value.strip().lower()
    if kind == ContactKind.PHONE:
        digits = "".join(char for char in text.replace("(0)", "") if char.isdigit())
        return f"0{digits[-9:]}" if re.fullmatch(r"(?:0033|33)?\d{9}|0\d{9}", digits) else digits
    if kind == ContactKind.WEBSITE:
        return text.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    if kind == ContactKind.SOCIAL:
        return text.removeprefix("@")
    return text if kind == ContactKind.EMAIL else fold(text)


class ContactPoint(models.Model):
    """One way to reach an actor, printed or told; a personal one is shown with care and never exported."""

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="contacts", verbose_name="acteur")
    kind = models.CharField("sorte", max_length=8, choices=ContactKind)
    value = models.CharField("coordonnée", max_length=300)
    # Of a social handle; unknown where the icon beside it is lost. '' for the other kinds.
    network = models.CharField("réseau", max_length=10, choices=SocialNetwork, blank=True)
    personal = models.BooleanField("coordonnée personnelle", default=False)

    class Meta:
        verbose_name = "coordonnée"
        verbose_name_plural = "coordonnées"
        ordering = ["actor", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "kind", "value"],
                name="contactpoint_unique",
                violation_error_message="Cette coordonnée est déjà dans la liste.",
            ),
            models.CheckConstraint(
                name="contactpoint_kind_in_list",
                condition=Q(kind__in=ContactKind.values),
                violation_error_message="La sorte d’une coordonnée est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="contactpoint_network_iff_social",
                condition=Q(kind=ContactKind.SOCIAL, network__in=SocialNetwork.values)
                | (~Q(kind=ContactKind.SOCIAL) & Q(network="")),
                violation_error_message="Un compte a un réseau, les autres coordonnées n’en ont pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.value

    def clean(self) -> None:
        checks = {
            ContactKind.WEBSITE: URLValidator(schemes=["http", "https"]),
            ContactKind.EMAIL: validate_email,
        }
        check = checks.get(self.kind)
        if check:
            try:
                check(self.value)
            except ValidationError as error:
                raise ValidationError({"value": error.messages}) from error

    @property
    def href(self) -> str:
        """Link of the contact: page, mailto: or tel:; '' where there is none."""
        if self.kind == ContactKind.WEBSITE:
            return self.value
        if self.kind == ContactKind.EMAIL:
            return f"mailto:{self.value}"
        if self.kind == ContactKind.PHONE:
            digits = "".join(char for char in self.value if char.isdigit() or char == "+")
            return f"tel:{'+33' + digits[1:] if digits.startswith('0') else digits}"
        return ""

    @property
    def text(self) -> str:
        """What is shown: a web address without its scheme."""
        if self.kind == ContactKind.WEBSITE:
            return self.value.split("://", 1)[-1].rstrip("/")
        return self.value
