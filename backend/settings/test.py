"""For the suite: the embedded parts, with cheap password hashing."""

from backend.settings.base import *

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests open and drop databases; a pool would hold connections to the dropped one.
DATABASES = {"default": {**DATABASES["default"], "OPTIONS": {}}}
ASK_EXPLORATION_SHARE = 0.0  # the tests of exploring set their own
