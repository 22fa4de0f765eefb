"""Everything that acts: one table, three faces."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils import timezone

from actors.enums import (
    Certainty,
    ConfirmedBy,
    GrammaticalNumber,
    InitiativeKind,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PublicationStatus,
    PublicIdFate,
    RegistryState,
    Sphere,
)
from actors.models.actor_queryset import ActorQuerySet
from actors.models.address import Address, PublicId, new_public_id
from actors.models.cooperation import Cooperation
from sources.partial_date import PartialDateField
from territories.addresses import address
from territories.fields import ByteOrderedCharField
from territories.models import Territory
from territories.rows import label_of, loaded
from territories.text import fold

# Pages of the site under the same address as the actors' own.
RESERVED_SLUGS = ("imprimer", "suggestions")


def _kind_fits_nature() -> Q:
    return (
        Q(nature=Nature.ORGANISATION, organisation_kind__in=OrganisationKind.values, initiative_kind="")
        | Q(nature=Nature.INITIATIVE, organisation_kind="", initiative_kind__in=InitiativeKind.values)
        | Q(nature=Nature.PTCE, organisation_kind="", initiative_kind="")
    )


class Actor(models.Model):
    """One entry per real thing that acts: an organisation, an initiative or a PTCE.

    All code, foreign keys and addresses handle ``Actor``; the three proxies below are faces for the
    back-office. Columns of another nature stay empty, by constraint.
    """

    public_id = models.CharField(
        "identifiant permanent", max_length=8, unique=True, default=new_public_id, editable=False
    )
    slug = models.SlugField("adresse", max_length=120, unique=True)
    nature = models.CharField("nature", max_length=12, choices=Nature, db_index=True)
    name = models.CharField("nom", max_length=200)
    name_key = ByteOrderedCharField("nom pour le tri", max_length=200, editable=False, db_index=True)
    name_reason = models.CharField(
        "nom donné par la rédaction",
        max_length=300,
        blank=True,
        help_text="Pourquoi, si aucune source ne l’imprime.",
    )
    precision = models.CharField(
        "précision", max_length=120, blank=True, help_text="Montrée après un nom courant : « Courrières »."
    )
    number = models.CharField(
        "nombre grammatical", max_length=8, choices=GrammaticalNumber, default=GrammaticalNumber.SINGULAR
    )
    organisation_kind = models.CharField(
        "type de structure", max_length=20, choices=OrganisationKind, blank=True
    )
    initiative_kind = models.CharField("type d’initiative", max_length=20, choices=InitiativeKind, blank=True)
    sphere = models.CharField("famille", max_length=10, choices=Sphere, default=Sphere.UNKNOWN)
    legal_form = models.CharField("statut juridique", max_length=20, choices=LegalForm, blank=True)
    activities = models.ManyToManyField(
        "actors.Activity", blank=True, related_name="actors", verbose_name="activités"
    )
    summary = models.CharField("en une ligne", max_length=250, blank=True)
    description = models.TextField("description", blank=True)
    siren = models.CharField(
        "SIREN",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d{9}$", "Un SIREN a neuf chiffres.")],
    )
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[RegexValidator(r"^\d{14}$", "Un SIRET a quatorze chiffres.")],
    )
    rna = models.CharField(
        "RNA",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^W[0-9A-Z]\d{8}$", "Un numéro RNA est un W suivi de neuf signes.")],
    )
    registry_state = models.CharField(
        "état des identifiants", max_length=8, choices=RegistryState, default=RegistryState.ABSENT
    )
    life_status = models.CharField("situation", max_length=8, choices=LifeStatus, default=LifeStatus.UNKNOWN)
    life_status_year = models.PositiveSmallIntegerField("année de la situation", null=True, blank=True)
    founded = PartialDateField("date de création")
    closed = PartialDateField("date de fin")
    potential_ptce = models.BooleanField("PTCE possible", default=False)
    administers = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="administered_by",
        verbose_name="administre le territoire",
    )
    publication = models.CharField(
        "publication",
        max_length=10,
        choices=PublicationStatus,
        default=PublicationStatus.DRAFT,
        db_index=True,
    )
    last_confirmed_on = models.DateField("vérifié le", null=True, blank=True)
    # '' where it never was, or where nobody noted who did.
    last_confirmed_by = models.CharField(
        "vérifié par", max_length=5, choices=ConfirmedBy, blank=True, editable=False
    )
    # Whose draft it is, while it is one; None for what a command loaded.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="créé par",
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    # When something that is told with it last changed: a partner's name, a source, an activity (``reach.py``).
    reached_at = models.DateTimeField("atteint le", null=True, editable=False)

    objects = ActorQuerySet.as_manager()

    class Meta:
        verbose_name = "acteur"
        verbose_name_plural = "acteurs"
        ordering = ["name_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="actor_nature_in_list",
                condition=Q(nature__in=Nature.values),
                violation_error_message="La nature d’un acteur est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="actor_kind_fits_nature",
                condition=_kind_fits_nature(),
                violation_error_message="Choisissez le type qui va avec la nature de l’acteur.",
            ),
            models.CheckConstraint(
                name="actor_legal_form_fits_nature",
                condition=Q(nature=Nature.ORGANISATION, legal_form__in=LegalForm.values)
                | Q(nature=Nature.INITIATIVE, legal_form="", siren="", siret="", rna="")
                | Q(nature=Nature.PTCE, legal_form__in=["", *LegalForm.values]),
                violation_error_message="Une structure a un statut juridique (au besoin « Non précisé »), "
                "une initiative n’en a pas, ni SIREN, SIRET ou RNA.",
            ),
            models.CheckConstraint(
                name="actor_potential_ptce_is_initiative",
                condition=Q(potential_ptce=False) | Q(nature=Nature.INITIATIVE),
                violation_error_message="Seule une initiative est un PTCE possible.",
            ),
            models.CheckConstraint(
                name="actor_administers_is_organisation",
                condition=Q(administers__isnull=True) | Q(nature=Nature.ORGANISATION),
                violation_error_message="Seule une structure administre un territoire.",
            ),
            models.UniqueConstraint(
                fields=["administers"],
                name="actor_administers_unique",
                violation_error_message="Un autre acteur administre déjà ce territoire.",
            ),
            models.CheckConstraint(
                name="actor_lists",
                condition=Q(
                    sphere__in=Sphere.values,
                    life_status__in=LifeStatus.values,
                    publication__in=PublicationStatus.values,
                    number__in=GrammaticalNumber.values,
                ),
                violation_error_message="Famille, situation, publication et nombre sont dans les listes prévues.",
            ),
            models.CheckConstraint(
                name="actor_life_status_dated",
                condition=Q(life_status=LifeStatus.UNKNOWN) | Q(life_status_year__isnull=False),
                violation_error_message="Une situation va avec l’année où elle était vraie.",
            ),
            models.CheckConstraint(
                name="actor_confirmed_by_dated",
                condition=Q(last_confirmed_by="")
                | Q(last_confirmed_by__in=ConfirmedBy.values, last_confirmed_on__isnull=False),
                violation_error_message="Qui a vérifié une fiche va avec le jour où elle l’a été.",
            ),
            models.CheckConstraint(
                name="actor_registry_state_fits",
                condition=Q(registry_state=RegistryState.ABSENT, siren="", siret="", rna="")
                | (
                    Q(registry_state__in=[RegistryState.PROPOSED, RegistryState.VERIFIED])
                    & ~Q(siren="", siret="", rna="")
                ),
                violation_error_message="L’état des identifiants est « Absent » quand il n’y en a aucun, et lui seul.",
            ),
            models.CheckConstraint(
                name="actor_siret_of_siren",
                condition=Q(siret="") | Q(siren="") | Q(siren=Left(F("siret"), 9)),
                violation_error_message="Un SIRET commence par le SIREN.",
            ),
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="actor_siret_unique",
                violation_error_message="Un autre acteur porte déjà ce SIRET.",
            ),
            models.CheckConstraint(
                name="actor_slug_not_reserved",
                condition=~Q(slug__in=RESERVED_SLUGS),
                violation_error_message="Cette adresse est celle d’une page de l’annuaire.",
            ),
            models.CheckConstraint(
                name="actor_named",
                condition=~Q(name="") & ~Q(slug=""),
                violation_error_message="Un acteur a un nom et une adresse.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args, **kwargs) -> None:
        """Also keeps the row's permanent id and every address it ever had (1 to 3 queries more)."""
        self.name_key = fold(self.name)[:200]
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._keep_address()

    def get_absolute_url(self) -> str:
        return address("actor", self.slug)

    def _keep_address(self) -> None:
        """Raises IntegrityError when the address or the permanent id was once another actor's."""
        shown_at = timezone.now() if self.is_public else None
        public_id, _ = PublicId.objects.get_or_create(
            value=self.public_id, defaults={"actor_id": self.pk, "shown_at": shown_at}
        )
        address, _ = Address.objects.get_or_create(
            slug=self.slug, defaults={"actor_id": self.pk, "public_id": public_id}
        )
        if shown_at and not public_id.was_public:
            PublicId.objects.filter(pk=public_id.pk).update(shown_at=shown_at)
        if public_id.actor_id != self.pk or address.actor_id != self.pk:
            raise IntegrityError(
                f"The address {self.slug} or the id {self.public_id} belongs to another actor."
            )

    def delete(self, *args, **kwargs):
        """Leaves the permanent id marked as deleted: its address answers 410, never 404."""
        with transaction.atomic():
            PublicId.objects.filter(actor=self).update(
                actor=None, fate=PublicIdFate.DELETED, ended_on=timezone.localdate()
            )
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        taken = Address.objects.filter(slug=self.slug).exclude(public_id=self.public_id)
        if taken.exists():
            raise ValidationError({"slug": "Cette adresse a déjà été publiée pour un autre acteur."})

    @property
    def is_public(self) -> bool:
        return self.publication == PublicationStatus.PUBLISHED

    @property
    def full_name(self) -> str:
        """The name with its precision: « Garage solidaire, Courrières »."""
        return f"{self.name}, {self.precision}" if self.precision else self.name

    @property
    def kind_label(self) -> str:
        """French label of its kind, whatever its nature; the nature's where no source tells the kind."""
        if self.nature == Nature.PTCE:
            return "Pôle territorial de coopération économique"
        if self.kind_unspecified:
            return Nature(self.nature).label
        if self.nature == Nature.ORGANISATION:
            return label_of(self, "organisation_kind")
        return label_of(self, "initiative_kind")

    @property
    def kind_unspecified(self) -> bool:
        """Whether no source tells the kind of this organisation or initiative."""
        kind = self.organisation_kind or self.initiative_kind
        return kind in {OrganisationKind.UNSPECIFIED, InitiativeKind.UNSPECIFIED}

    @property
    def links(self) -> list[Cooperation]:
        """Its public links in both directions, stated ones first; needs ``with_detail()``."""
        links = [*loaded(self, "links_out"), *loaded(self, "links_in")]
        return sorted(
            links,
            key=lambda link: (
                link.certainty != Certainty.STATED,
                link.source.name_key + link.target.name_key,
                link.pk,
            ),
        )


