"""Every HTTP address, in one place."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/api/docs")),
    path("_allauth/app/v1/", include("backend.api.sign_in_urls")),
    path("", include("backend.api.urls")),
]

handler400 = "backend.api.errors.bad_request"
handler404 = "backend.api.errors.nothing_here"
handler500 = "backend.api.errors.broken"
