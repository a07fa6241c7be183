"""For the suite: the embedded parts, with cheap password hashing."""

from backend.settings.base import *

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# As in production, or every request of a test's server pays for a new process of PostgreSQL. Large enough for tests in
# which many threads wait for each other.
DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 0, "max_size": 40, "timeout": 10}}
ASK_EXPLORATION_SHARE = 0.0  # the tests of exploring set their own
