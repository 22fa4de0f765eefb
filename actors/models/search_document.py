from django.db import models


class SearchDocument(models.Model):
    """The folded words under which an actor is found; written by ``actors/index/documents.py`` alone."""

    actor = models.OneToOneField(
        "actors.Actor", models.CASCADE, primary_key=True, related_name="document", verbose_name="acteur"
    )
    # Name, aliases, places, sectors, activities, people who speak for it, summary and description, folded.
    words = models.TextField("mots")

    class Meta:
        verbose_name = "document de recherche"
        verbose_name_plural = "documents de recherche"

    def __str__(self) -> str:
        return str(self.actor)
