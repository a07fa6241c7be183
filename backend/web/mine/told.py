"""Where an entry of the inbox leads to."""

from __future__ import annotations

from django.urls import reverse

from api_schema.push_payloads import PushKind
from notifications.service import InboxEntry


def address_of(entry: InboxEntry) -> str:
    """Return the page that shows what the entry is about; the inbox itself where there is none."""
    if entry.kind is PushKind.RECALL:
        return reverse("web:own-recall", args=[entry.ids["recall_id"]])
    if "thread_id" in entry.ids:
        return reverse("web:thread", args=[entry.ids["thread_id"]]) + _place_on_the_page(entry)
    if "howto_id" in entry.ids:
        return f"/howtos/{entry.ids['howto_id']}"
    return reverse("web:inbox")


def _place_on_the_page(entry: InboxEntry) -> str:
    """Return the part of the thread's page that the entry is about: there it opens."""
    if "suggestion_id" in entry.ids:
        return f"#suggestion-{entry.ids['suggestion_id']}"
    if "clip_id" in entry.ids:
        return f"#clip-{entry.ids['clip_id']}"
    return {PushKind.ASK: "#question", PushKind.STILL_RUNNING: "#hold"}.get(entry.kind, "")
