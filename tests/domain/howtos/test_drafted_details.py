"""What a draft takes over beside the words of the try: hazards, parts, and what was drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.marks import read_mark
from backend.domain.clips.moments import Moment
from backend.domain.howtos.models import HowToVersion, Step
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.pointing import PointedAt

Caption = Callable[[Try], None]
ARROW = read_mark("arrow", [[0.1, 0.1], [0.5, 0.5]])


def draft(thread: Thread, now: datetime) -> HowToVersion:
    draft_from_thread(organisation_id=thread.organisation_id, thread_id=thread.pk, now=now)
    return HowToVersion.objects.get()


def test_names_the_hazardous_words_and_the_parts(fixing_try: Try, now: datetime) -> None:
    Try.objects.update(parts="2 x gasket, flow switch p/n FS-10")
    fixing_try.suggestion.text = "Bridge the flow switch. Mind the live terminals."
    fixing_try.suggestion.save(update_fields=["text"])

    version = draft(fixing_try.thread, now)

    assert version.hazards == "Electricity: live terminals.\nIsolation: Bridge the flow switch."
    assert version.parts == [
        {"name": "gasket", "number": "", "quantity": 2},
        {"name": "flow switch", "number": "FS-10", "quantity": 1},
    ]


def test_takes_over_what_was_drawn_while_a_step_is_shown(
    fixing_try: Try, caption: Caption, owner: Person, now: datetime
) -> None:
    caption(fixing_try)
    remark = Remark("Here", PointedAt(Moment(2_500, 3_000, ARROW), fixing_try.clip_id))
    comment(actor=owner.actor, comment_id=uuid7(), thread_id=fixing_try.thread_id, remark=remark, now=now)

    draft(fixing_try.thread, now)

    marks = list(Step.objects.order_by("position").values_list("mark", flat=True))
    assert marks == [None, ARROW.to_json(), None]
