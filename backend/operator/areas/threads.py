"""Threads, and what was said, tried and noted on them."""

from __future__ import annotations

from django.contrib import admin

from backend.domain.threads.models import Comment, HoldCheck, Reply, Suggestion, Thread, ThreadMove, Try
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site

_OF_THREAD = "/threads/{pk}"


@admin.register(Thread, site=site)
class ThreadAdmin(RowAdmin):
    list_display = (
        "title",
        "status",
        "urgency",
        link("asker"),
        link("asset"),
        "fault_code_shown",
        link("next_owner"),
        "next_due_at",
        "created_at",
        link("organisation"),
    )
    list_filter = (ByOrganisation, "status", "urgency", "created_at")
    search_fields = ("=id", "title", "asker__email", "asset__tag", "fault_code")
    page_of = _OF_THREAD


@admin.register(Suggestion, site=site)
class SuggestionAdmin(RowAdmin):
    list_display = ("created_at", link("thread"), link("author"), "text", link("clip"), "corrected_at", "recalled_at")
    list_filter = (ByOrganisation, "created_at")
    search_fields = ("=id", "=thread__id", "author__email", "text")


@admin.register(Try, site=site)
class TryAdmin(RowAdmin):
    list_display = ("started_at", link("thread"), link("person"), "outcome", "minutes", "parts", "ended_at")
    list_filter = (ByOrganisation, "outcome", "started_at")
    search_fields = ("=id", "=thread__id", "person__email", "note")


@admin.register(Comment, site=site)
class CommentAdmin(RowAdmin):
    list_display = ("created_at", link("thread"), link("author"), "text")
    list_filter = (ByOrganisation, "created_at")
    search_fields = ("=id", "=thread__id", "author__email", "text")


@admin.register(ThreadMove, site=site)
class ThreadMoveAdmin(RowAdmin):
    list_display = ("moved_at", link("thread"), "from_status", "to_status", link("person"))
    list_filter = (ByOrganisation, "to_status", "moved_at")
    search_fields = ("=id", "=thread__id", "person__email")


@admin.register(Reply, site=site)
class ReplyAdmin(RowAdmin):
    """What came from a lock screen, and what became of it."""

    list_display = ("received_at", link("person"), link("thread"), "action", "result", "text")
    list_filter = (ByOrganisation, "action", "result", "received_at")
    search_fields = ("=id", "=thread__id", "person__email")


@admin.register(HoldCheck, site=site)
class HoldCheckAdmin(RowAdmin):
    list_display = ("due_at", link("thread"), "days", "asked_at", "has_held", "answered_at")
    list_filter = (ByOrganisation, "days", "has_held")
    search_fields = ("=id", "=thread__id")
