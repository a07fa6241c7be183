"""What a draft takes over beside the words of the try: hazards, parts, tools, and what was drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.marks import read_mark
from backend.domain.clips.models import Cue
from backend.domain.clips.moments import Moment
from backend.domain.howtos import tool_words
from backend.domain.howtos.models import HowToVersion, Step
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.howtos.tool_reading import read_tools
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


def test_names_the_tools_that_were_named_and_no_others(fixing_try: Try, caption: Caption, now: datetime) -> None:
    caption(fixing_try)
    Cue.objects.filter(position=1).update(text="strainer comes out. I need no pipe wrench. With my torque")
    Cue.objects.filter(position=2).update(text="wrench it goes to 40 Nm.")
    fixing_try.suggestion.text = "Clean it with a wire brush, then put your multi-meter on the pump."
    fixing_try.suggestion.save(update_fields=["text"])

    assert draft(fixing_try.thread, now).tools == ["Wire brush", "Multimeter", "Torque wrench"]


@pytest.mark.parametrize(
    ("said", "tools"),
    [
        ("Allen keys and a multimeter. The multimeter says nought.", ["Allen key", "Multimeter"]),
        ("The clamp meter, not the insulation tester.", ["Clamp meter"]),
        ("Don't take a pipe wrench; use the strap wrench.", ["Strap wrench"]),
        ("Mit dem Drehmomentschlüssel, ohne den Schraubenzieher", ["Drehmomentschlüssel"]),
        ("The gas meter, the level gauge, a brushless motor, the water pump. It clamps to the file.", []),
        ("A headlampholder and the multimeterish thing", []),
        ("", []),
    ],
)
def test_of_tools_reads_names_as_whole_words(said: str, tools: list[str]) -> None:
    assert list(read_tools(said)) == tools


def test_every_name_of_a_tool_stands_in_one_line_only() -> None:
    folder = Path(tool_words.__file__).parent

    for page in folder.glob("*.txt"):
        lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        names = [name.strip().lower() for line in lines for name in re.split("[:,]", line)]
        assert sorted(names) == sorted(set(names)), page.name
        assert "" not in names


def test_takes_over_what_was_drawn_while_a_step_is_shown(
    fixing_try: Try, caption: Caption, owner: Person, now: datetime
) -> None:
    caption(fixing_try)
    remark = Remark("Here", PointedAt(Moment(2_500, 3_000, ARROW), fixing_try.clip_id))
    comment(actor=owner.actor, comment_id=uuid7(), thread_id=fixing_try.thread_id, remark=remark, now=now)

    draft(fixing_try.thread, now)

    marks = list(Step.objects.order_by("position").values_list("mark", flat=True))
    assert marks == [None, ARROW.to_json(), None]