class _FaceManager(models.Manager.from_queryset(ActorQuerySet)):
    """Rows of one nature."""

    def get_queryset(self):
        return super().get_queryset().filter(nature=self.model.face)


def _set_nature(instance: Actor, args: tuple, kwargs: dict) -> dict:
    """A face is of its nature from birth, however it is made (get_or_create, bulk_create, admin)."""
    return kwargs if args else {**kwargs, "nature": instance.face}


class Organisation(Actor):
    """What is or could be a legal body or a lasting collective."""

    face = Nature.ORGANISATION
    objects = _FaceManager()

    class Meta:
        proxy = True
        verbose_name = "structure"
        verbose_name_plural = "structures"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **_set_nature(self, args, kwargs))


class Initiative(Actor):
    """What actors run together: a place, a service, a tool, an event, a programme, a process."""

    face = Nature.INITIATIVE
    objects = _FaceManager()

    class Meta:
        proxy = True
        verbose_name = "initiative"
        verbose_name_plural = "initiatives"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **_set_nature(self, args, kwargs))


class Ptce(Actor):
    """A pôle territorial de coopération économique, with the dated history of its status."""

    face = Nature.PTCE
    objects = _FaceManager()

    class Meta:
        proxy = True
        verbose_name = "PTCE"
        verbose_name_plural = "PTCE"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **_set_nature(self, args, kwargs))
