"""The columns of a table of entries: one list for export and import. Their names and order never change.

New columns are added at the end; docs/import-export.md describes them, and a test compares it.
"""

from collections.abc import Callable

from django.db.models import Prefetch
from import_export.fields import Field
from import_export.resources import Resource

from actors import normalising
from actors.enums import (
    CitationRole,
    ContactKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PlaceRole,
    PublicationStatus,
    RegistryState,
    Sector,
    Sphere,
)
from actors.models import Actor, Citation, ContactPoint, Place
from actors.models.actor_queryset import ActorQuerySet
from editing.exchange.widgets import (
    ActivityWidget,
    ChoiceWidget,
    DayWidget,
    LineWidget,
    ListWidget,
    TextWidget,
    YearWidget,
    website_widget,
)
from territories.enums import COMMUNES_AND_PARTS
from territories.text import fold

_FORMS = {
    "association loi 1901": LegalForm.ASSOCIATION,
    "association declaree": LegalForm.ASSOCIATION,
    "asso": LegalForm.ASSOCIATION,
    "sarl": LegalForm.COMPANY,
    "sas": LegalForm.COMPANY,
    "sa": LegalForm.COMPANY,
    "entreprise": LegalForm.COMPANY,
    "auto entrepreneur": LegalForm.SOLE_TRADER,
    "micro entreprise": LegalForm.SOLE_TRADER,
    "mairie": LegalForm.MUNICIPALITY,
    "gip": LegalForm.PUBLIC_ESTABLISHMENT,
    "collectivite": LegalForm.MUNICIPALITY,
}
_SITUATIONS = {
    "actif": LifeStatus.ACTIVE,
    "active": LifeStatus.ACTIVE,
    "en cours": LifeStatus.ACTIVE,
    "ferme": LifeStatus.CLOSED,
    "fermee": LifeStatus.CLOSED,
    "cesse": LifeStatus.CLOSED,
    "inactif": LifeStatus.PAUSED,
}
_NATURES = {"organisation": Nature.ORGANISATION, "projet": Nature.INITIATIVE}


class Column(Field):
    """One column: its name in a table, how its cells are written and read, where its value comes from.

    ``value``: of an actor with the relations of :meth:`ActorResource.rows`. ``reads``: whether an import
    takes it; the others are worked out. ``synonyms``: names it also goes by, folded, separated by commas.
    """

    def __init__(
        self,
        name: str,
        widget: TextWidget,
        *,
        value: Callable[[Actor], object] | None = None,
        attribute: str = "",
        synonyms: str = "",
        reads: bool = True,
        about: str = "",
    ) -> None:
        super().__init__(attribute=attribute or None, column_name=name, widget=widget, readonly=not reads)
        self.value, self.synonyms, self.reads, self.about = value, synonyms.split(","), reads, about

    def get_value(self, instance):
        return self.value(instance) if self.value else super().get_value(instance)


def contacts_of(actor: Actor, kind: str) -> list[str]:
    """What may leave the directory: personal ones never do."""
    return [row.value for row in actor.contacts.all() if row.kind == kind and not row.personal]


def seat_of(actor: Actor) -> Place | None:
    return next((place for place in actor.places.all() if place.role == PlaceRole.SEAT), None)


def _of_seat(name: str) -> Callable[[Actor], str]:
    return lambda actor: getattr(seat_of(actor), name, "")


def _commune(actor: Actor) -> str:
    seat = seat_of(actor)
    return seat.territory.name if seat else ""


def _insee(actor: Actor) -> str:
    seat = seat_of(actor)
    return seat.territory.code if seat and seat.territory.kind in COMMUNES_AND_PARTS else ""


def _letters(actor: Actor) -> list[str]:
    """Letters that present or name it, the latest first."""
    letters = {row.source.article.letter for row in actor.told_in}
    return [letter.label for letter in sorted(letters, key=lambda one: (one.latest, one.slug), reverse=True)]


def _as_of(actor: Actor):
    """The latest day of which anything is known to be true: of its letters, or when it was last confirmed."""
    days = [row.source.article.letter.latest for row in actor.told_in]
    return max([*days, *([actor.last_confirmed_on] if actor.last_confirmed_on else [])], default=None)


def kind_of(actor: Actor) -> str:
    return actor.organisation_kind or actor.initiative_kind


class KindWidget(ChoiceWidget):
    """Both lists of kinds: which one counts is decided by the nature, see :func:`kinds`."""

    def __init__(self) -> None:
        super().__init__([*OrganisationKind, *InitiativeKind])


