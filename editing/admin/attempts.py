"""Wrong passwords of the last day: who tries what, and the door opened again."""

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from editing.rights import has_right
from editing.roles import Right
from territories.admin_base import ReadOnlyAdmin

# Their own pages show secrets of other people's telephones, and recovery codes: those are nobody else's.
admin.site.unregister([TOTPDevice, StaticDevice])


@admin.register(AccessAttempt)
class AttemptAdmin(ReadOnlyAdmin):
    group = "Comptes"
    menu_name = "Mauvais mots de passe"
    list_display = ("name", "ip_address", "failures", "last")
    list_filter = ("attempt_time",)
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time", "-pk")
    # What browsers and forms say besides is of no use to people.
    fields = ("name", "ip_address", "failures", "last")
    readonly_fields = fields
    actions = ("forget",)

    def has_forget_permission(self, request):
        return has_right(request.user, Right.ADMINISTER)

    @admin.action(description="Oublier ces essais (rouvrir l’entrée)", permissions=["forget"])
    def forget(self, request, queryset):
        count = queryset.count()
        queryset.delete()
        messages.success(
            request, f"{count} ligne{'s' if count > 1 else ''} oubliée{'s' if count > 1 else ''}."
        )

    @admin.display(description="nom donné", ordering="username")
    def name(self, attempt):
        return attempt.username

    @admin.display(description="essais", ordering="failures_since_start")
    def failures(self, attempt):
        return attempt.failures_since_start

    @admin.display(description="dernier essai", ordering="attempt_time")
    def last(self, attempt):
        return attempt.attempt_time
