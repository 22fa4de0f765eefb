"""Closed lists of the letters and of everything a fact can rest on."""

from django.db import models


class LetterKind(models.TextChoices):
    LETTER = "letter", "Lettre"
    SUPPLEMENT = "supplement", "Supplément territorial"


class LetterState(models.TextChoices):
    """Whether the directory tells of a letter yet."""

    PREPARED = "prepared", "En préparation"
    PUBLISHED = "published", "Parue"


class ArticleKind(models.TextChoices):
    ARTICLE = "article", "Article"
    INTERVIEW = "interview", "Entretien"
    BOX = "box", "Encadré"
    CAPTION = "caption", "Légende"
    ADDRESS_BLOCK = "address_block", "Bloc d’adresse"
    COLOPHON = "colophon", "Ours"


class Rubric(models.TextChoices):
    """Heading under which the letters print an article."""

    NONE = "", "Sans rubrique"
    DOSSIER = "dossier", "Dossier"
    INTERVIEW = "interview", "Entretien"
    TERRITORY = "territory", "Portrait de territoire"
    TESTIMONY = "testimony", "Témoignage"
    MEMBERS = "members", "Du côté des adhérents"
    STEP_AHEAD = "step_ahead", "Un pas en avant"
    ABOUT_US = "about_us", "Ils/elles parlent de nous"
    IN_BRIEF = "in_brief", "Apes en bref"
    RESOURCES = "resources", "Ressources"
    COLOPHON = "colophon", "Ours"


class SourceKind(models.TextChoices):
    ARTICLE = "article", "Article d’une lettre"
    WEB = "web", "Site web consulté"
    REGISTER = "register", "Registre public"
    STATEMENT = "statement", "Déclaration de la structure"
    EDITORS = "editors", "Connaissance de la rédaction"


class MentionRole(models.TextChoices):
    PORTRAIT = "portrait", "Portrait"
    NAMED = "named", "Cité"


class PrintKind(models.TextChoices):
    """What a fingerprint of the list of erased persons was made of."""

    NAME = "name", "Nom"
    EMAIL = "email", "Courriel"
    PHONE = "phone", "Téléphone"
