from django.contrib import admin

from actors.enums import ContactKind, SocialNetwork
from actors.models import ContactPoint
from editing.admin.base import CitedInline, CitedRowForm, RowAdmin
from territories.admin_base import DirectoryForm


class NetworkMixin:
    """An account whose network nobody knows says so by itself."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == ContactKind.SOCIAL and not cleaned.get("network"):
            cleaned["network"] = SocialNetwork.UNKNOWN
        return cleaned


class ContactRowForm(NetworkMixin, CitedRowForm):
    pass


class ContactForm(NetworkMixin, DirectoryForm):
    pass


class ContactInline(CitedInline, admin.StackedInline):
    model = ContactPoint
    form = ContactRowForm
    fields = (("kind", "value", "network", "personal"), ("cited_source", "sources"))


@admin.register(ContactPoint)
class ContactPointAdmin(RowAdmin):
    form = ContactForm
    fields = ("actor", ("kind", "network"), "value", "personal")
    list_display = ("actor", "kind", "value", "network", "personal")
    list_filter = ("kind", "personal", "network")
    search_fields = ("actor__name", "value")
    ordering = ("actor__name_key", "kind", "pk")
