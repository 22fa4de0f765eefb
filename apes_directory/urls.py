"""Root addresses: the back-office, health, what partners take away, and every public page."""

from django.contrib import admin
from django.urls import include, path

from apes_directory import health, metrics
from pages.urls import editorial

urlpatterns = [
    # First: they are asked most, and addresses are looked up one pattern after the other.
    path("", include("pages.urls")),
    path("admin/", admin.site.urls),
    path("sante/", health.ready, name="health"),
    path("sante/vivant/", health.alive, name="alive"),
    path("sante/mesures/", metrics.metrics, name="metrics"),
    path("", include("editing.suggestions.urls")),
    path("", include("editing.freshness.urls")),
    path("", include("editing.requests.urls")),
    path("", include("partners.urls")),
    # Last: the editorial pages take every address that is left.
    *editorial,
]

handler500 = "apes_directory.outage.server_error"
