from django.db import models


class NetworkLayout(models.Model):
    """Where each actor stands in the drawing of the network, as computed for one version of the directory.

    Nobody's fact: made from the links by a background job, and made anew at will. There is at most one
    row. ``positions``: id of an actor as text -> [x, y] in units of the drawing; empty for a network too
    large to be drawn as a whole.
    """

    version = models.BigIntegerField("version de l’annuaire", unique=True)
    # Of all that decides the places: with the same one, a new version keeps them.
    fingerprint = models.CharField("empreinte", max_length=64)
    positions = models.JSONField("positions", default=dict)
    made_at = models.DateTimeField("calculé le", auto_now=True)

    class Meta:
        verbose_name = "dessin du réseau"
        verbose_name_plural = "dessins du réseau"
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Dessin de la version {self.version}"
