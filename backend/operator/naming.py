"""What areas and rows are called, and what must never be shown."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.db.models import Model

# In the order in which a fault travels.
AREAS: Final = {
    "accounts": "People and their devices",
    "equipment": "Machines",
    "threads": "Threads",
    "hazards": "Cautions",
    "asking": "Asking",
    "clips": "Films and what is made of them",
    "howtos": "How-tos",
    "howto_exchange": "How-tos from elsewhere",
    "corrections": "Corrections and recalls",
    "flags": "Flags",
    "insights": "Insights",
    "search": "Search",
    "notifications": "Pushes and the inbox",
    "outbox": "The outbox",
    "admin": "What operators did",
}

# Whoever holds one of these could sign in, answer or push as somebody else, or try to find out how.
SECRET: Final = frozenset(
    {"password", "session_key", "session_data", "session_id", "token_hash", "token_sha256", "value"}
)

# Of no use for running an installation: where somebody filmed, and their own number.
PRIVATE: Final = frozenset({"latitude", "longitude", "phone"})

# Plain ids, by the name of their field: some areas do not know the tables of others.
POINTS_AT: Final = {
    "organisation_id": "accounts.organisation",
    "person_id": "accounts.person",
    "recipient_id": "accounts.person",
    "refer_to_id": "accounts.person",
    "thread_id": "threads.thread",
    "clip_id": "clips.clip",
    "moment_clip_id": "clips.clip",
    "device_id": "notifications.device",
    "push_id": "notifications.inboxitem",
    "cites_howto_id": "howtos.howto",
}

# Where Django's plural, an s at the end, is none.
_PLURALS: Final = {
    "accounts.devicesession": "signed-in devices",
    "accounts.person": "people",
    "accounts.signinlink": "sign-in links",
    "asking.askround": "rounds of asks",
    "asking.dutyturn": "turns of duty",
    "asking.verifiedfix": "verified fixes",
    "clips.cue": "captions",
    "howto_exchange.howtoimport": "imports of how-tos",
    "howtos.howtouse": "uses of how-tos",
    "insights.gapdecision": "decisions about gaps",
    "notifications.delivery": "deliveries",
    "threads.try": "tries",
}
_NAMES: Final = ("name", "title", "headline", "email", "tag", "shown", "written", "text", "object_repr")
_MOST_LETTERS: Final = 60


def name_of(row: Model) -> str:
    """Return what a person would call the row: its name or title, else its kind and the end of its id."""
    for field in _NAMES:
        name = str(getattr(row, field, "") or "").strip()
        if name:
            return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
    return f"{row._meta.verbose_name} {short_id(row.pk)}"


def plural_of(model: type[Model]) -> str:
    """Return what many rows of a model are called."""
    return _PLURALS.get(model._meta.label_lower, str(model._meta.verbose_name_plural))


def short_id(pk: Any) -> str:
    """Return the end of an id: its beginning is a time, and alike for what is made together."""
    return str(pk)[-6:]


def pointed_at(field_name: str) -> type[Model] | None:
    """Return the model that a plain id of this name belongs to."""
    label = POINTS_AT.get(field_name)
    return apps.get_model(label) if label else None