class ActorResource(Resource):
    """An entry as one line."""

    public_id = Column(
        "Identifiant",
        LineWidget(),
        attribute="public_id",
        synonyms="id,identifiant permanent,public id",
        about="l’identifiant permanent ; reconnaît la fiche à modifier, jamais à inventer",
    )
    nature = Column(
        "Nature",
        ChoiceWidget(Nature, _NATURES),
        attribute="nature",
        about="ne change plus une fois la fiche créée",
    )
    name = Column(
        "Nom",
        LineWidget(),
        attribute="name",
        synonyms="nom de la structure,raison sociale,denomination,structure,acteur,nom de l association,intitule,"
        "organisme,nom acteur,libelle,titre,association,name",
        about="obligatoire pour créer une fiche",
    )
    precision = Column("Précision", LineWidget(), attribute="precision", about="montrée après un nom courant")
    kind = Column(
        "Type", KindWidget(), value=kind_of, synonyms="type de structure,type d initiative,categorie"
    )
    legal_form = Column(
        "Statut juridique",
        ChoiceWidget(LegalForm, _FORMS),
        attribute="legal_form",
        synonyms="forme juridique,statut,forme",
    )
    sphere = Column("Famille", ChoiceWidget(Sphere), attribute="sphere", synonyms="famille d acteur")
    sectors = Column(
        "Domaines",
        ListWidget(ChoiceWidget(Sector), most=3),
        value=lambda actor: [row.sector for row in actor.sectors.all()],
        synonyms="domaines d activite,domaine d activite,domaine,secteur,secteurs,secteur d activite,thematique,"
        "thematiques",
        about="un à trois, le principal d’abord",
    )
    activities = Column(
        "Activités",
        ListWidget(ActivityWidget()),
        value=lambda actor: sorted(row.name for row in actor.activities.all()),
        synonyms="activite,mots cles",
        about="noms ou synonymes des activités de l’annuaire",
    )
    labels = Column(
        "Labels",
        ListWidget(ChoiceWidget(Label)),
        value=lambda actor: [row.label for row in actor.labels.all()],
        synonyms="label,agrement,agrements,agrements et labels,dispositifs",
    )
    siren = Column(
        "SIREN", LineWidget(normalising.siren), attribute="siren", synonyms="numero siren,n siren,no siren"
    )
    siret = Column(
        "SIRET",
        LineWidget(normalising.siret),
        attribute="siret",
        synonyms="numero siret,n siret,no siret,siret du siege",
        about="reconnaît la fiche à modifier",
    )
    rna = Column(
        "RNA", LineWidget(normalising.rna), attribute="rna", synonyms="numero rna,n rna,waldec,numero waldec"
    )
    registry_state = Column(
        "État des numéros",
        ChoiceWidget(RegistryState),
        attribute="registry_state",
        synonyms="etat des identifiants",
        about="« Proposé, à vérifier » tant que personne n’a vérifié",
    )
    commune = Column(
        "Commune du siège",
        LineWidget(),
        value=_commune,
        synonyms="commune,ville,localite,commune siege,siege,nom commune,libelle commune,city",
        about="ou l’intercommunalité, si l’on ne sait rien de plus fin",
    )
    insee = Column(
        "Code INSEE du siège",
        LineWidget(),
        value=_insee,
        synonyms="code insee,insee,code commune,code insee commune,codgeo,depcom",
        about="l’emporte sur le code postal",
    )
    address = Column(
        "Adresse du siège",
        LineWidget(),
        value=_of_seat("address"),
        synonyms="adresse,adresse postale,rue,adresse 1,voie",
    )
    postal_code = Column(
        "Code postal du siège",
        LineWidget(),
        value=_of_seat("postal_code"),
        synonyms="code postal,cp,postal",
    )
    website = Column(
        "Sites web",
        website_widget(),
        value=lambda actor: contacts_of(actor, ContactKind.WEBSITE),
        synonyms="site web,site,site internet,url,web,adresse web,website",
    )
    email = Column(
        "Courriels",
        ListWidget(LineWidget(normalising.email)),
        value=lambda actor: contacts_of(actor, ContactKind.EMAIL),
        synonyms="courriel,email,e mail,mail,adresse mail,adresse email,mel,emails",
        about="jamais ceux d’une personne",
    )
    phone = Column(
        "Téléphones",
        ListWidget(LineWidget(normalising.phone)),
        value=lambda actor: contacts_of(actor, ContactKind.PHONE),
        synonyms="telephone,tel,numero de telephone,telephone fixe,phone,tel fixe,portable",
        about="jamais ceux d’une personne",
    )
    summary = Column(
        "En une ligne",
        LineWidget(),
        attribute="summary",
        synonyms="resume,accroche",
        about="250 caractères au plus",
    )
    description = Column(
        "Description", TextWidget(), attribute="description", synonyms="presentation,texte,descriptif"
    )
    life_status = Column(
        "Situation", ChoiceWidget(LifeStatus, _SITUATIONS), attribute="life_status", about="va avec son année"
    )
    life_status_year = Column(
        "Année de la situation",
        YearWidget(),
        attribute="life_status_year",
        synonyms="annee,annee situation",
    )
    publication = Column(
        "Publication",
        ChoiceWidget(PublicationStatus),
        attribute="publication",
        synonyms="etat de publication",
        about="une fiche créée est un brouillon si la cellule est vide",
    )
    letters = Column(
        "Lettres",
        ListWidget(LineWidget()),
        value=_letters,
        reads=False,
        about="celles qui parlent de l’acteur",
    )
    as_of = Column(
        "Informations du",
        DayWidget(),
        value=_as_of,
        reads=False,
        about="date de la dernière lettre qui en parle, ou de la dernière vérification",
    )
    updated_at = Column("Modifié le", DayWidget(), attribute="updated_at", reads=False)
    page = Column(
        "Page", LineWidget(), attribute="get_absolute_url", reads=False, about="l’adresse de sa page publique"
    )
    outside_ids = Column(
        "Identifiants extérieurs",
        ListWidget(LineWidget()),
        value=lambda actor: [str(row) for row in actor.outside_ids.all()],
        synonyms="identifiant exterieur,id externe,identifiant externe,reference,id partenaire,identifiant source,ref",
        about="« référentiel : identifiant » ; reconnaît la fiche à modifier",
    )

    class Meta:
        # What is in memory at once.
        chunk_size = 1000

    @staticmethod
    def relations(actors: ActorQuerySet) -> ActorQuerySet:
        """What the columns read (8 queries for each chunk)."""
        told = Citation.objects.filter(
            role__in=CitationRole.values, source__article__isnull=False
        ).for_display()
        return actors.prefetch_related(
            "sectors",
            "labels",
            "activities",
            "outside_ids",
            Prefetch("places", queryset=Place.objects.for_display()),
            Prefetch("contacts", queryset=ContactPoint.objects.order_by("kind", "pk")),
            Prefetch("citations", queryset=told, to_attr="told_in"),
        )


