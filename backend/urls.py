"""Every HTTP address, in one place."""

from django.urls import include, path

urlpatterns = [
    path("_allauth/app/v1/", include("backend.api.sign_in_urls")),
    path("", include("backend.api.urls")),
    path("operator/", include("backend.operator.urls", namespace="operator")),
    path("", include("backend.web.urls")),
]

handler400 = "backend.web.errors.bad_request"
handler403 = "backend.web.errors.forbidden"
handler404 = "backend.web.errors.nothing_here"
handler500 = "backend.web.errors.broken"
