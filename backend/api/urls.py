"""The addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerView

from backend.api.docs import openapi
from backend.api.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="openapi"), name="api-docs"),
    path("api/v1/openapi.yaml", openapi, name="openapi"),
    path("api/v1/", include("backend.api.v1.urls")),
    path("api/internal/v1/", include("backend.api.internal.urls")),
    path("media/", include("backend.api.playlists")),
]
