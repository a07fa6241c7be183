"""Where each event goes: the queue whose workers handle it, and the handler, by its dotted path."""

from __future__ import annotations

from dataclasses import dataclass

from api_schema.events import (
    AttemptLeft,
    CaptionsBegun,
    CaptionsReady,
    ClipRejected,
    HowToRetiredForSafety,
    MediaJobQueued,
    PersonRemoved,
    PushActed,
    PushCancelled,
    PushRequested,
    ThreadFixed,
    WaveDue,
)

JOBS = "jobs"
PUSH = "push"


@dataclass(frozen=True)
class Route:
    """
    `handler` takes the event and, by keyword, `now`; it runs inside the transaction that marks it handled.

    `waits_for_others`: it asks something else than the database, so no transaction is held open meanwhile: it runs
    first and is marked afterwards. It must be idempotent, for a crash in between lets it run again.
    `takes_many`: it takes a list: events that were offered together are handled together, in one transaction.
    """

    queue: str
    handler: str
    waits_for_others: bool = False
    takes_many: bool = False


ROUTES: dict[str, Route] = {
    MediaJobQueued.NAME: Route(JOBS, "backend.jobs.handlers.wake_media_worker", waits_for_others=True),
    AttemptLeft.NAME: Route(JOBS, "backend.jobs.handlers.remove_what_attempt_left", waits_for_others=True),
    ClipRejected.NAME: Route(JOBS, "backend.jobs.handlers.tell_author_of_rejection"),
    CaptionsBegun.NAME: Route(JOBS, "backend.jobs.handlers.use_first_words_of_clip"),
    CaptionsReady.NAME: Route(JOBS, "backend.jobs.handlers.use_words_of_clip"),
    WaveDue.NAME: Route(JOBS, "backend.jobs.handlers.fire_due_wave"),
    ThreadFixed.NAME: Route(JOBS, "backend.jobs.handlers.draft_howto"),
    HowToRetiredForSafety.NAME: Route(JOBS, "backend.jobs.handlers.recall_howto"),
    PushRequested.NAME: Route(PUSH, "backend.jobs.handlers.deliver_pushes", takes_many=True),
    PushCancelled.NAME: Route(PUSH, "backend.jobs.handlers.cancel_push"),
    PushActed.NAME: Route(PUSH, "backend.jobs.handlers.note_acted"),
    PersonRemoved.NAME: Route(JOBS, "backend.jobs.handlers.forget_removed_person"),
}
