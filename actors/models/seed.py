from django.db import models


class Seed(models.Model):
    """What the fixtures last put into one row, so that a later load can tell an editor's word from its own.

    A seed without its row means that an editor deleted it: it is not loaded again.
    """

    # File and natural key of the row within it: "letter:71", of an actor
    # its permanent id: "actor:7b2m2psq/places:seat|commune:62215||".
    key = models.CharField("clé", max_length=700, unique=True)
    model = models.CharField("modèle", max_length=60)
    row_id = models.BigIntegerField("numéro de ligne")
    # Field name -> value as in the fixture.
    data = models.JSONField("valeurs chargées")

    class Meta:
        verbose_name = "valeur chargée"
        verbose_name_plural = "valeurs chargées"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
