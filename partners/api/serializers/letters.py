"""Letters, their articles and whom these name."""

from rest_framework import serializers as drf

from actors.enums import CitationRole
from partners.api.serializers.base import DateField, Shape, TerritoryNameShape, maybe, one_of, text
from partners.api.serializers.territories import KindFrenchShape
from partners.records import dictionary
from sources.enums import ArticleKind, LetterKind, MentionRole, Rubric

RUBRICS = [(value, label) for value, label in Rubric.choices if value]


class MentionedTerritoryShape(TerritoryNameShape):
    role = one_of(MentionRole, help_text="Portrait, ou simplement cité.")


class MentionedActorShape(Shape):
    id = text(help_text="Identifiant permanent.")
    name = text(help_text="Nom.")
    uri = text(help_text="Adresse permanente.")
    role = one_of(CitationRole, help_text="Présenté, ou simplement cité.")


class ArticleShape(Shape):
    id = text(help_text="Lettre et article : « 71/couverture ».")
    slug = text(help_text="Adresse dans la lettre.")
    title = text(help_text="Titre.")
    title_is_ours = drf.BooleanField(help_text="Vrai d’un titre donné par l’annuaire.")
    kind = one_of(ArticleKind, help_text="Article, entretien, encadré, légende…")
    rubric = one_of(RUBRICS, allow_null=True, help_text="Rubrique de la lettre.")
    page = drf.IntegerField(allow_null=True)
    url = text(help_text="Adresse dans l’annuaire.")
    web_address = maybe(help_text="Adresse du texte en ligne.")
    territories = MentionedTerritoryShape(many=True, help_text="Territoires dont il parle.")
    actors = MentionedActorShape(many=True, help_text="Acteurs publiés dont il parle.")


class LetterShape(Shape):
    dictionary = dictionary.LETTER | dictionary.LETTER_PARTS
    optional = True

    id = text()
    uri = text()
    url = text()
    kind = one_of(LetterKind)
    number = maybe()
    title = text()
    label = text()
    date = DateField()
    earliest = drf.DateField()
    latest = drf.DateField()
    date_reason = maybe()
    publisher = maybe()
    web_address = maybe()
    article_count = drf.IntegerField()
    french = KindFrenchShape()
    articles = ArticleShape(many=True)
