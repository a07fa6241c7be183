"""For the suite: the embedded parts, with cheap password hashing."""

from backend.settings.base import *

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# As in production, or every request of a test's server pays for a new process of PostgreSQL. Large enough for tests in
# which many threads wait for each other.
_POOL = {**DATABASES["default"]["OPTIONS"]["pool"], "min_size": 0, "max_size": 40}
DATABASES = {"default": {**DATABASES["default"], "OPTIONS": {"pool": _POOL}}}
ASK_EXPLORATION_SHARE = 0.0  # the tests of exploring set their own
