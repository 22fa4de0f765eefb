from django.urls import path

from editing.freshness.views import ClosedEntryView, FreshEntryView, StopMailView

urlpatterns = [
    path("fiche/ne-plus-ecrire/<str:token>/", StopMailView.as_view(), name="stop-mail"),
    path("fiche/<str:token>/", FreshEntryView.as_view(), name="fresh-entry"),
    path("fiche/<str:token>/fermeture/", ClosedEntryView.as_view(), name="closed-entry"),
]
