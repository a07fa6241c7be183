"""Telling those who answered what became of it, when it is known for good."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.threads.evidence import author_of_fix
from backend.domain.threads.models import Suggestion, Thread
from backend.outbox.append import append


def tell_whose_fix_held(thread: Thread, *, now: datetime) -> None:
    """
    Tell whose answer fixed it that it held for 30 days, and, in their inbox, the others who answered.

    Once per fix. The asker, who says so, is not told.
    Transaction: joins the caller's; appends `push.requested`.
    """
    assert thread.fixed_at is not None  # a held thread was fixed
    suggestions = tenancy.within_organisation(thread.organisation_id, Suggestion).filter(thread=thread)
    authors = dict(suggestions.exclude(author=thread.asker_id).values_list("author_id", "author__language"))
    whose = author_of_fix(thread)
    for author_id, language in sorted(authors.items()):
        with in_their_language(language):
            title, body = _held(thread, is_theirs=author_id == whose)
        push = PushRequested(
            organisation_id=thread.organisation_id,
            recipient_id=author_id,
            kind=PushKind.OUTCOME,
            subject_id=thread.pk,
            dedupe_key=f"held:{thread.pk}:{thread.fixed_at.isoformat()}",
            title=title,
            body=body,
            requested_at=now,
            data={"thread_id": str(thread.pk)},
            is_silent=author_id != whose,
        )
        append(push, now=now)


def _held(thread: Thread, *, is_theirs: bool) -> tuple[str, str]:
    title = gettext("Your fix held: %(title)s") if is_theirs else gettext("The fix held: %(title)s")
    body = gettext("%(tag)s has run for 30 days since.")
    return title % {"title": thread.title}, body % {"tag": thread.asset.tag}
