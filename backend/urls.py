"""Every HTTP address, in one place."""

from django.urls import include, path

urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("", include("backend.api.urls")),
]
