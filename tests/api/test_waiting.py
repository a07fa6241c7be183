"""While a thread waits: the asker's clock, whom each rung would ask, the gap list, an organisation's own ladders."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.ladder import LADDERS
from backend.domain.asking.models import Ask, AskRound, AskStatus, RoundStatus
from backend.domain.asking.seeing import note_seen
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.waiting import fire_due_waves
from tests import cast
from tests.api.calls import V1, assert_problem, get, phone_of, post
from tests.api.world import ask_about
from tests.domain.asking.peers import all_but, fire, knows, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


@pytest.fixture
def thread(asset: Asset, owner: Person, colleague: Person) -> Thread:
    """The owner's thread, about which the colleague could be asked."""
    knows(colleague, asset, at=cast.NOW)
    return ask_about(asset, owner)


def put(phone: APIClient, path: str, body: object) -> Any:
    return phone.put(f"{V1}{path}", json.dumps(body), content_type="application/json")


class TestWaitingClock:
    def test_says_how_many_were_asked_and_saw_it_who_is_on_it_and_what_comes_next(
        self, phone: APIClient, thread: Thread, colleague: Person, asset: Asset, site: Site
    ) -> None:
        told = cast.new_person(site, "Tom Told")
        knows(told, asset, at=cast.NOW - timedelta(days=30))
        one, in_silence = fire(thread, 1, cast.NOW, reachable=all_but(told))
        assert in_silence.person == told
        for ask in (one, in_silence):
            note_seen(ask_id=ask.pk, now=cast.NOW)
        say(one, AskStatus.CLAIMED, cast.NOW)

        clock = get(phone, f"/threads/{thread.pk}/waiting").json()

        assert (clock["status"], clock["asked_count"], clock["told_count"], clock["seen_count"]) == ("open", 1, 1, 1)
        assert clock["claim"]["person"]["name"] == "Colin Colleague"
        assert clock["claim"]["until"] == "2026-11-23T10:10:00Z"
        assert clock["next_wave"] == {
            "at": "2026-11-23T10:10:00Z",
            "audience": "same_family",
            "words": "people who know this kind of machine",
            "size": 4,
        }
        assert (clock["usual"], clock["named"]) == (None, None)

    def test_says_what_is_usual_for_this_kit_from_at_least_five_answers(
        self, phone: APIClient, thread: Thread, asset: Asset, owner: Person, colleague: Person
    ) -> None:
        for minutes in (2, 4, 6, 8, 30):
            self._answered(asset, owner, after=timedelta(minutes=minutes))

        clock = get(phone, f"/threads/{thread.pk}/waiting").json()

        assert clock["usual"] == {"first_answer_s": 360, "from_count": 5, "scope": "model"}

    def test_says_that_a_claim_ran_out(self, phone: APIClient, thread: Thread) -> None:
        (one,) = fire(thread, 1, cast.NOW)
        say(one, AskStatus.CLAIMED, cast.NOW - timedelta(days=400))  # whatever today is

        clock = get(phone, f"/threads/{thread.pk}/waiting").json()

        assert clock["claim"]["has_run_out"] is True

    def test_names_who_looks_after_it_on_the_gap_list(
        self, phone: APIClient, thread: Thread, supervisor: Person
    ) -> None:
        for minutes in range(0, 300, 5):
            fire_due_waves(now=cast.NOW + timedelta(minutes=minutes))

        clock = get(phone, f"/threads/{thread.pk}/waiting").json()

        assert (clock["status"], clock["next_wave"]) == ("unanswered", None)
        assert clock["named"]["name"] == "Sue Supervisor"

    @pytest.mark.parametrize("people_count", [1, 4])
    def test_takes_six_queries(
        self,
        *,
        phone: APIClient,
        thread: Thread,
        asset: Asset,
        site: Site,
        people_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(people_count):
            knows(cast.new_person(site, f"P{number} Peer"), asset, at=cast.NOW)
        for minutes in range(0, 300, 5):
            fire_due_waves(now=cast.NOW + timedelta(minutes=minutes))

        with django_assert_num_queries(6):  # session, round, counts, waves, claims, what is usual
            get(phone, f"/threads/{thread.pk}/waiting")

    @staticmethod
    def _answered(asset: Asset, asker: Person, *, after: timedelta) -> None:
        asked_at = timezone.now() - timedelta(days=3)
        AskRound.objects.create(
            organisation=asset.organisation,
            thread_id=uuid7(),
            asker=asker,
            asset=asset,
            headline="Another fault",
            urgency="customer_waiting",
            status=RoundStatus.ANSWERED,
            opened_at=asked_at,
            closed_at=asked_at + after,
        )


class TestCandidates:
    def test_shows_a_supervisor_whom_each_rung_would_ask_and_why(
        self, asset: Asset, owner: Person, supervisor: Person, colleague: Person
    ) -> None:
        cast.everybodys_community(owner.organisation)
        knows(colleague, asset, at=timezone.now())
        thread = ask_about(asset, owner)

        rungs = get(phone_of(supervisor), f"/threads/{thread.pk}/candidates").json()["items"]

        assert [rung["rung"]["audience"] for rung in rungs] == [
            "fixed_before", "same_family", "community", "duty_expert", "follow_the_sun", "gap_list",
        ]  # fmt: skip
        (first,) = rungs[0]["prospects"]
        assert (first["person"]["name"], first["reason"]) == (
            "Colin Colleague",
            "you fixed E4 on the Zephrane AC-350 before",
        )
        assert first["features"]["fixed_same_code"] == pytest.approx(0.5, abs=0.01)
        assert Ask.objects.count() == 0

    def test_is_not_for_everybody(self, phone: APIClient, thread: Thread) -> None:
        assert_problem(get(phone, f"/threads/{thread.pk}/candidates"), "not_allowed")


class TestGaps:
    @pytest.mark.parametrize("row_count", [1, 4])
    def test_lists_what_nobody_could_answer_in_three_queries(
        self,
        *,
        phone: APIClient,
        owner: Person,
        asset: Asset,
        supervisor: Person,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(row_count):
            ask_about(asset, owner, f"Fault {number}")
        AskRound.objects.update(status=RoundStatus.UNANSWERED)

        with django_assert_num_queries(3):  # session, rounds, whose they are
            answer = get(phone, "/unanswered")

        assert len(answer.json()["items"]) == row_count

    def test_says_since_when_and_whose_it_is(self, phone: APIClient, thread: Thread, supervisor: Person) -> None:
        for minutes in range(0, 300, 5):
            fire_due_waves(now=cast.NOW + timedelta(minutes=minutes))

        (gap,) = get(phone, "/unanswered").json()["items"]

        assert (gap["thread_id"], gap["unanswered_since"]) == (str(thread.pk), "2026-11-23T14:00:00Z")
        assert gap["owner"]["name"] == "Sue Supervisor"

    def test_forgets_what_was_answered_late(self, phone: APIClient, thread: Thread, colleague: Person) -> None:
        for minutes in range(0, 300, 5):
            fire_due_waves(now=cast.NOW + timedelta(minutes=minutes))
        post(phone_of(colleague), f"/threads/{thread.pk}/suggestions", {"id": str(uuid7()), "text": "Bleed it."})

        assert get(phone, "/unanswered").json()["items"] == []


def rung(after_s: int, audience: str, size: int | None = 1, **more: bool) -> dict[str, object]:
    return {"after_s": after_s, "audience": audience, "size": size, **more}


OWN = [rung(0, "fixed_before", 2), rung(600, "supervisor"), rung(7200, "gap_list")]


class TestLadders:
    def test_are_those_of_the_product_until_they_are_changed(self, phone: APIClient) -> None:
        for urgency, rungs in LADDERS.items():
            ladder = get(phone, f"/ladders/{urgency}").json()

            assert (len(ladder["rungs"]), ladder["is_own"], ladder["changed_by"]) == (len(rungs), False, None)

    def test_can_be_the_organisations_own_and_go_back(self, supervisor: Person, asset: Asset, owner: Person) -> None:
        cast.everybodys_community(owner.organisation)
        desk = phone_of(supervisor)

        changed = put(desk, "/ladders/customer_waiting", {"rungs": OWN}).json()
        thread = ask_about(asset, owner)

        assert (changed["is_own"], changed["changed_by"]["name"], len(changed["rungs"])) == (True, "Sue Supervisor", 3)
        assert get(desk, f"/threads/{thread.pk}/waiting").json()["next_wave"]["size"] == 2
        assert desk.delete(f"{V1}/ladders/customer_waiting").json()["is_own"] is False
        assert len(get(desk, "/ladders/customer_waiting").json()["rungs"]) == 6

    def test_are_the_products_own_when_sent_back_as_they_were_read(self, supervisor: Person) -> None:
        desk = phone_of(supervisor)
        rungs = get(desk, "/ladders/can_wait").json()["rungs"]

        assert put(desk, "/ladders/can_wait", {"rungs": rungs}).json()["rungs"] == rungs

    @pytest.mark.parametrize(
        ("rungs", "field", "why"),
        [
            ([], "rungs", "There are 1 to 8 waves."),
            ([rung(60 * n, "supervisor") for n in range(9)], "rungs", "There are 1 to 8 waves."),
            (
                [rung(5, "supervisor"), rung(9, "gap_list")],
                "rungs.0.after_s",
                "The first wave asks at once: after 0 seconds.",
            ),
            (
                [rung(0, "supervisor"), rung(60, "fixed_before"), rung(60, "gap_list")],
                "rungs.2.after_s",
                "Each wave comes later than the one before it.",
            ),
            ([rung(0, "supervisor"), rung(604801, "gap_list")], "rungs.1.after_s", "A wave comes within 7 days."),
            (
                [rung(0, "fixed_before", 51), rung(1, "supervisor"), rung(2, "gap_list")],
                "rungs.0.size",
                "A wave asks 1 to 50 people, or everybody.",
            ),
            (
                [rung(0, "fixed_before", None, is_silent=True), rung(1, "supervisor"), rung(2, "gap_list")],
                "rungs.0.size",
                "Only a community is asked as a whole.",
            ),
            (
                [rung(0, "community", None), rung(1, "supervisor"), rung(2, "gap_list")],
                "rungs.0.is_silent",
                "A whole community is told in silence: a push to everybody is what peers switch off.",
            ),
            (
                [rung(0, "fixed_before"), rung(1, "gap_list")],
                "rungs",
                "At least one wave names a person: the expert on duty, a champion or a supervisor.",
            ),
            ([rung(0, "supervisor")], "rungs.0.audience", "The gap list comes last, and only once."),
            (
                [rung(0, "gap_list"), rung(1, "supervisor"), rung(2, "gap_list")],
                "rungs.2.audience",
                "The gap list comes last, and only once.",
            ),
        ],
    )
    def test_that_cannot_be_are_refused_with_a_sentence(
        self, supervisor: Person, rungs: list[object], field: str, why: str
    ) -> None:
        desk = phone_of(supervisor)

        problem = assert_problem(put(desk, "/ladders/safety", {"rungs": rungs}), "invalid_input")

        assert problem["fields"][field] == [why]
        assert get(desk, "/ladders/safety").json()["is_own"] is False

    def test_with_an_unknown_audience_are_refused(self, supervisor: Person) -> None:
        rungs = [rung(0, "the_moon"), rung(1, "supervisor"), rung(2, "gap_list")]

        assert_problem(put(phone_of(supervisor), "/ladders/safety", {"rungs": rungs}), "invalid_input")

    def test_are_changed_by_those_who_may_curate_only(self, phone: APIClient) -> None:
        assert_problem(put(phone, "/ladders/safety", {"rungs": OWN}), "not_allowed")
        assert_problem(phone.delete(f"{V1}/ladders/safety"), "not_allowed")
        assert get(phone, "/ladders/safety").json()["is_own"] is False

    def test_of_one_organisation_are_not_anothers(self, supervisor: Person, outsider: Person) -> None:
        put(phone_of(supervisor), "/ladders/safety", {"rungs": OWN})

        assert get(phone_of(outsider), "/ladders/safety").json()["is_own"] is False

    def test_of_an_unknown_urgency_are_missing(self, phone: APIClient) -> None:
        assert_problem(get(phone, "/ladders/lunch"), "not_found")


class TestResponses:
    def test_refer_names_a_colleague(
        self, thread: Thread, owner: Person, colleague: Person, supervisor: Person
    ) -> None:
        (one,) = fire(thread, 1, cast.NOW)
        body = {"response": "refer", "refer_to_id": str(owner.pk)}

        problem = assert_problem(post(phone_of(colleague), f"/asks/{one.pk}/response", body), "not_allowed")

        assert problem["detail"] == "Olive Owner is the one who asks."

    def test_names_a_colleague_with_refer_only(self, thread: Thread, owner: Person, colleague: Person) -> None:
        (one,) = fire(thread, 1, cast.NOW)
        body = {"response": "pass", "refer_to_id": str(owner.pk)}

        assert_problem(post(phone_of(colleague), f"/asks/{one.pk}/response", body), "invalid_input")

    @pytest.mark.parametrize("response", ["busy", "not_my_kit"])
    def test_says_not_now_or_never_this(self, thread: Thread, colleague: Person, response: str) -> None:
        (one,) = fire(thread, 1, cast.NOW)

        answer = post(phone_of(colleague), f"/asks/{one.pk}/response", {"response": response})

        assert (answer.status_code, answer.json()["status"]) == (200, response)
