"""What the program keeps for itself, shown for those who look for the reason of something."""

from django.contrib import admin

from actors.models import NetworkLayout, SearchDocument, Seed
from editing.freshness_models import Correspondent, LinkCheck, Reminder
from editing.letter_models import LetterRelease, PendingFact, PreparedEntry
from editing.request_models import PersonRequest
from editing.suggestion_models import SendingTrace, Suggestion
from territories.admin_base import ReadOnlyAdmin


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnlyAdmin):
    list_display = ("actor",)
    list_filter = ("actor__nature",)
    search_fields = ("words",)
    ordering = ("actor__name_key", "pk")


@admin.register(Seed)
class SeedAdmin(ReadOnlyAdmin):
    list_display = ("key", "model", "row_id")
    list_filter = ("model",)
    search_fields = ("key",)
    ordering = ("key", "pk")


@admin.register(NetworkLayout)
class NetworkLayoutAdmin(ReadOnlyAdmin):
    list_display = ("version", "made_at")
    list_filter = ("made_at",)
    search_fields = ("fingerprint",)
    ordering = ("-version", "pk")


@admin.register(LetterRelease)
class LetterReleaseAdmin(ReadOnlyAdmin):
    list_display = ("letter", "planned_for", "planned_by", "released_at", "failure")
    search_fields = ("letter__title", "letter__number")
    ordering = ("-pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("letter", "planned_by")


@admin.register(PreparedEntry)
class PreparedEntryAdmin(ReadOnlyAdmin):
    list_display = ("actor", "release", "state_before")
    search_fields = ("actor__name_key",)
    ordering = ("actor__name_key", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor", "release__letter")


@admin.register(PendingFact)
class PendingFactAdmin(ReadOnlyAdmin):
    list_display = ("kind", "actor", "territory", "article", "entered_at", "applied_at")
    list_filter = ("kind",)
    search_fields = ("actor__name_key",)
    ordering = ("-pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor", "territory", "article")


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """As it is stored; « Propositions reçues » is where it is answered."""

    list_display = ("reference", "kind", "state", "name", "received_at", "decided_by")
    list_filter = ("kind", "state")
    search_fields = ("reference", "name")
    ordering = ("-pk",)
    # Who wrote is for the page of moderators.
    exclude = ("email",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("decided_by")


@admin.register(PersonRequest)
class PersonRequestAdmin(ReadOnlyAdmin):
    """When it came and when it was answered; « Demandes de personnes citées » is where that is done."""

    list_display = ("reference", "kind", "state", "received_at", "hidden_at", "decided_at", "decided_by")
    list_filter = ("kind", "state")
    search_fields = ("reference",)
    ordering = ("-pk",)
    # Who asks what is for the page of moderators.
    exclude = ("name", "contacts", "where", "message", "email", "answer")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("decided_by")


@admin.register(SendingTrace)
class SendingTraceAdmin(ReadOnlyAdmin):
    list_display = ("fingerprint", "sent_at")
    list_filter = ("sent_at",)
    search_fields = ("fingerprint",)
    ordering = ("-pk",)


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyAdmin):
    """Every address and its last answer; « Liens morts » is where something is done about it."""

    list_display = ("address", "state", "fault", "status", "failures", "checked_at", "due_at")
    list_filter = ("state", "fault")
    search_fields = ("address", "final_address")
    ordering = ("address", "pk")


@admin.register(Correspondent)
class CorrespondentAdmin(ReadOnlyAdmin):
    list_display = ("fingerprint", "written_on", "refused_on")
    list_filter = ("refused_on",)
    search_fields = ("fingerprint",)
    ordering = ("-pk",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("entry", "sent_at", "confirmed_at", "closure_told_at")
    list_filter = ("sent_at", "confirmed_at")
    search_fields = ("entry__value",)
    ordering = ("-sent_at", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("entry", "correspondent")
