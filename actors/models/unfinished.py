"""Which entries ask for an editor's hand: the conditions behind the worklists of the back-office."""

from django.db import models
from django.utils import timezone

from actors.enums import CitationRole, LifeStatus, PublicationStatus
from actors.models.citation import Citation
from actors.models.contact import ContactPoint
from actors.models.freshness import SILENT_YEARS
from actors.models.place import Place

# What was only thought of, not begun.
PROJECTS = (LifeStatus.IDEA, LifeStatus.PLANNED)


class UnfinishedQuerySet(models.QuerySet):
    """Every method adds conditions only, no query of its own."""

    def drafts(self):
        return self.filter(publication=PublicationStatus.DRAFT)

    def to_review(self):
        return self.filter(publication=PublicationStatus.REVIEW)

    def without_place(self):
        """Shown to visitors, and on no map: neither seat nor any other place, at whatever level."""
        return self._standing().filter(~models.Exists(_rows(Place)))

    def without_source(self):
        """Shown to visitors, though nothing is cited for the entry or for any of its columns."""
        return self._standing().filter(~models.Exists(_rows(Citation)))

    def without_contact(self):
        return self._standing().filter(~models.Exists(_rows(ContactPoint)))

    def only_named(self):
        """Named by a source and presented by none: whom a letter may still portray."""
        told = _rows(Citation)
        return self._standing().filter(
            models.Exists(told.filter(role=CitationRole.NAMED)),
            ~models.Exists(told.filter(role=CitationRole.SUBJECT)),
        )

    def silent_projects(self):
        """Projects whose last news is so old that what followed is not known (``is_silent()``, as a condition)."""
        last = timezone.localdate().year - SILENT_YEARS
        return self._standing().filter(life_status__in=PROJECTS, life_status_year__lte=last)

    def _standing(self):
        """Whom lists hold unless asked otherwise: published, not known to have ceased."""
        return self.filter(publication=PublicationStatus.PUBLISHED).exclude(life_status=LifeStatus.CLOSED)


def _rows(model: type[models.Model]) -> models.QuerySet:
    return model._base_manager.filter(actor=models.OuterRef("pk"))
