"""What makes a peer fit a fault; every term within its range."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.candidates import Candidate, list_candidates
from backend.domain.asking.models import Ask, AskRound, AskStatus, Certification, FixKind, VerifiedFix, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import declare_skill
from backend.domain.asking.scoring import (
    WEIGHTS,
    Features,
    decayed_evidence,
    load,
    responsiveness,
    saturating,
    score,
)
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
counts = st.integers(0, 10_000)
NOTHING = Features(**dict.fromkeys(Features.__dataclass_fields__, 0.0))


class TestTerms:
    @given(ages_days=st.lists(st.integers(0, 10_000), max_size=50))
    def test_evidence_is_a_share_and_grows_with_each_fix(self, ages_days: list[int]) -> None:
        fixes = [VerifiedFix(fixed_at=NOW - timedelta(days=age)) for age in ages_days]

        known = decayed_evidence(fixes, now=NOW)

        assert 0 <= known < 1
        assert decayed_evidence([*fixes, VerifiedFix(fixed_at=NOW)], now=NOW) > known

    def test_a_fix_halves_in_worth_in_half_a_year(self) -> None:
        fresh, old = VerifiedFix(fixed_at=NOW), VerifiedFix(fixed_at=NOW - timedelta(days=180))

        assert decayed_evidence([fresh], now=NOW) == 0.5
        assert decayed_evidence([old], now=NOW) == pytest.approx(1 / 3)
        assert decayed_evidence([old, old], now=NOW) == 0.5

    @given(asked=counts, answered=counts)
    def test_responsiveness_is_a_share_that_begins_at_a_half(self, asked: int, answered: int) -> None:
        answered = min(asked, answered)

        assert 0 < responsiveness(answered_count=answered, asked_count=asked) < 1
        assert responsiveness(answered_count=0, asked_count=0) == 0.5

    @given(asks=counts, budget=counts)
    def test_load_is_a_share_of_the_budget(self, asks: int, budget: int) -> None:
        assert 0 <= load(asks_this_week_count=asks, asks_per_week=budget) <= 1

    @given(count=st.floats(0, 1e9))
    def test_what_is_counted_saturates(self, count: float) -> None:
        assert 0 <= saturating(count) <= 1

    def test_a_fix_of_this_code_outweighs_everything_that_is_only_said(self) -> None:
        said = replace(NOTHING, has_skill=1, is_certified=1, shares_site=1, shares_language=1)
        did = replace(NOTHING, fixed_same_code=0.5, fixed_same_model=0.5, fixed_same_family=0.5)

        assert score(did) > 2 * score(said)

    def test_every_feature_has_a_weight(self) -> None:
        assert {field.name for field in fields(Features)} == set(WEIGHTS.as_dict())
        assert all(WEIGHTS.as_dict().values())


class TestListCandidates:
    @pytest.fixture
    def round_(self, thread: Thread) -> AskRound:
        whole = AskRound.objects.select_related("asset__asset_model", "asset__site", "asker", "organisation")
        return whole.get(thread_id=thread.pk)

    @staticmethod
    def _of(person: Person, round_: AskRound, now: datetime = NOW) -> Candidate:
        return {found.person: found for found in list_candidates(round_, now=now)}[person]

    @staticmethod
    def _was_asked(person: Person, round_: AskRound, status: AskStatus, *, at: datetime, lasted: timedelta) -> None:
        """Record an ask of an earlier thread, which was closed after `lasted`."""
        earlier = AskRound.objects.create(
            organisation=round_.organisation,
            thread_id=uuid7(),
            asker=round_.asker,
            asset=round_.asset,
            headline="An earlier fault",
            urgency="customer_waiting",
            status="answered",
            opened_at=at,
            closed_at=at + lasted,
        )
        wave = Wave.objects.create(
            organisation=round_.organisation,
            round=earlier,
            number=1,
            audience="fixed_before",
            size=3,
            status="fired",
            due_at=at,
        )
        Ask.objects.create(
            organisation=round_.organisation,
            wave=wave,
            round=earlier,
            person=person,
            status=status,
            reason="r",
            score=1.0,
            features={},
            asked_at=at,
        )

    def test_advice_that_others_proved_counts_beside_the_fix_itself(
        self, round_: AskRound, peers: list[Person], asset: Asset
    ) -> None:
        for person, kind in ((peers[0], FixKind.ADVICE), (peers[1], FixKind.OWN_TRY)):
            record_verified_fix(person_id=person.pk, asset=asset, fault_code="E4", try_id=uuid7(), kind=kind, now=NOW)

        advised, did = self._of(peers[0], round_).features, self._of(peers[1], round_).features

        assert (advised.fixed_same_code, did.fixed_same_code) == (0.5, 0.5)
        assert (advised.advice_confirmed, did.advice_confirmed) == (0.5, 0.0)

    def test_who_answers_at_this_hour_is_preferred(self, round_: AskRound, peers: list[Person]) -> None:
        yesterday = NOW - timedelta(days=1)
        night = yesterday.replace(hour=2)
        long, short = timedelta(minutes=40), timedelta(minutes=3)
        for _ in range(4):
            self._was_asked(peers[0], round_, AskStatus.ANSWERED, at=yesterday, lasted=short)
            self._was_asked(peers[1], round_, AskStatus.CANCELLED, at=yesterday, lasted=long)  # let it lie
            self._was_asked(peers[2], round_, AskStatus.CANCELLED, at=yesterday, lasted=short)  # others were quicker
            self._was_asked(peers[3], round_, AskStatus.ANSWERED, at=night, lasted=short)

        shares = [self._of(person, round_).features.responsiveness for person in peers]

        assert shares == [0.75, 0.25, 0.5, 0.5, 0.5]

    def test_a_certification_counts_while_it_holds(self, round_: AskRound, peers: list[Person]) -> None:
        today = NOW.date()
        for person, name, expires_on in (
            (peers[0], "Air-cooled chiller", None),
            (peers[1], "zephrane", today),
            (peers[2], "Zephrane AC-350", today - timedelta(days=1)),
            (peers[3], "Forklift", None),
        ):
            Certification.objects.create(
                organisation=person.organisation, person=person, name=name, expires_on=expires_on
            )

        held = [self._of(person, round_).features.is_certified for person in peers]

        assert held == [1.0, 1.0, 0.0, 0.0, 0.0]

    def test_what_was_learnt_later_is_not_known_yet(self, round_: AskRound, peers: list[Person], asset: Asset) -> None:
        record_verified_fix(
            person_id=peers[0].pk, asset=asset, fault_code="E4", try_id=uuid7(), now=NOW + timedelta(days=1)
        )

        assert self._of(peers[0], round_).features.fixed_same_code == 0.0


class TestExploring:
    """One place of a wave goes to somebody of whom little is known, with a chance of 10 %."""

    @pytest.fixture
    def always(self, settings: object) -> None:
        settings.ASK_EXPLORATION_SHARE = 1.0  # type: ignore[attr-defined]

    def test_gives_one_place_to_somebody_unknown_and_says_so(
        self, thread: Thread, peers: list[Person], asset: Asset, always: None
    ) -> None:
        from tests.domain.asking.peers import fire, knows

        for person in peers[:4]:
            knows(person, asset, at=NOW)

        asks = fire(thread, 1, NOW)

        explored = [ask for ask in asks if ask.is_exploration]
        assert (len(asks), [ask.person for ask in explored]) == (3, [peers[4]])
        assert explored[0].reason == "you work with this kind of kit, and nobody has seen yet what you know of it"
        assert {ask.is_silent for ask in asks} == {False}

    def test_never_takes_the_only_place(self, thread: Thread, peers: list[Person], asset: Asset, always: None) -> None:
        from tests.domain.asking.peers import fire, knows

        knows(peers[0], asset, at=NOW)
        Wave.objects.filter(number=1).update(size=1)

        assert [ask.person for ask in fire(thread, 1, NOW)] == [peers[0]]

    def test_follows_from_the_round_and_the_wave(
        self, thread: Thread, peers: list[Person], asset: Asset, always: None
    ) -> None:
        from backend.domain.asking.choosing import choose
        from tests.domain.asking.peers import knows

        knows(peers[0], asset, at=NOW)
        declare_skill(actor=peers[1].actor, family="air-cooled chiller")
        round_ = AskRound.objects.select_related("asset__asset_model", "asset__site", "asker", "organisation").get()
        wave = Wave.objects.get(number=1)
        candidates = list_candidates(round_, now=NOW)
        everybody = {found.person.pk for found in candidates}

        chosen = [[choice.candidate.person for choice in choose(wave, candidates, everybody)] for _ in range(3)]

        assert chosen[0] == chosen[1] == chosen[2]
