"""Closed lists of the territories."""

from django.db import models


class TerritoryKind(models.TextChoices):
    """What a territory is, from the widest to the narrowest, then the two kinds without a level."""

    COUNTRY = "country", "Pays"
    REGION = "region", "Région"
    DEPARTMENT = "department", "Département"
    EPCI = "epci", "Intercommunalité"
    COMMUNE = "commune", "Commune"
    ASSOCIATED_COMMUNE = "associated_commune", "Commune associée"
    DELEGATED_COMMUNE = "delegated_commune", "Commune déléguée"
    NEIGHBOURHOOD = "neighbourhood", "Quartier"
    INFORMAL = "informal", "Territoire vécu (sans périmètre officiel)"
    FORMER = "former", "Ancien territoire"


# Levels that tell the commune of what is placed in them; fine enough for their point to stand for it.
COMMUNES_AND_PARTS = frozenset(
    {
        TerritoryKind.COMMUNE,
        TerritoryKind.ASSOCIATED_COMMUNE,
        TerritoryKind.DELEGATED_COMMUNE,
        TerritoryKind.NEIGHBOURHOOD,
    }
)


class NameKind(models.TextChoices):
    OFFICIAL = "official", "Nom officiel"
    FORMER = "former", "Ancien nom"
    SHORT = "short", "Nom court"
    PRINTED = "printed", "Nom imprimé dans une lettre"


class SuccessionKind(models.TextChoices):
    MERGER = "merger", "Fusion"
    SPLIT = "split", "Partage"
    REPLACEMENT = "replacement", "Remplacement"
    CODE_CHANGE = "code_change", "Changement de code"


class ChangeFate(models.TextChoices):
    """What became of the thing a change tells of."""

    LIVE = "live", "En ligne"
    WITHDRAWN = "withdrawn", "Retiré"
    MERGED = "merged", "Réuni avec un autre"
    DELETED = "deleted", "Supprimé"
