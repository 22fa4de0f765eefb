from django.db import models
from django.db.models import Lookup


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
    # Every token, the parts above included: what the full-text engine of the database indexes.
    words = models.TextField("tous les mots")
    # Folded text of every part, for quoted phrases.
    text = models.TextField("texte", default="")

    class Meta:
        verbose_name = "document de recherche"
        verbose_name_plural = "documents de recherche"

    def __str__(self) -> str:
        return str(self.actor)


@models.TextField.register_lookup
class Holds(Lookup):
    """``words__holds=[("repar", "reparer"), ("velo",)]``: documents with a token of each group.

    A yes or no by the engine's own index, which ``actors/index/engine.py`` makes: FTS5 on SQLite
    (``actors_search``), a ``tsvector`` column on PostgreSQL (``vector``). Tokens are ASCII letters and
    digits, hence safe inside either's query language.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        groups = [tuple(token for token in group if token.isascii() and token.isalnum()) for group in value]
        return groups, []

    def as_sqlite(self, compiler, connection):
        query = " AND ".join("(" + " OR ".join(f'"{token}"' for token in group) + ")" for group in self.rhs)
        pk = f'"{self.lhs.alias}"."actor_id"'
        return f"{pk} IN (SELECT rowid FROM actors_search WHERE actors_search MATCH %s)", [query]

    def as_postgresql(self, compiler, connection):
        query = " & ".join("(" + " | ".join(group) + ")" for group in self.rhs)
        return f'"{self.lhs.alias}"."vector" @@ %s::tsquery', [query]
