from django.urls import path

from editing.requests.views import PersonRequestStateView, PersonRequestView

urlpatterns = [
    path("mes-donnees/", PersonRequestView.as_view(), name="ask-about-me"),
    path("mes-donnees/<slug:reference>/", PersonRequestStateView.as_view(), name="person-request"),
]
