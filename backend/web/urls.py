"""Every page's address."""

from django.urls import path

from backend.web.shell import pwa, views
from backend.web.signing_in import views as signing_in

app_name = "web"
urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
    path("menu", views.MenuPage.as_view(), name="menu"),
    path("sign-in", signing_in.SignInPage.as_view(), name="sign-in"),
    path("sign-out", signing_in.SignOutPage.as_view(), name="sign-out"),
    path("ground-rules", signing_in.GroundRulesPage.as_view(), name="ground-rules"),
    path("offline", pwa.OfflinePage.as_view(), name="offline"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("service-worker.js", pwa.service_worker, name="service-worker"),
]
