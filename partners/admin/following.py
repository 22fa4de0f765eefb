from django.contrib import admin

from partners.models import Subscription
from territories.admin_base import ReadOnlyAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Who follows what, for administrators: to answer somebody who can't find their link, and to delete at once."""

    list_display = ("email", "title", "period", "confirmed_at", "sent_on")
    list_filter = ("period",)
    search_fields = ("email",)
    ordering = ("-created_at", "pk")

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("partners.delete_subscription")
