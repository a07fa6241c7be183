"""Whom one could name in one's place."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.domain.accounts.models import Person, Site
from backend.domain.asking.models import AskStatus
from backend.domain.asking.people import set_availability
from backend.domain.asking.referable import referable_colleagues
from backend.domain.equipment.models import Asset
from backend.domain.errors import NotFound
from backend.domain.threads.models import Thread
from tests import cast
from tests.domain.asking.peers import fire, knows, say

pytestmark = pytest.mark.django_db


class TestReferableColleagues:
    def test_suggests_the_best_who_can_be_asked_and_finds_others_by_name_or_by_what_they_know(
        self, thread: Thread, peers: list[Person], owner: Person, outsider: Person, asset: Asset, now: datetime
    ) -> None:
        ann, bob, cy, di, ed = peers[:5]
        for days, person in enumerate((ann, bob)):
            knows(person, asset, at=now - timedelta(days=days))
        asks = fire(thread, 1, now)
        knows(di, asset, "LP2", at=now)
        knows(ed, asset, at=now)
        set_availability(actor=ed.actor, week_days=(2,), shift_starts=time(8), shift_ends=time(17))

        def found(words: str = "") -> list[tuple[str, str]]:
            told = referable_colleagues(actor=ann.actor, thread_id=thread.pk, words=words, limit=2, now=now)
            assert told.ask == asks[0]
            return [(one.person.name, one.why_not) for one in told.colleagues]

        assert found()[0] == (di.name, "")
        assert len(found()) == 2
        assert ed.name not in dict(found())  # knows more, and does not work now
        assert found("cy p") == [(cy.name, "")]
        assert found(" BOB") == [(bob.name, f"{bob.name} was asked about this already.")]
        assert found(owner.name) == [(owner.name, f"{owner.name} is the one who asks.")]
        assert found("LP2")[0] == (di.name, "")
        assert found("Ed") == [(ed.name, f"{ed.name} does not work right now.")]
        assert found(ann.name.split()[0]) == found(outsider.name) == []

    def test_is_for_who_is_asked_now_and_costs_the_same_for_twenty_more(
        self, thread: Thread, peers: list[Person], outsider: Person, asset: Asset, site: Site, now: datetime
    ) -> None:
        ann = peers[0]
        for person in peers[:2]:
            knows(person, asset, at=now)
        (anns,) = [ask for ask in fire(thread, 1, now) if ask.person_id == ann.pk]

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                referable_colleagues(actor=ann.actor, thread_id=thread.pk, words="E4", limit=20, now=now)
            return len(captured)

        before = queries()
        for number in range(20):
            knows(cast.new_person(site, f"Peer{number} Twenty"), asset, at=now)

        assert queries() == before
        for stranger in (peers[4], outsider):
            with pytest.raises(NotFound):
                referable_colleagues(actor=stranger.actor, thread_id=thread.pk, limit=3, now=now)
        say(anns, AskStatus.PASSED, now)
        with pytest.raises(NotFound):
            referable_colleagues(actor=ann.actor, thread_id=thread.pk, limit=3, now=now)
