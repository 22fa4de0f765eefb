"""Root addresses: the back-office, health, what partners take away, and every public page."""

from django.contrib import admin
from django.urls import include, path

from apes_directory import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sante/", health.health, name="health"),
    # Before the pages, whose last address takes any word.
    path("", include("partners.urls")),
    path("", include("pages.urls")),
]

handler500 = "partners.views.failure.server_error"
