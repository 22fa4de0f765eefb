"""Addresses around the door, part of the back-office's own: ``admin:two_steps`` and its like."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from editing.accounts import views


def _door(view: type[views.DoorView]):
    """Kept by no cache, and what is typed there by no report of an error."""
    return never_cache(sensitive_post_parameters()(view.as_view()))


def patterns(site: AdminSite) -> list[URLPattern]:
    """Only one's own second step asks for somebody who is in; the others stand before the door."""
    return [
        path("deux-etapes/", site.admin_view(_door(views.TwoStepsView)), name="two_steps"),
        path("deux-etapes/activer/", _door(views.EnrolView), name="two_steps_enrol"),
        path("deux-etapes/code/", _door(views.CodeView), name="two_steps_code"),
        path("mot-de-passe/", _door(views.ForgottenView), name="password_forgotten"),
        path("mot-de-passe/courriel/", _door(views.AskedView), name="password_asked"),
        path("mot-de-passe/nouveau/<uidb64>/<token>/", _door(views.NewPasswordView), name="password_new"),
        path("mot-de-passe/change/", _door(views.ChangedView), name="password_changed"),
    ]
