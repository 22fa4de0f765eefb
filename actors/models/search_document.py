from django.db import models


class SearchDocument(models.Model):
    """The tokens under which an actor is found, by weight; written by ``actors/index/documents.py`` alone.

    Each column of tokens begins and ends with a space, so that ``" token "`` is found as a whole word.
    """

    actor = models.OneToOneField(
        "actors.Actor", models.CASCADE, primary_key=True, related_name="document", verbose_name="acteur"
    )
    name = models.TextField("mots du nom", default="")
    # Folded other names between strokes: "|cahc|dynamique insertion|".
    alias_keys = models.TextField("autres noms", default="")
    aliases = models.TextField("mots des autres noms", default="")
    # Places, sectors, activities with synonyms, kind, labels.
    context = models.TextField("mots des lieux et domaines", default="")
    # Every token, the parts above included.
    words = models.TextField("tous les mots")
    # Folded text of every part, for quoted phrases.
    text = models.TextField("texte", default="")

    class Meta:
        verbose_name = "document de recherche"
        verbose_name_plural = "documents de recherche"

    def __str__(self) -> str:
        return str(self.actor)
