from django.contrib import admin

from actors.enums import ContactKind, SocialNetwork
from actors.models import ContactPoint
from editing.admin.base import CitedInline, CitedRowForm, RowAdmin
from editing.admin.seen import SeenForm
from editing.normalised import NormalisedContact


class TypedContact(NormalisedContact):
    """What is new or changed takes its one written form; an account whose network nobody knows says so by itself."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == ContactKind.SOCIAL and not cleaned.get("network"):
            cleaned["network"] = SocialNetwork.UNKNOWN
        if cleaned.get("kind") and cleaned.get("value") and {"kind", "value"} & {*self.changed_data}:
            cleaned["value"] = self.normalise(cleaned["kind"], cleaned["value"])
        return cleaned


class ContactRowForm(TypedContact, CitedRowForm):
    pass


class ContactForm(TypedContact, SeenForm):
    pass


class ContactInline(CitedInline, admin.StackedInline):
    model = ContactPoint
    add_text = "Ajouter une coordonnée"
    form = ContactRowForm
    fields = (("kind", "value", "as_printed", "network", "personal"), ("cited_source", "sources"))


@admin.register(ContactPoint)
class ContactPointAdmin(RowAdmin):
    form = ContactForm
    fields = ("actor", ("kind", "network"), ("value", "as_printed"), "personal")
    list_display = ("actor", "kind", "value", "network", "personal")
    list_filter = ("kind", "personal", "network")
    search_fields = ("actor__name", "value")
    ordering = ("actor__name_key", "kind", "pk")
