"""Addresses of embeds. Those below ``v1/`` are in codes that others published: none is ever taken away."""

from django.urls import path, re_path

from pages.embeds.views import (
    ActorFrameView,
    BuilderView,
    ColoursView,
    ListFrameView,
    MapFrameView,
    NetworkFrameView,
    OembedView,
    ScriptView,
    SheetView,
    UnknownFrameView,
)

urlpatterns = [
    path("integration/", BuilderView.as_view(), name="embed-builder"),
    path("integration/fiche-technique/", SheetView.as_view(), name="embed-sheet"),
    path("integration/v1/acteur/<slug:word>/", ActorFrameView.as_view(), name="embed-actor"),
    path("integration/v1/liste/", ListFrameView.as_view(), name="embed-list"),
    path("integration/v1/carte/", MapFrameView.as_view(), name="embed-map"),
    path("integration/v1/reseau/", NetworkFrameView.as_view(), name="embed-network"),
    path("integration/v1/couleurs.css", ColoursView.as_view(), name="embed-colours"),
    re_path(r"^integration/v1/(?P<name>cadre|annuaire-ess)\.js$", ScriptView.as_view(), name="embed-script"),
    path("integration/v1/oembed", OembedView.as_view(), name="oembed"),
    # With a final stroke: without one, Django adds it first.
    re_path(r"^integration/v1/(?:.*/)?$", UnknownFrameView.as_view(), name="embed-unknown"),
]
