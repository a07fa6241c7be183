"""What each process is told. The media worker reads hostile files, so it gets its own variables and no others."""

from __future__ import annotations

import os

from backend.embedded.places import Places
from backend.embedded.secret_values import load_secrets

# The mark by which a process of this stack is recognised, even when everything above it is gone.
STACK_MARK = "CUPPA_STACK"

_FROM_THE_CALLER = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE")
_OPTIONAL_FOR_BACKEND = (
    "FIREBASE_CREDENTIALS",
    "FCM_URL",
    "FCM_WEB_API_KEY",
    "FCM_WEB_PROJECT_ID",
    "FCM_WEB_APP_ID",
    "FCM_WEB_VAPID_KEY",
    "FCM_WEB_URL",
    "EMAIL_URL",
    "EMAIL_FROM",
    "SMS_REGION",
    "SMS_ENDPOINT_URL",
    "SMS_ACCESS_KEY_ID",
    "SMS_SECRET_ACCESS_KEY",
    "EMBEDDER",
    "LOG_LEVEL",
    "UPLOAD_MAX_BYTES",
    "MEDIA_LEASE_S",
)
_OPTIONAL_FOR_MEDIA = ("SANDBOX", "TRANSCRIBER", "WHISPER_MODEL_DIR", "LOG_LEVEL")


def minimal_environment(places: Places) -> dict[str, str]:
    """Return what every process of the stack inherits: enough to find programs, and no secret."""
    return {
        **_chosen(_FROM_THE_CALLER),
        STACK_MARK: str(places.var_dir),
        "PYTHONUNBUFFERED": "1",
    }


def backend_environment(places: Places, *, public_url: str, phones_url: str | None) -> dict[str, str]:
    """Return the settings of the backend's processes, secrets included. `phones_url`: of the local FCM, if any."""
    return {
        "EMAIL_URL": f"file:{places.var_dir / 'mail'}",
        "EMAIL_FROM": "Cuppa <cuppa@localhost>",
        **_chosen(_OPTIONAL_FOR_BACKEND),
        **_local_push(places, phones_url),
        "DJANGO_SETTINGS_MODULE": "backend.settings.embedded",
        **load_secrets(places.secrets_file),
        "DATABASE_URL": places.postgres.database_url,
        "BROKER_URL": places.redis.broker_url(),
        "MEDIA_BROKER_URL": places.media_redis.broker_url(),
        "PUBLIC_URL": public_url,
        "OBJECT_STORE": f"dir:{places.object_dir}",
        "UPLOAD_DIR": str(places.upload_dir),
    }


def _local_push(places: Places, phones_url: str | None) -> dict[str, str]:
    return {"FIREBASE_CREDENTIALS": str(places.fcm_key_file), "FCM_URL": phones_url} if phones_url else {}


def media_environment(places: Places, *, public_url: str) -> dict[str, str]:
    """Return the settings of the media worker: a key that claims queued jobs, and nothing worth stealing."""
    return {
        "TRANSCRIBER": "auto",
        "WHISPER_MODEL_DIR": str(places.model_dir),
        **_chosen(_OPTIONAL_FOR_MEDIA),
        "MEDIA_BROKER_URL": places.media_redis.broker_url(),
        "BACKEND_URL": public_url,
        "WORKER_KEY": load_secrets(places.secrets_file)["WORKER_KEY"],
        "WORK_DIR": str(places.media_work_dir),
    }


def _chosen(names: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if os.environ.get(name)}
