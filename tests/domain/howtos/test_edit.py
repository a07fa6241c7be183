from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.howtos.content import StepContent
from backend.domain.howtos.editing import Changes, edit_draft, start_new_version
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.queries import get_howto
from backend.domain.howtos.releasing import release
from backend.domain.threads.models import Try
from tests import cast

ALLOWED_WHEN_RELEASED = [
    "archive",
    "arrange",
    "bring_back",
    "read",
    "release",
    "retire",
    "start_version",
    "succeed",
    "translate",
    "use",
    "validate",
]


class TestEditDraft:
    def test_changes_what_is_given_and_keeps_the_rest(self, howto: HowTo, curator: Person) -> None:
        changes = Changes(hazards="Isolate before opening", steps=(StepContent("Close both valves."),))

        edited = edit_draft(actor=curator.actor, howto_id=howto.pk, now=cast.NOW, changes=changes)

        assert (edited.version.hazards, edited.version.cause) == (
            "Isolate before opening",
            "Strainer clogged with scale",
        )
        assert [(step.position, step.text, step.clip_id) for step in edited.steps] == [(1, "Close both valves.", None)]

    @pytest.mark.parametrize(
        ("moment", "reason"),
        [
            ({"start_ms": 0, "end_ms": 1_000}, "Step 1: a moment needs its clip_id."),
            ({"clip_id": uuid7(), "start_ms": 0, "end_ms": 1_000}, "Step 1: there is no such clip."),
            ({"clip_id": "own", "start_ms": 0}, "Step 1: a clip needs start_ms and a later end_ms."),
            ({"clip_id": "own", "start_ms": 5, "end_ms": 5}, "Step 1: a clip needs start_ms and a later end_ms."),
            ({"clip_id": "own", "start_ms": 0, "end_ms": 9_001}, "Step 1: its moment is outside the clip."),
        ],
    )
    def test_refuses_a_moment_that_the_clip_does_not_have(
        self, moment: dict[str, Any], reason: str, howto: HowTo, fixing_try: Try, curator: Person
    ) -> None:
        assert fixing_try.clip_id is not None
        clips = tenancy.within_organisation(howto.organisation_id, Clip)
        clips.filter(pk=fixing_try.clip_id).update(duration_ms=9_000)
        if moment.get("clip_id") == "own":
            moment = {**moment, "clip_id": fixing_try.clip_id}

        with pytest.raises(InvalidInput) as refusal:
            edit_draft(
                actor=curator.actor,
                howto_id=howto.pk,
                now=cast.NOW,
                changes=Changes(steps=(StepContent("Look here.", **moment),)),
            )

        assert refusal.value.facts == {"fields": {"steps": [reason]}}
        assert len(get_howto(actor=curator.actor, howto_id=howto.pk).steps) == 3

    def test_is_for_curators_only(self, howto: HowTo, owner: Person) -> None:
        with pytest.raises(NotAllowed):
            edit_draft(actor=owner.actor, howto_id=howto.pk, now=cast.NOW, changes=Changes(title="Mine"))

        assert HowToVersion.objects.get().title == "Chiller will not start"

    def test_refuses_to_change_what_is_released(self, howto: HowTo, curator: Person, now: datetime) -> None:
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        with pytest.raises(IllegalMove) as refusal:
            edit_draft(actor=curator.actor, howto_id=howto.pk, now=cast.NOW, changes=Changes(title="Other"))

        assert refusal.value.facts == {"state": "released", "allowed": ALLOWED_WHEN_RELEASED}
        assert HowToVersion.objects.get().title == "Chiller will not start"

    def test_hides_another_organisations_howto_as_missing(self, howto: HowTo, outsider: Person) -> None:
        outsider.role = "curator"

        with pytest.raises(NotFound):
            edit_draft(actor=outsider.actor, howto_id=howto.pk, now=cast.NOW, changes=Changes(title="Ours now"))


class TestStartNewVersion:
    def test_copies_the_released_version_once(self, howto: HowTo, curator: Person, now: datetime) -> None:
        released = release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        begun = [start_new_version(actor=curator.actor, howto_id=howto.pk, now=now) for _ in range(2)]

        assert [whole.version.number for whole in begun] == [2, 2]
        assert begun[0].version.publication == "draft"
        assert [step.text for step in begun[0].steps] == [step.text for step in released.steps]
        assert HowToVersion.objects.count() == 2
