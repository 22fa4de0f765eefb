from django.urls import path

from editing.suggestions.views import CorrectionView, GeneralView, NewActorView, ThanksView

urlpatterns = [
    path("proposer/", NewActorView.as_view(), name="suggest-actor"),
    path("proposer/correction/<slug:slug>/", CorrectionView.as_view(), name="suggest-correction"),
    path("proposer/message/", GeneralView.as_view(), name="suggest-general"),
    path("proposer/merci/<slug:reference>/", ThanksView.as_view(), name="suggestion-thanks"),
]
