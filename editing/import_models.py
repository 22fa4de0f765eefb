"""An uploaded table of entries and its lines, between the file and the entries."""

import datetime
import hashlib
import json

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from reversion.models import Revision

from actors.enums import Nature
from actors.models import Actor

# How long an import can be undone, and its lines are kept.
DAYS_KEPT = 30

NAMES_ERASED = "La ligne nomme une personne qui a demandé à ne plus figurer dans l’annuaire."


class ImportState(models.TextChoices):
    # While the upload's request lasts; nobody sees it.
    READING = "reading", "Lecture en cours"
    MATCHING = "matching", "Colonnes à vérifier"
    SORTING = "sorting", "Tri en cours"
    SORTED = "sorted", "Trié, rien n’est encore enregistré"
    APPLYING = "applying", "Enregistrement en cours"
    APPLIED = "applied", "Enregistré"
    UNDOING = "undoing", "Annulation en cours"
    UNDONE = "undone", "Annulé"
    FAILED = "failed", "Interrompu"


# In these it is the runner's turn.
AT_WORK = (ImportState.SORTING, ImportState.APPLYING, ImportState.UNDOING)


class Outcome(models.TextChoices):
    WAITING = "waiting", "Pas encore triée"
    CREATE = "create", "Fiche à créer"
    CHANGE = "change", "Fiche à modifier"
    SAME = "same", "Sans changement"
    TWIN = "twin", "Doublon probable"
    ERROR = "error", "Rejetée"


class ImportBatchQuerySet(models.QuerySet):
    def due(self) -> "ImportBatchQuerySet":
        """Those the runner has to work on, the oldest first."""
        return self.filter(state__in=AT_WORK).order_by("pk")

    def overdue(self) -> "ImportBatchQuerySet":
        """Older than lines are kept, nobody at work on them; what is written counts from then on."""
        limit = timezone.now() - datetime.timedelta(days=DAYS_KEPT + 1)
        old = self.annotate(since=Coalesce("applied_at", "created_at")).filter(since__lt=limit)
        return old.exclude(state__in=AT_WORK)

    def undecided(self) -> "ImportBatchQuerySet":
        """Those that wait for whoever uploaded them: to match, to confirm, or to look at after a failure."""
        return self.filter(state__in=(ImportState.MATCHING, ImportState.SORTED, ImportState.FAILED))

    def read(self) -> "ImportBatchQuerySet":
        """Those whose file was read to its end."""
        return self.exclude(state=ImportState.READING)

    def unwritten_lines(self) -> int:
        """How many lines they hold of which nothing is written (1 query)."""
        written = (ImportState.APPLYING, ImportState.APPLIED, ImportState.UNDOING)
        return self.exclude(state__in=written).aggregate(lines=models.Sum("total", default=0))["lines"]

    def of(self, user: AbstractBaseUser) -> "ImportBatchQuerySet":
        return self.filter(created_by=user)

    def for_list(self) -> "ImportBatchQuerySet":
        return self.select_related("created_by").order_by("-pk")


class ImportBatch(models.Model):
    """One uploaded table: its columns, what was made of it, and the act that wrote it, by which it is undone."""

    # None once the account is gone: what was written can still be undone.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="imports",
        verbose_name="déposé par",
    )
    created_at = models.DateTimeField("déposé le", default=timezone.now, editable=False)
    file_name = models.CharField("fichier", max_length=150)
    state = models.CharField(
        "état", max_length=10, choices=ImportState, default=ImportState.READING, db_index=True
    )
    # Names of the columns as the file has them.
    header = models.JSONField("colonnes du fichier", default=list)
    # For each of them a key of editing/exchange/columns.py, '' for one that is not read.
    mapping = models.JSONField("correspondance", default=list, blank=True)
    # Of outside identifiers that don't name their own.
    scheme = models.SlugField("référentiel", max_length=40, blank=True)
    # Of lines that don't tell it.
    nature = models.CharField("nature", max_length=12, choices=Nature, default=Nature.ORGANISATION)
    # What the file itself gives reason to say, in French.
    notices = models.JSONField("remarques", default=list, blank=True)
    total = models.PositiveIntegerField("lignes", default=0)
    # Lines sorted so far.
    done = models.PositiveIntegerField("lignes triées", default=0)
    # Outcomes that are to be, or were, written.
    chosen = models.JSONField("catégories choisies", default=list, blank=True)
    # Why it stopped, or could not be undone: sentences in French.
    problems = models.JSONField("empêchements", default=list, blank=True)
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="acte"
    )
    applied_at = models.DateTimeField("enregistré le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "tableau importé"
        verbose_name_plural = "tableaux importés"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="importbatch_state_in_list",
                condition=models.Q(state__in=ImportState.values),
                violation_error_message="L’état d’un import est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="importbatch_nature_in_list",
                condition=models.Q(nature__in=Nature.values),
                violation_error_message="La nature d’un acteur est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def may_be_undone(self) -> bool:
        return self.state == ImportState.APPLIED and self.revision_id is not None

    @property
    def until(self) -> datetime.date:
        """The last day on which it can be undone."""
        return timezone.localdate(self.applied_at or self.created_at) + datetime.timedelta(days=DAYS_KEPT)

    @property
    def sorting(self) -> str:
        """What it was sorted by, as a digest: whoever saw one sorting must not write another."""
        told = json.dumps([self.mapping, self.scheme, self.nature])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class ImportRowQuerySet(models.QuerySet):
    def counts(self) -> dict[str, int]:
        """Outcome -> number of lines (1 query)."""
        rows = self.order_by().values_list("outcome").annotate(models.Count("pk"))
        return dict(rows)

    def applicable(self, chosen: list[str]) -> "ImportRowQuerySet":
        return self.filter(outcome__in=chosen, applied=False).order_by("line")

    def rejected(self) -> "ImportRowQuerySet":
        return self.filter(outcome=Outcome.ERROR).order_by("line")


class ImportRow(models.Model):
    """One line of the table: its cells, what it would do, and whether it was done."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="tableau")
    line = models.PositiveIntegerField("ligne")
    cells = models.JSONField("cellules", default=list)
    outcome = models.CharField("sort", max_length=8, choices=Outcome, default=Outcome.WAITING)
    # Sentences in French: why it is rejected or a probable double; what was repaired or left aside.
    reasons = models.JSONField("raisons", default=list, blank=True)
    notes = models.JSONField("remarques", default=list, blank=True)
    # [name of the column, before, after] of each change.
    changes = models.JSONField("changements", default=list, blank=True)
    # What is to be written, as editing/exchange/applying.py takes it.
    values = models.JSONField("valeurs", default=dict, blank=True)
    # The entry it changes, is the same as, is a double of, or has made.
    actor = models.ForeignKey(
        Actor, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="fiche"
    )
    # The entry's last version when the line was sorted; 0 without one.
    version = models.BigIntegerField("version", default=0)
    applied = models.BooleanField("enregistrée", default=False)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne importée"
        verbose_name_plural = "lignes importées"
        ordering = ["batch", "line"]
        indexes = [models.Index(fields=["batch", "outcome", "line"], name="importrow_batch_outcome")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "line"],
                name="importrow_unique",
                violation_error_message="Cette ligne est déjà dans le tableau.",
            ),
            models.CheckConstraint(
                name="importrow_outcome_in_list",
                condition=models.Q(outcome__in=Outcome.values),
                violation_error_message="Le sort d’une ligne est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}, ligne {self.line}"

    @property
    def title(self) -> str:
        """The name it would give a new entry."""
        return self.values.get("columns", {}).get("name", "")
