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
        thread = reverse("web:thread", args=[entry.ids["thread_id"]])
        return f"{thread}#suggestion-{entry.ids['suggestion_id']}" if "suggestion_id" in entry.ids else thread
    if "howto_id" in entry.ids:
        return f"/howtos/{entry.ids['howto_id']}"
    return reverse("web:inbox")
