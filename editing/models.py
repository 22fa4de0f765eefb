from django.conf import settings
from django.db import models

from editing.freshness_models import Correspondent, LinkCheck, Reminder
from editing.home_models import Postponement, TwinTally
from editing.import_models import ImportBatch, ImportRow
from editing.letter_models import LetterRelease, PendingFact, PreparedEntry
from editing.request_models import PersonRequest
from editing.suggestion_models import SendingTrace, Suggestion
from territories.models import Territory


class EditorTerritory(models.Model):
    """A territory whose entries a local editor keeps: those wholly inside it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="editor_territories", verbose_name="compte"
    )
    territory = models.ForeignKey(
        Territory, models.CASCADE, related_name="editors", verbose_name="territoire"
    )

    class Meta:
        verbose_name = "territoire confié"
        verbose_name_plural = "territoires confiés"
        ordering = ["user", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "territory"],
                name="editorterritory_unique",
                violation_error_message="Ce territoire est déjà confié à cette personne.",
            )
        ]

    def __str__(self) -> str:
        return str(self.territory)


__all__ = [
    "Correspondent",
    "EditorTerritory",
    "ImportBatch",
    "ImportRow",
    "LetterRelease",
    "LinkCheck",
    "PendingFact",
    "PersonRequest",
    "Postponement",
    "PreparedEntry",
    "Reminder",
    "SendingTrace",
    "Suggestion",
    "TwinTally",
]
