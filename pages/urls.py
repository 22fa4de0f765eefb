from django.contrib.sitemaps import views as sitemap_views
from django.urls import path
from django.views.generic import RedirectView

from pages.embeds.urls import urlpatterns as embeds
from pages.sitemaps import SITEMAPS
from pages.views.actor import ActorListView, ActorPrintView, ActorView
from pages.views.cooperation import CooperationListView
from pages.views.editorial import EditorialPageView
from pages.views.home import HomeView
from pages.views.letter import LetterListView, LetterView, ShortLetterView
from pages.views.map import MapContoursView, MapPointsView, MapView
from pages.views.network import ChainView, NetworkView
from pages.views.ptce import PtceListView
from pages.views.robots import RobotsView
from pages.views.site_plan import SitePlanView
from pages.views.styleguide import StyleguideThemesView, StyleguideView
from pages.views.suggestion import SuggestionView
from pages.views.territory import TerritoryListView, TerritoryView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("acteurs/", ActorListView.as_view(), name="actor-list"),
    path("acteurs/suggestions/", SuggestionView.as_view(), name="suggestions"),
    path("acteurs/imprimer/", ActorPrintView.as_view(), name="actor-print"),
    path("acteurs/<slug:slug>/", ActorView.as_view(), name="actor"),
    path("territoires/", TerritoryListView.as_view(), name="territory-list"),
    path("territoires/<slug:slug>/", TerritoryView.as_view(), name="territory"),
    path("ptce/", PtceListView.as_view(), name="ptce-list"),
    path("cooperations/", CooperationListView.as_view(), name="cooperation-list"),
    path("carte/", MapView.as_view(), name="map"),
    path("carte/points/", MapPointsView.as_view(), name="map-points"),
    path("carte/contours/<slug:slug>/", MapContoursView.as_view(), name="map-contours"),
    path("cooperations/reseau/", NetworkView.as_view(), name="network"),
    path("cooperations/comment-sont-ils-lies/", ChainView.as_view(), name="network-chains"),
    path("lettres/", LetterListView.as_view(), name="letter-list"),
    path("lettres/<slug:slug>/", LetterView.as_view(), name="letter"),
    # Without a final stroke: short enough to be typed from paper.
    path("l/<slug:slug>", ShortLetterView.as_view(), name="short-letter"),
    path("l/<slug:slug>/<slug:article>", ShortLetterView.as_view(), name="short-article"),
    path("l/<slug:slug>/", RedirectView.as_view(pattern_name="short-letter")),
    path("l/<slug:slug>/<slug:article>/", RedirectView.as_view(pattern_name="short-article")),
    *embeds,
    path("plan-du-site/", SitePlanView.as_view(), name="site-plan"),
    path("styleguide/", StyleguideView.as_view(), name="styleguide"),
    path("styleguide/themes.css", StyleguideThemesView.as_view(), name="styleguide-themes"),
    path("robots.txt", RobotsView.as_view(), name="robots"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<slug:section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-section"),
]
# After all of the site: every other first part of an address is taken before it, see RESERVED in pages/models.py.
editorial = [path("<slug:slug>/", EditorialPageView.as_view(), name="page")]
