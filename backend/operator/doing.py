"""The few things that an operator may do: an operation of the domain, asked twice, and written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from backend.domain.errors import DomainError
from backend.operator.naming import name_of, plural_of

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 100


class Refused(Exception):
    """It cannot be done to this row; the text says why."""


@dataclass(frozen=True)
class Doing:
    """`act` is one call of the domain; what is refused it says in a `DomainError` or as `Refused`."""

    name: str
    label: str
    explained: str  # what will happen, before it does
    act: Callable[[Any, datetime], object]


def as_action(doing: Doing) -> Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]:
    """Return what Django's admin runs when `doing` is chosen for some rows: first the question, then the deed."""

    def action(row_admin: Any, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        found = list(chosen[:MOST_AT_ONCE])
        if "confirmed" not in request.POST:
            return _question(row_admin, request, doing, found)
        for row in found:
            _do(row_admin, request, doing, row)
        return None

    return action


def _question(row_admin: Any, request: HttpRequest, doing: Doing, found: list[Model]) -> HttpResponse:
    context = {
        **row_admin.admin_site.each_context(request),
        "title": f"{doing.label}?",
        "doing": doing,
        "rows": [(row.pk, name_of(row)) for row in found],
        "most": MOST_AT_ONCE if len(found) == MOST_AT_ONCE else None,
        "field": ACTION_CHECKBOX_NAME,
        "opts": row_admin.opts,
        "plural": plural_of(row_admin.model),
    }
    return TemplateResponse(request, "operator/question.html", context)


def _do(row_admin: Any, request: HttpRequest, doing: Doing, row: Model) -> None:
    """Do it to one row, in a transaction of its own with the line that says who did it."""
    try:
        with transaction.atomic():
            doing.act(row, timezone.now())
            row_admin.log_change(request, row, doing.label)
    except (DomainError, Refused) as refusal:
        messages.error(request, f"{name_of(row)}: {refusal}")
        return
    logger.warning("operator %s: %s, %s %s", request.user.pk, doing.label, row._meta.label, row.pk)
    messages.success(request, f"{name_of(row)}: done.")
