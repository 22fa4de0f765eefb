"""« Confirmer que c’est à jour »: a button of an entry's form, an action of every list of entries."""

from django.contrib import admin, messages
from django.utils import timezone

from actors.enums import ConfirmedBy
from editing.freshness.confirming import confirm_all, confirmed
from editing.publication import CONFIRM
from editing.rights import has_right
from editing.roles import Right


def note_confirmation(request, obj, form) -> bool:
    """Write into ``obj``, before it is saved, who confirmed it; True when the button for it was pressed.

    A day typed into the form is an editor's word too.
    """
    if CONFIRM.name in request.POST:
        obj.last_confirmed_on, obj.last_confirmed_by = timezone.localdate(), ConfirmedBy.APES
        messages.success(request, "C’est noté : la page dit que l’Apes a vérifié la fiche aujourd’hui.")
        return True
    if "last_confirmed_on" in form.changed_data:
        obj.last_confirmed_by = ConfirmedBy.APES if obj.last_confirmed_on else ""
    return False


class ConfirmAction:
    """For the entries ticked in a list, those that the person may change; the list names it among its actions."""

    def has_confirm_permission(self, request) -> bool:
        return has_right(request.user, Right.EDIT)

    @admin.action(description="Confirmer que les fiches cochées sont à jour", permissions=["confirm"])
    def confirm_selected(self, request, queryset):
        number = confirm_all(queryset, request.user)
        if number:
            self.message_user(request, confirmed(number), messages.SUCCESS)
        if outside := queryset.count() - number:
            self.message_user(
                request,
                f"{outside} fiche{'s' if outside > 1 else ''} hors de ce qui vous est confié : rien n’y a changé.",
                messages.WARNING,
            )
