"""One machine, one command: every part under `var/`, plain HTTP on loopback."""

from backend.settings.base import *

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