# Key -> column, in the order of the table.
COLUMNS: dict[str, Column] = dict(ActorResource().fields)
READABLE = {key: column for key, column in COLUMNS.items() if column.reads}
REGISTRY = ("siren", "siret", "rna")
SEAT = ("commune", "insee", "address", "postal_code")
CONTACTS = {"website": ContactKind.WEBSITE, "email": ContactKind.EMAIL, "phone": ContactKind.PHONE}
LISTS = ("sectors", "activities", "labels")
# Columns of the actor's own table that a cell is written into as it is.
OWN = tuple(key for key, column in READABLE.items() if column.attribute and key != "public_id")
_BY_NAME = {
    fold(name): key
    for key, column in reversed(COLUMNS.items())
    for name in (*column.synonyms, column.column_name)
    if name
}
_KINDS = {
    Nature.ORGANISATION: ("organisation_kind", OrganisationKind),
    Nature.INITIATIVE: ("initiative_kind", InitiativeKind),
}


def recognise(name: str) -> str | None:
    """The key of the column that a table calls ``name``, read by imports or not; None for a name unknown."""
    return _BY_NAME.get(fold(name))


def kind_column(nature: str) -> tuple[str, type] | None:
    """The column and list of kinds of that nature; None for a PTCE."""
    return _KINDS.get(Nature(nature))


def as_markdown() -> str:
    """The table of docs/import-export.md."""
    lines = ["| | Colonne | Importée | Aussi reconnue comme | |", "|---|---|---|---|---|"]
    for number, column in enumerate(COLUMNS.values(), start=1):
        others = ", ".join(name for name in column.synonyms if name)
        lines.append(
            f"| {number} | {column.column_name} | {'oui' if column.reads else 'non'} | {others} | {column.about} |"
        )
    return "\n".join(lines)
