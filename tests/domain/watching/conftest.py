"""A how-to that is out: a step with ten seconds of film, one without, and one with four."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.howtos.models import HowToVersion, Step
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.states import TryOutcome
from tests.api.world import answer_and_try, ask_about


def id_of(at: datetime) -> UUID:
    """Return a UUIDv7 of this time."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | uuid7().int & ((1 << 80) - 1))


def put_out(version: HowToVersion, person: Person, now: datetime) -> HowToVersion:
    """Have the version out with three steps, two of them filmed."""
    clip = Clip.objects.filter(organisation_id=version.organisation_id).exclude(author=None).first()
    of_version = {"organisation_id": version.organisation_id, "version": version}
    Step.objects.filter(version=version).delete()
    for position, end_ms in ((1, 12_000), (2, None), (3, 4_000)):
        start_ms = None if end_ms is None else end_ms - (10_000 if position == 1 else 4_000)
        moment = {"clip": clip if end_ms else None, "start_ms": start_ms, "end_ms": end_ms}
        tenancy.create(Step, **of_version, position=position, text=f"Step {position}", **moment)
    facts = {"publication": "released", "released_at": now, "released_by": person, "content_sha256": "0" * 64}
    HowToVersion.objects.filter(pk=version.pk).update(**facts, title="Clean the strainer")
    version.refresh_from_db()
    return version


@pytest.fixture
def version(asset: Asset, owner: Person, colleague: Person, now: datetime) -> HowToVersion:
    thread = ask_about(asset, owner)
    answer_and_try(thread, colleague, TryOutcome.FIXED)
    howto = draft_from_thread(organisation_id=owner.organisation_id, thread_id=thread.pk, now=now)
    assert howto is not None
    return put_out(HowToVersion.objects.get(howto=howto), owner, now)
