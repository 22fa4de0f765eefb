"""The queue of outgoing mail, for whoever asks whether a message left."""

from django.contrib import admin
from post_office.models import STATUS, Attachment, Email, EmailTemplate, Log

from territories.admin_base import ReadOnlyAdmin

_STATES = {
    STATUS.queued: "attend",
    STATUS.requeued: "attend, après un échec",
    STATUS.sent: "envoyé",
    STATUS.failed: "non envoyé",
}

# Its own pages would send anything to anybody; neither its templates nor attachments are in use.
admin.site.unregister([Attachment, Email, EmailTemplate, Log])


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    menu_name = "Courriels envoyés"
    # Not post_office's own, which leads to its page for sending again.
    change_form_template = "admin/change_form.html"
    list_display = ("recipient", "title", "state", "queued_at", "tries", "last_failure")
    list_display_links = ("recipient",)
    list_filter = ("created",)
    search_fields = ("to", "subject")
    ordering = ("-pk",)
    fields = ("recipient", "title", "text", "state", "queued_at", "tries", "last_failure")
    readonly_fields = fields

    def get_queryset(self, request):
        # Not the related rows that the directory's lists bring along: those have no page here.
        return admin.ModelAdmin.get_queryset(self, request).prefetch_related("logs")

    @admin.display(description="destinataire")
    def recipient(self, email):
        return ", ".join(email.to)

    @admin.display(description="objet", ordering="subject")
    def title(self, email):
        return email.subject

    @admin.display(description="texte")
    def text(self, email):
        return email.message

    @admin.display(description="état", ordering="status")
    def state(self, email):
        return _STATES.get(email.status, "–")

    @admin.display(description="écrit le", ordering="created")
    def queued_at(self, email):
        return email.created

    @admin.display(description="nouveaux essais")
    def tries(self, email):
        return email.number_of_retries or 0

    @admin.display(description="dernier échec")
    def last_failure(self, email):
        return max(email.logs.all(), key=lambda log: log.pk).message if email.logs.all() else ""
