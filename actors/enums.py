"""Closed lists of the actors: English values in the database, French labels and addresses.

A change to a list is a decision to record in docs/adr/. Four independent axes describe an actor:
what it is (kind), its legal form, its sectors, its approvals and labels. "Association" is a legal
form, never a kind; "project" is a state of life, never a kind.
"""

from typing import Self

from django.db import models


class SluggedChoices(models.TextChoices):
    """Choices that also carry the French word used in addresses (``?secteur=mobilites``)."""

    def __new__(cls, value: str, slug: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.slug = slug
        return member

    @classmethod
    def from_slug(cls, slug: str) -> Self | None:
        return next((member for member in cls if member.slug == slug), None)

    @classmethod
    def slug_choices(cls) -> list[tuple[str, str]]:
        return [(member.slug, member.label) for member in cls]


class Nature(SluggedChoices):
    ORGANISATION = "organisation", "structure", "Structure"
    INITIATIVE = "initiative", "initiative", "Initiative"
    PTCE = "ptce", "ptce", "PTCE"


class Sphere(SluggedChoices):
    ESS = "ess", "ess", "Économie sociale et solidaire"
    PUBLIC = "public", "public", "Acteur public"
    BUSINESS = "business", "hors-ess", "Entreprise ou organisme hors ESS"
    MIXED = "mixed", "mixte", "Collectif mixte"
    UNKNOWN = "unknown", "non-precisee", "Famille non précisée"


class OrganisationKind(SluggedChoices):
    """Type of structure; the first line that fits, from the top."""

    MUNICIPALITY = "municipality", "commune", "Commune"
    INTERMUNICIPALITY = "intermunicipality", "intercommunalite", "Intercommunalité"
    DEPARTMENT_REGION = "department_region", "departement-region", "Département ou Région"
    STATE = "state", "etat", "État et ses services"
    PUBLIC_BODY = "public_body", "organisme-public", "Autre organisme public"
    CHAMBER = "chamber", "chambre-consulaire", "Chambre consulaire"
    NETWORK = "network", "reseau", "Réseau, fédération ou groupement"
    ALLIANCE = "alliance", "collectif", "Collectif d’organisations"
    CITIZEN_BODY = "citizen_body", "instance-citoyenne", "Instance citoyenne ou partenariale"
    INTEGRATION = "integration", "insertion", "Structure d’insertion"
    MEDICO_SOCIAL = "medico_social", "medico-social", "Structure médico-sociale ou du handicap"
    SOCIAL_CENTRE = "social_centre", "centre-social", "Centre social ou maison de quartier"
    TRAINING = "training", "formation", "Organisme de formation"
    FINANCE = "finance", "finance-solidaire", "Finance solidaire ou fondation"
    RESEARCH = "research", "recherche", "Recherche et enseignement"
    SUPPORT = "support", "accompagnement", "Structure d’accompagnement ou de conseil"
    CULTURE = "culture", "culture", "Structure culturelle ou artistique"
    EDUCATION = "education", "education-populaire", "Éducation populaire et jeunesse"
    BUSINESS = "business", "entreprise", "Entreprise, commerce ou coopérative de production"
    CITIZEN_GROUP = "citizen_group", "groupe-habitants", "Groupe d’habitants ou mouvement citoyen"
    UNSPECIFIED = "unspecified", "structure-non-precisee", "Type non précisé"


class InitiativeKind(SluggedChoices):
    PLACE = "place", "lieu", "Lieu"
    SERVICE = "service", "service", "Service ou activité"
    TOOL = "tool", "outil", "Plateforme, outil ou ressource"
    EVENT = "event", "evenement", "Événement ou rendez-vous"
    PROGRAMME = "programme", "programme", "Programme ou parcours"
    PROCESS = "process", "demarche", "Démarche ou instance de dialogue"
    UNSPECIFIED = "unspecified", "initiative-non-precisee", "Type non précisé"


class LifeStatus(SluggedChoices):
    """State of life, always with the year it was true."""

    IDEA = "idea", "idee", "Idée évoquée"
    PLANNED = "planned", "projet", "En projet"
    ACTIVE = "active", "en-activite", "En activité"
    PAUSED = "paused", "en-sommeil", "En sommeil"
    ENDED = "ended", "terminee", "Terminée"
    CLOSED = "closed", "activite-arretee", "Activité arrêtée"
    UNKNOWN = "unknown", "non-verifiee", "Situation non vérifiée"


class ConfirmedBy(models.TextChoices):
    """Who said last that an entry is up to date."""

    APES = "apes", "l’Apes"
    ACTOR = "actor", "la structure"


class LegalForm(SluggedChoices):
    ASSOCIATION = "association", "association", "Association"
    SCIC = "scic", "scic", "Société coopérative d’intérêt collectif (SCIC)"
    SCOP = "scop", "scop", "Société coopérative et participative (SCOP)"
    COOPERATIVE = "cooperative", "cooperative", "Coopérative (forme non précisée)"
    MUTUAL = "mutual", "mutuelle", "Mutuelle"
    FOUNDATION = "foundation", "fondation", "Fondation"
    ENDOWMENT_FUND = "endowment_fund", "fonds-de-dotation", "Fonds de dotation"
    COMPANY = "company", "societe", "Société commerciale"
    SOLE_TRADER = "sole_trader", "entreprise-individuelle", "Entreprise individuelle"
    MUNICIPALITY = "municipality", "commune", "Commune"
    EPCI = "epci", "intercommunalite", "Intercommunalité"
    DEPARTMENT = "department", "departement", "Département"
    REGION = "region", "region", "Région"
    STATE = "state", "etat", "État"
    MIXED_SYNDICATE = "mixed_syndicate", "syndicat-mixte", "Syndicat mixte"
    PUBLIC_ESTABLISHMENT = "public_establishment", "etablissement-public", "Établissement public ou GIP"
    CONSULAR = "consular", "chambre-consulaire", "Chambre consulaire"
    INFORMAL = "informal", "sans-personnalite-morale", "Sans personnalité morale"
    UNSPECIFIED = "unspecified", "non-precise", "Non précisé"


class Sector(SluggedChoices):
    """Field of activity, one to three each."""

    AGRICULTURE = "agriculture", "agriculture", "Agriculture et jardins"
    FOOD = "food", "alimentation", "Alimentation et restauration"
    REUSE = "reuse", "reemploi", "Réemploi, réparation et déchets"
    MOBILITY = "mobility", "mobilites", "Mobilités"
    EMPLOYMENT = "employment", "insertion-emploi", "Insertion et emploi"
    EDUCATION = "education", "education-populaire", "Éducation populaire et jeunesse"
    CULTURE = "culture", "culture", "Arts et culture"
    CITIZENSHIP = "citizenship", "citoyennete", "Citoyenneté et vie de quartier"
    HEALTH = "health", "sante", "Santé et bien-être"
    DISABILITY = "disability", "handicap", "Handicap et autonomie"
    CHILDHOOD = "childhood", "enfance-famille", "Enfance et famille"
    EQUALITY = "equality", "egalite-droits", "Égalité et droits"
    HOUSING = "housing", "habitat", "Habitat"
    ENERGY = "energy", "energie-renovation", "Énergie et rénovation"
    NATURE = "nature", "nature", "Nature et biodiversité"
    TOURISM = "tourism", "tourisme", "Tourisme et accueil"
    SPORT = "sport", "sport-loisirs", "Sport et loisirs"
    DIGITAL = "digital", "numerique", "Numérique"
    CRAFTS = "crafts", "artisanat-commerce", "Artisanat et commerce"
    BUSINESS_SERVICES = "business_services", "services-organisations", "Services aux organisations"
    FINANCE = "finance", "finance-foncier", "Finance solidaire et foncier"
    PROJECT_SUPPORT = "project_support", "accompagnement-reseaux", "Accompagnement et réseaux"
    LOCAL_POLICY = "local_policy", "action-publique", "Action publique locale"
    RESEARCH = "research", "recherche", "Recherche"


class Label(SluggedChoices):
    """Approval, label or scheme; several per actor."""

    ACI = "aci", "aci", "Atelier et chantier d’insertion"
    EI = "ei", "entreprise-insertion", "Entreprise d’insertion"
    AI = "ai", "association-intermediaire", "Association intermédiaire"
    REGIE_QUARTIER = "regie_quartier", "regie-de-quartier", "Régie de quartier"
    ESAT = "esat", "esat", "Établissement et service d’aide par le travail (ESAT)"
    TRAINING_BODY = "training_body", "organisme-de-formation", "Organisme de formation"
    SOCIAL_CENTRE = "social_centre", "centre-social", "Centre social"
    EVS = "evs", "espace-de-vie-sociale", "Espace de vie sociale"
    JARDIN_INSERTION = "jardin_insertion", "jardin-insertion", "Jardin d’insertion"
    RESSOURCERIE = "ressourcerie", "ressourcerie", "Ressourcerie ou recyclerie"
    GARAGE_SOLIDAIRE = "garage_solidaire", "garage-solidaire", "Garage solidaire"
    REPAIR_CAFE = "repair_cafe", "repair-cafe", "Repair café"
    TIERS_LIEU = "tiers_lieu", "tiers-lieu", "Tiers-lieu"
    CJS = "cjs", "cooperative-jeunesse-services", "Coopérative jeunesse de services"
    CAE = "cae", "cooperative-activites-emploi", "Coopérative d’activités et d’emploi"
    AMAP = "amap", "amap", "Association pour le maintien d’une agriculture paysanne (AMAP)"
    PAT = "pat", "projet-alimentaire-territorial", "Projet alimentaire territorial"
    ACCUEIL_PAYSAN = "accueil_paysan", "accueil-paysan", "Accueil paysan"
    ISO9001 = "iso9001", "iso-9001", "Certification ISO 9001"
    PTCE_COMPAGNON = "ptce_compagnon", "ptce-compagnon", "PTCE compagnon"


class PublicationStatus(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    REVIEW = "review", "À relire"
    PUBLISHED = "published", "Publié"
    WITHDRAWN = "withdrawn", "Retiré"


# Of entries in preparation, which visitors neither see nor saw.
UNPUBLISHED = (PublicationStatus.DRAFT, PublicationStatus.REVIEW)


class RegistryState(models.TextChoices):
    """How far SIREN, SIRET and RNA can be trusted."""

    ABSENT = "absent", "Absent"
    PROPOSED = "proposed", "Proposé, à vérifier"
    VERIFIED = "verified", "Vérifié"


class GrammaticalNumber(models.TextChoices):
    SINGULAR = "singular", "Singulier"
    PLURAL = "plural", "Pluriel"


class PublicIdFate(models.TextChoices):
    LIVE = "live", "En ligne"
    MERGED = "merged", "Réuni avec un autre"
    DELETED = "deleted", "Supprimé"


class AliasKind(models.TextChoices):
    ACRONYM = "acronym", "Sigle"
    FORMER = "former", "Ancien nom"
    OTHER = "other", "Autre nom"
    MISPRINT = "misprint", "Coquille (recherche seulement)"


class PlaceRole(SluggedChoices):
    SEAT = "seat", "siege", "Siège"
    BRANCH = "branch", "antenne", "Antenne"
    DROP_IN = "drop_in", "permanence", "Permanence"
    ACTIVITY = "activity", "lieu-d-activite", "Lieu d’activité"


class ContactKind(models.TextChoices):
    WEBSITE = "website", "Site web"
    EMAIL = "email", "Courriel"
    PHONE = "phone", "Téléphone"
    SOCIAL = "social", "Compte sur un réseau social"
    POSTAL = "postal", "Adresse postale"


class SocialNetwork(models.TextChoices):
    """Network of a social handle; the icon beside a printed handle is often lost."""

    UNKNOWN = "unknown", "Réseau non précisé"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    MASTODON = "mastodon", "Mastodon"
    LINKEDIN = "linkedin", "LinkedIn"
    YOUTUBE = "youtube", "YouTube"
    OTHER = "other", "Autre réseau"


class SpokespersonCategory(models.TextChoices):
    """In what capacity somebody speaks. Never users, people in integration or patients."""

    ELECTED = "elected", "Élu ou élue"
    DIRECTOR = "director", "Dirigeant ou dirigeante"
    EMPLOYEE = "employee", "Salarié ou salariée"
    VOLUNTEER = "volunteer", "Bénévole"
    UNSPECIFIED = "unspecified", "Fonction non précisée"


class FigureQualifier(models.TextChoices):
    EXACT = "exact", "exactement"
    ABOUT = "about", "environ"
    AT_LEAST = "at_least", "au moins"
    AT_MOST = "at_most", "au plus"


class FigureUnit(models.TextChoices):
    """Unit of a figure; what is counted is told beside it in words."""

    PEOPLE = "people", "personnes"
    ORGANISATIONS = "organisations", "organisations"
    COMMUNES = "communes", "communes"
    INHABITANTS = "inhabitants", "habitants"
    EUROS = "euros", "euros"
    PERCENT = "percent", "%"
    YEARS = "years", "ans"
    HECTARES = "hectares", "hectares"
    ITEMS = "items", "unités"


class CooperationStatus(SluggedChoices):
    """State of a link, always told with the year of its source."""

    ENVISAGED = "envisaged", "envisage", "Envisagé"
    PLANNED = "planned", "decide", "Décidé, en préparation"
    ACTIVE = "active", "en-cours", "En cours"
    ENDED = "ended", "termine", "Terminé"


class Certainty(models.TextChoices):
    STATED = "stated", "Énoncé dans la source"
    INFERRED = "inferred", "Déduit"


class PtceStatus(SluggedChoices):
    """Status of a PTCE in its dated history; a possible one is an Initiative with a mark."""

    EMERGING = "emerging", "en-emergence", "En émergence"
    ACTIVE = "active", "en-fonctionnement", "En fonctionnement, labellisation non précisée"
    LABELLED = "labelled", "labellise", "Labellisé"
    ENDED = "ended", "termine", "Terminé"


class WishStatus(models.TextChoices):
    OPEN = "open", "Ouverte"
    CLOSED = "closed", "Close"


class CitationRole(models.TextChoices):
    """How a source speaks of an actor as a whole."""

    SUBJECT = "subject", "Présenté"
    NAMED = "named", "Cité"


class CooperationFamily(models.TextChoices):
    BELONGING = "belonging", "Appartenance"
    CREATION = "creation", "Création et conduite"
    PARTICIPATION = "participation", "Participation"
    SUPPORT = "support", "Soutien"
    EXCHANGE = "exchange", "Échanges"
    DESCENT = "descent", "Filiation"


class CooperationKind(SluggedChoices):
    """Type of link from a source S to a target T; how it reads is in ``actors/phrases.py``."""

    MEMBER_OF = "member_of", "adhesion", "Membre de"
    SHAREHOLDER_OF = "shareholder_of", "societariat", "Sociétaire de"
    PART_OF = "part_of", "composante", "Composante de"
    CREATED = "created", "creation", "A créé"
    CARRIES = "carries", "portage", "Porte"
    RUNS = "runs", "gestion", "Gère"
    FACILITATES = "facilitates", "animation", "Anime"
    ORGANISES = "organises", "organisation", "Organise"
    OWNS = "owns", "propriete", "Possède"
    TAKES_PART_IN = "takes_part_in", "participation", "Participe à"
    HOSTS = "hosts", "accueil", "Accueille"
    FUNDS = "funds", "financement", "Finance"
    SUPPORTS = "supports", "soutien", "Soutient"
    ACCOMPANIES = "accompanies", "accompagnement", "Accompagne"
    LABELS = "labels", "labellisation", "Labellise"
    PARTNER_OF = "partner_of", "partenariat", "Partenaires"
    SHARES_RESOURCES_WITH = "shares_resources_with", "mutualisation", "Mutualisent des moyens"
    ACTS_FOR = "acts_for", "demande", "Agit à la demande de"
    SUPPLIES = "supplies", "fourniture", "Fournit"
    USES = "uses", "utilisation", "Utilise"
    SPUN_OFF_FROM = "spun_off_from", "essaimage", "Issu de"
    TAKES_OVER = "takes_over", "reprise", "A repris"
    INSPIRED_BY = "inspired_by", "inspiration", "Inspiré par"
    SHARES_LEADER_WITH = "shares_leader_with", "responsable-commun", "Responsable en commun"


class CitationColumn(models.TextChoices):
    """Columns of an actor that a source can support one by one."""

    NAME = "name", "Nom"
    PRECISION = "precision", "Précision"
    KIND = "kind", "Type"
    SPHERE = "sphere", "Famille"
    LEGAL_FORM = "legal_form", "Statut juridique"
    SECTORS = "sectors", "Domaines d’activité"
    ACTIVITIES = "activities", "Activités"
    LABELS = "labels", "Agréments, labels ou dispositifs"
    LIFE_STATUS = "life_status", "Situation"
    FOUNDED = "founded", "Date de création"
    CLOSED = "closed", "Date de fin"
    POTENTIAL_PTCE = "potential_ptce", "PTCE possible"
    ADMINISTERS = "administers", "Territoire administré"
    REGISTRY = "registry", "SIREN, SIRET ou RNA"
    DESCRIPTION = "description", "Description"
