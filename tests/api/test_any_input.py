"""Whatever a phone sends, the API refuses or obeys; it never breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from tests import cast
from tests.api.calls import V1, a_question, get
from tests.api.world import one_of_everything

pytestmark = pytest.mark.django_db

# Values that break somebody: wrong types, huge numbers, NUL, half a surrogate pair, ids of any version.
ODD_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**63, 2**64, -1, 1e308, "", "\x00", "\ud800", "💧" * 300, "x" * 20_000])
    | st.text(max_size=40)
    | st.uuids().map(str)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=5), st.integers(), max_size=2)
)
BODIES: dict[str, dict[str, Any]] = {
    "threads": a_question(uuid7(), description="", urgency="safety", clip_id=None),
    "threads/{thread_id}/moves": {"to": "asked"},
    "threads/{thread_id}/suggestions": {
        "id": str(uuid7()),
        "text": "Bleed the air.",
        "clip_id": None,
        "moment": {"start_ms": 0, "end_ms": 1},
        "seen_version": 1,
    },
    "threads/{thread_id}/comments": {
        "id": str(uuid7()),
        "text": "That is the new valve.",
        "moment": {"start_ms": 0, "end_ms": 1, "mark": {"shape": "circle", "points": [[0.5, 0.5], [0.6, 0.5]]}},
    },
    "threads/{thread_id}/deflection": {"kind": "thread", "subject_id": str(uuid7())},
    "suggestions/{suggestion_id}/tries": {
        "id": str(uuid7()),
        "clip_id": None,
        "asset_id": None,
        "from_thread_id": None,
        "acknowledges_caution": True,
    },
    "cautions/{caution_id}/signature": {"note": "Read."},
    "tries/{try_id}/outcome": {"outcome": "no", "note": "", "minutes": 1, "parts": "", "remedy": ""},
    "asks/{ask_id}/response": {"response": "claim"},
    "clips/{clip_id}/cues/{cue_id}/restore": {"number": 0, "version": 1},
    "replies": {
        "id": str(uuid7()),
        "token": "not ours",
        "action": "answer",
        "text": "Bleed the air.",
        "refer_to_id": None,
        "seen_version": 1,
    },
    "collections": {"id": str(uuid7()), "title": "Chillers", "description": "", "howto_ids": []},
    "howtos/{howto_id}/release": {"version": 1, "seen_sha256": "0" * 64},
    "howtos/{howto_id}/uses": {
        "id": str(uuid7()),
        "version": 1,
        "asset_id": str(uuid7()),
        "outcome": "fixed",
        "note": "",
        "minutes": 1,
    },
    "howtos/{howto_id}/watching": {
        "viewing_id": str(uuid7()),
        "version": 1,
        "steps": [{"position": 1, "played_ms": 5_000}],
    },
    "devices": {"kind": "fid", "value": "an installation id", "platform": "ios"},
    "me/ground-rules": {"version": 1},
    "me/holidays": {"name": "Skye", "first_date": "2030-01-01", "last_date": "2030-01-05"},
    "me/skills": {"family": "air-cooled chiller"},
    "sign-in-links/redemption": {"token": "made up"},
}


@pytest.mark.parametrize("path", BODIES)
class TestAnyInput:
    @given(data=st.data())
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_refused_or_obeyed(
        self, *, phone: APIClient, ids: dict[str, object], path: str, data: st.DataObject
    ) -> None:
        body = BODIES[path]
        changed = {**body, data.draw(st.sampled_from(sorted(body))): data.draw(ODD_VALUES)}

        answer = phone.post(
            f"{V1}/{path.format(**ids)}",
            json.dumps(changed),
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid7())},
        )

        assert answer.status_code < 500, answer.content


class TestAnyCorrection:
    @given(text=ODD_VALUES, version=ODD_VALUES | st.integers(0, 3))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_refused_or_obeyed(
        self, *, phone: APIClient, ids: dict[str, object], text: object, version: object
    ) -> None:
        answer = phone.put(
            f"{V1}/clips/{ids['clip_id']}/cues/{ids['cue_id']}",
            json.dumps({"text": text, "version": version}),
            content_type="application/json",
        )

        assert answer.status_code < 500, answer.content


@pytest.mark.parametrize("path", ["threads", "assets", "inbox", "me/sessions", "search", "howtos", "howtos/export"])
class TestAnyQuery:
    @given(name=st.sampled_from(["cursor", "limit", "q", "tag", "status", "asset_id"]), value=st.text(max_size=60))
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_refused_or_obeyed(self, *, phone: APIClient, path: str, name: str, value: str) -> None:
        answer = get(phone, f"/{path}", **{name: value.encode("utf-8", "replace")})

        assert answer.status_code < 500, answer.content


@pytest.fixture(scope="class")
def owner(class_db: None) -> Person:
    """The same for all tests of a class: what one of them changes is taken back after it."""
    return cast.new_person(cast.new_site(cast.new_organisation()), "Olive Owner")


@pytest.fixture(scope="class")
def ids(owner: Person) -> dict[str, object]:
    return one_of_everything(cast.new_chiller(owner.site), owner, cast.new_person(owner.site, "Colin Colleague"))
