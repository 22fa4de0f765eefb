"""Addresses of what partners take away; they stay."""

from django.urls import path, re_path

from partners.api.actors import ActorListView, ActorView, PtceListView, PtceView
from partners.api.base import UnknownView
from partners.api.cooperations import CooperationListView, CooperationView
from partners.api.letters import LetterListView, LetterView
from partners.api.lists import FacetsView, RootView, SectorListView
from partners.api.openapi import OpenApiView
from partners.api.territories import TerritoryListView, TerritoryView
from partners.feeds.letters import letter_feed
from partners.feeds.views import OpenSearchView, actor_feed
from partners.following.views import ConfirmView, EndView, FollowView, MineView, SentView
from partners.sharing.views import ShareImageView
from partners.views.documentation import DocumentationView
from partners.views.downloads import (
    CatalogueView,
    ChoiceView,
    DataView,
    DownloadView,
    EditionFileView,
    EditionsView,
    EditionView,
    TableSchemaView,
)
from partners.views.lasting import LastingAddressView
from partners.views.stroke import WithoutStrokeView

urlpatterns = [
    path("flux/acteurs.atom", actor_feed, name="feed-actors"),
    path("flux/lettres.atom", letter_feed, name="feed-letters"),
    path("opensearch.xml", OpenSearchView.as_view(), name="opensearch"),
    path("suivre/", FollowView.as_view(), name="follow"),
    path("suivre/verifiez/", SentView.as_view(), name="follow-sent"),
    path("suivre/confirmer/<str:word>/", ConfirmView.as_view(), name="follow-confirm"),
    path("suivre/arreter/<str:word>/", EndView.as_view(), name="follow-end"),
    path("suivre/mes-suivis/<str:word>/", MineView.as_view(), name="follow-mine"),
    # What a message that leads to a page shows: /partage/annuaire.png is that of any page without one.
    path("partage/<slug:kind>.png", ShareImageView.as_view(), {"key": ""}, name="share-image-of-site"),
    path("partage/<slug:kind>/<slug:key>.png", ShareImageView.as_view(), name="share-image"),
    # The identifier of anything, with or without a final stroke.
    path("id/<path:word>", LastingAddressView.as_view(), name="lasting"),
    path("donnees/", DataView.as_view(), name="data"),
    path("donnees/telecharger/", ChoiceView.as_view(), name="download-choice"),
    path(
        "donnees/telecharger/cooperations/",
        ChoiceView.as_view(),
        {"dataset": "cooperations"},
        name="download-choice-cooperations",
    ),
    re_path(r"^donnees/catalogue\.(?P<suffix>ttl|jsonld)$", CatalogueView.as_view(), name="catalogue"),
    path("donnees/editions/", EditionsView.as_view(), name="editions"),
    path("donnees/editions/<str:name>/", EditionView.as_view(), name="edition"),
    path("donnees/editions/<str:name>/<str:file>", EditionFileView.as_view(), name="edition-file"),
    path("donnees/<str:dataset>.schema.json", TableSchemaView.as_view(), name="table-schema"),
    path("donnees/<str:dataset>.<str:suffix>", DownloadView.as_view(), name="download"),
    path("api/", DocumentationView.as_view(), name="api-documentation"),
    path("api/v1", RootView.as_view(), name="api-root"),
    path("api/v1/openapi.json", OpenApiView.as_view(), name="api-openapi"),
    path("api/v1/actors", ActorListView.as_view(), name="api-actors"),
    path("api/v1/actors/<str:public_id>", ActorView.as_view(), name="api-actor"),
    path("api/v1/ptces", PtceListView.as_view(), name="api-ptces"),
    path("api/v1/ptces/<str:public_id>", PtceView.as_view(), name="api-ptce"),
    path("api/v1/cooperations", CooperationListView.as_view(), name="api-cooperations"),
    path("api/v1/cooperations/<str:word>", CooperationView.as_view(), name="api-cooperation"),
    path("api/v1/territories", TerritoryListView.as_view(), name="api-territories"),
    path("api/v1/territories/<str:word>", TerritoryView.as_view(), name="api-territory"),
    path("api/v1/letters", LetterListView.as_view(), name="api-letters"),
    path("api/v1/letters/<str:slug>", LetterView.as_view(), name="api-letter"),
    path("api/v1/sectors", SectorListView.as_view(), name="api-sectors"),
    path("api/v1/facets", FacetsView.as_view(), name="api-facets"),
    # The same with a final stroke lead there, anything else is told in the API's own way.
    re_path(r"^(?P<rest>api/v1(?:/.*)?)/$", WithoutStrokeView.as_view()),
    re_path(r"^api/.*$", UnknownView.as_view()),
]
