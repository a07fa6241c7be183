"""Behind a TLS reverse proxy, with managed parts. See docs/production.md."""

from backend.settings import env
from backend.settings.base import *

ALLOWED_HOSTS = env.text("ALLOWED_HOSTS").split(",")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

MIDDLEWARE = [*MIDDLEWARE, "django.middleware.clickjacking.XFrameOptionsMiddleware"]
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: they are not all ours
    "security.W008",  # the proxy leads http to https
    "security.W021",  # preloading: for whoever owns the whole domain to decide
]
