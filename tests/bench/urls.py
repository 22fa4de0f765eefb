from django.http import HttpResponse
from django.urls import path

from apes_directory.urls import urlpatterns as directory

urlpatterns = [path("constante/", lambda request: HttpResponse("constante")), *directory]
