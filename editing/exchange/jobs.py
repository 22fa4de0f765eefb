"""What the runner of background jobs does for imports: one piece at each call."""

import logging

from django.db import IntegrityError, OperationalError

from editing.exchange.applying import BeyondReach, apply_batch
from editing.exchange.sorting import sort_batch
from editing.exchange.undoing import undo_batch
from editing.import_models import ImportBatch, ImportState
from territories.admin_base import refusal

logger = logging.getLogger(__name__)

_WORK = {
    ImportState.SORTING: sort_batch,
    ImportState.APPLYING: apply_batch,
    ImportState.UNDOING: undo_batch,
}
# Where a batch stands again when its writing failed and was taken back.
_BACK = {ImportState.APPLYING: ImportState.SORTED, ImportState.UNDOING: ImportState.APPLIED}
# An import has the rights of whoever uploaded it.
_NO_ACCOUNT = "La personne qui a déposé ce tableau n’a plus de compte : déposez-le de nouveau."
_UNEXPECTED = "Une erreur du programme a tout arrêté ; rien n’a été écrit. Prévenez qui tient le site."


def work_off() -> bool:
    """Sort, write or undo the oldest import that waits for it; else forget those that are too old.

    Told by its batch when it fails, so that the next one has its turn. Raises OperationalError where the database can't be
    asked now: the batch stands as it did, and is worked on again.
    """
    batch = ImportBatch.objects.due().select_related("created_by").first()
    if batch is None:
        deleted, _ = ImportBatch.objects.overdue().delete()
        return bool(deleted)
    state = ImportState(batch.state)
    try:
        if batch.created_by is None and state != ImportState.UNDOING:
            raise BeyondReach(_NO_ACCOUNT)
        _WORK[state](batch)
    except BeyondReach as error:
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=_BACK.get(state, ImportState.FAILED), problems=[str(error)]
        )
    except OperationalError:
        # The database is gone, full or held by others for now: nothing was written, and the next round tries again.
        raise
    except Exception as error:
        logger.exception("Import %s failed while %s.", batch.pk, state)
        problem = refusal(error) if isinstance(error, IntegrityError) else _UNEXPECTED
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=_BACK.get(state, ImportState.FAILED), problems=[problem]
        )
    return True
