"""The examination as an operator calls it, against the real database and brokers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from backend.doctor.findings import span
from backend.domain.accounts.models import Person
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import received_clip

pytestmark = pytest.mark.django_db


def examine(*options: str) -> tuple[int, str]:
    """Return exit status and text of `manage doctor`."""
    said = StringIO()
    try:
        call_command("doctor", *options, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


class TestDoctor:
    def test_puts_what_is_wrong_first_and_fails(self, owner: Person, store: LocalStore) -> None:
        clip = received_clip(owner, store, now=timezone.now() - timedelta(minutes=10))

        status, said = examine()

        assert status == 1
        assert said.startswith("WRONG")
        assert f"Clip {clip.id} has waited" in said
        assert "1 media job waiting for a worker, the oldest for 10 minutes. No media worker is alive." in said
        assert "No worker listens to the queue media." in said
        assert "fine   database      The database answers." in said
        assert said.endswith("Something is wrong: see above.\n")

    def test_tells_programs_the_same(self) -> None:
        status, said = examine("--json")

        told = json.loads(said)
        assert (status, told["is_well"]) == (1, False)  # no worker runs in this test
        assert {"level": "fine", "about": "database", "says": "The database answers.", "facts": {}} in told["findings"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7_300, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_spans_are_told_as_people_do(seconds: int, said: str, now: datetime) -> None:
    assert span(now, now + timedelta(seconds=seconds)) == said
