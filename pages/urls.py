from django.urls import path

from pages.views.actor import ActorListView, ActorPrintView, ActorView, PermalinkView
from pages.views.cooperation import CooperationListView
from pages.views.home import HomeView
from pages.views.letter import LetterListView, LetterView, ShortLetterView
from pages.views.ptce import PtceListView
from pages.views.robots import RobotsView
from pages.views.suggestion import SuggestionView
from pages.views.territory import TerritoryListView, TerritoryView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("acteurs/", ActorListView.as_view(), name="actor-list"),
    path("acteurs/suggestions/", SuggestionView.as_view(), name="suggestions"),
    path("acteurs/imprimer/", ActorPrintView.as_view(), name="actor-print"),
    path("acteurs/<slug:slug>/", ActorView.as_view(), name="actor"),
    path("id/<slug:public_id>/", PermalinkView.as_view(), name="permalink"),
    path("territoires/", TerritoryListView.as_view(), name="territory-list"),
    path("territoires/<slug:slug>/", TerritoryView.as_view(), name="territory"),
    path("ptce/", PtceListView.as_view(), name="ptce-list"),
    path("cooperations/", CooperationListView.as_view(), name="cooperation-list"),
    path("lettres/", LetterListView.as_view(), name="letter-list"),
    path("lettres/<slug:slug>/", LetterView.as_view(), name="letter"),
    # Without a final stroke: short enough to be typed from paper.
    path("l/<slug:slug>", ShortLetterView.as_view(), name="short-letter"),
    path("l/<slug:slug>/<slug:article>", ShortLetterView.as_view(), name="short-article"),
    path("robots.txt", RobotsView.as_view(), name="robots"),
]
