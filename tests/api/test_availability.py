"""People say when they can be reached, and what they know."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Availability, Holiday, Skill
from backend.domain.equipment.models import Asset
from tests.api.calls import V1, assert_problem, get, post

pytestmark = pytest.mark.django_db


def put(phone: APIClient, path: str, body: object) -> Any:
    return phone.put(f"{V1}{path}", json.dumps(body), content_type="application/json")


@pytest.fixture
def monday_ten_o_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.mark.usefixtures("monday_ten_o_clock")
class TestAvailability:
    def test_is_an_office_week_until_i_say_otherwise(self, phone: APIClient) -> None:
        mine = get(phone, "/me/availability").json()

        assert mine == {
            "time_zone": "Europe/London",
            "cycle_days": 7,
            "cycle_starts_on": "2024-01-01",
            "shifts": [{"day": day, "starts": "08:00", "ends": "17:00"} for day in range(5)],
            "quiet_hours": None,
            "busy_until": None,
            "on_shift_since": "2026-11-23T08:00:00Z",
            "next_shift_at": "2026-11-24T08:00:00Z",
            "may_be_asked": True,
        }

    def test_becomes_four_nights_on_and_four_off(self, phone: APIClient) -> None:
        nights = [{"day": day, "starts": "19:00", "ends": "07:00"} for day in range(4)]

        answer = put(
            phone, "/me/availability", {"cycle_days": 8, "cycle_starts_on": "2026-11-23", "shifts": nights}
        ).json()

        assert (answer["cycle_days"], answer["cycle_starts_on"], answer["shifts"]) == (8, "2026-11-23", nights)
        assert (answer["on_shift_since"], answer["next_shift_at"]) == (None, "2026-11-23T19:00:00Z")
        assert get(phone, "/me/availability").json() == answer

    def test_is_a_week_from_monday_when_only_shifts_are_named(self, phone: APIClient) -> None:
        answer = put(phone, "/me/availability", {"shifts": [{"day": 0, "starts": "06:00", "ends": "14:00"}]}).json()

        assert (answer["cycle_days"], answer["on_shift_since"]) == (7, "2026-11-23T06:00:00Z")
        assert answer["next_shift_at"] == "2026-11-30T06:00:00Z"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"cycle_days": 0}, "cycle_days"),
            ({"cycle_days": 367}, "cycle_days"),
            ({"cycle_days": 2**63}, "cycle_days"),
            ({"cycle_starts_on": "Monday"}, "cycle_starts_on"),
            ({"shifts": []}, "shifts"),
            ({"shifts": [{"day": 7, "starts": "06:00", "ends": "14:00"}]}, "shifts"),
            ({"shifts": [{"day": 0, "starts": "25:00", "ends": "14:00"}]}, "shifts.0.starts"),
            ({"shifts": [{"day": 0, "starts": "06:00"}]}, "shifts.0.ends"),
            ({"shifts": [{"day": 0, "starts": "06:00", "ends": "14:00"}] * 2}, "shifts"),
            ({"shifts": "mornings"}, "shifts"),
        ],
    )
    def test_says_which_field_is_wrong_and_records_nothing(
        self, phone: APIClient, change: dict[str, object], field: str
    ) -> None:
        body = {"shifts": [{"day": 0, "starts": "06:00", "ends": "14:00"}], **change}

        problem = assert_problem(put(phone, "/me/availability", body), "invalid_input")

        assert set(problem["fields"]) == {field}
        assert not Availability.objects.exists()

    @given(
        day=st.integers() | st.none() | st.text(max_size=5),
        starts=st.text(max_size=8) | st.times().map(str) | st.integers(),
        cycle_days=st.integers() | st.floats() | st.none(),
        cycle_starts_on=st.dates().map(str) | st.text(max_size=12),
    )
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_refused_or_obeyed_whatever_the_phone_sends(
        self, *, phone: APIClient, day: object, starts: object, cycle_days: object, cycle_starts_on: object
    ) -> None:
        shift = {"day": day, "starts": starts, "ends": "14:00"}
        body = {"cycle_days": cycle_days, "cycle_starts_on": cycle_starts_on, "shifts": [shift]}

        assert put(phone, "/me/availability", body).status_code in (200, 400)
        assert get(phone, "/me/availability").status_code == 200

    def test_is_that_of_an_office_again(self, phone: APIClient) -> None:
        put(phone, "/me/availability", {"shifts": [{"day": 6, "starts": "06:00", "ends": "14:00"}]})

        answer = phone.delete(f"{V1}/me/availability")

        assert answer.json()["on_shift_since"] == "2026-11-23T08:00:00Z"

    def test_knows_quiet_hours(self, phone: APIClient) -> None:
        quiet = {"starts": "09:30", "ends": "10:30"}

        set_ = put(phone, "/me/quiet-hours", quiet).json()
        cleared = phone.delete(f"{V1}/me/quiet-hours").json()
        wrong = put(phone, "/me/quiet-hours", {"starts": "10:00", "ends": "10:00"})

        assert (set_["quiet_hours"], set_["may_be_asked"]) == (quiet, False)
        assert (cleared["quiet_hours"], cleared["may_be_asked"]) == (None, True)
        assert assert_problem(wrong, "invalid_input")["fields"] == {
            "ends": ["Quiet hours end at another time than they start."]
        }

    def test_knows_when_i_am_busy(self, phone: APIClient) -> None:
        busy = put(phone, "/me/busy", {"minutes": 90}).json()
        free = phone.delete(f"{V1}/me/busy").json()
        wrong = put(phone, "/me/busy", {"minutes": 24 * 60 + 1})

        assert (busy["busy_until"], busy["may_be_asked"]) == ("2026-11-23T11:30:00Z", False)
        assert (free["busy_until"], free["may_be_asked"]) == (None, True)
        assert set(assert_problem(wrong, "invalid_input")["fields"]) == {"minutes"}


@pytest.mark.usefixtures("monday_ten_o_clock")
class TestMyHolidays:
    def test_are_taken_listed_and_cancelled(self, phone: APIClient) -> None:
        taken = post(phone, "/me/holidays", {"name": "Skye", "first_date": "2026-11-23", "last_date": "2026-11-27"})
        day = post(phone, "/me/holidays", {"first_date": "2026-12-24"}).json()

        listed = get(phone, "/me/holidays").json()["items"]
        cancelled = phone.delete(f"{V1}/me/holidays/{taken.json()['id']}")

        assert taken.status_code == 201
        assert [(one["name"], one["first_date"], one["last_date"]) for one in listed] == [
            ("Skye", "2026-11-23", "2026-11-27"),
            ("", "2026-12-24", "2026-12-24"),
        ]
        assert cancelled.status_code == 204
        assert [one["id"] for one in get(phone, "/me/holidays").json()["items"]] == [day["id"]]

    def test_are_taken_once_however_often_the_phone_sends_it(self, phone: APIClient) -> None:
        for _ in range(2):
            post(phone, "/me/holidays", {"first_date": "2026-12-24"}, key="the same")

        assert Holiday.objects.count() == 1

    def test_say_what_is_wrong(self, phone: APIClient) -> None:
        answer = post(phone, "/me/holidays", {"first_date": "2026-12-24", "last_date": "2026-12-23"})

        assert assert_problem(answer, "invalid_input")["fields"] == {
            "last_date": ["A holiday does not end before it begins."]
        }
        assert not Holiday.objects.exists()


class TestMySkills:
    def test_are_declared_listed_and_withdrawn(self, phone: APIClient, asset: Asset) -> None:
        declared = post(phone, "/me/skills", {"family": "Air Cooled Chiller"})

        listed = get(phone, "/me/skills").json()["items"]
        withdrawn = phone.delete(f"{V1}/me/skills/{declared.json()['id']}")

        assert declared.status_code == 201
        assert listed == [declared.json()]
        assert listed[0]["family"] == asset.asset_model.family
        assert withdrawn.status_code == 204
        assert not Skill.objects.exists()


class TestProfile:
    def change(self, client: APIClient, /, **changes: object) -> Any:
        return client.patch(f"{V1}/me", json.dumps(changes), content_type="application/json")

    def test_is_changed_where_i_say_and_nowhere_else(self, phone: APIClient, owner: Person) -> None:
        answer = self.change(phone, phone="+44 (113) 496-0000", shows_phone=True, time_zone="America/New_York")

        mine = answer.json()
        assert (mine["phone"], mine["shows_phone"], mine["time_zone"]) == ("+441134960000", True, "America/New_York")
        assert (mine["language"], mine["name"]) == ("en", owner.name)
        assert get(phone, "/me").json() == mine

    def test_hides_a_phone_that_is_taken_away(self, phone: APIClient) -> None:
        self.change(phone, phone="+441134960000", shows_phone=True)

        mine = self.change(phone, phone="").json()

        assert (mine["phone"], mine["shows_phone"]) == ("", False)

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            *(
                ({"phone": number}, "phone", "Write the number with + and its country, as in +44 113 496 0000.")
                for number in ["0113 496 0000", "+0113", "+12345", "+1234567890123456", "call me", "+٤٤١١٣٤٩٦٠٠٠"]
            ),
            ({"shows_phone": True}, "shows_phone", "Give a phone number first: there is none to show."),
            ({"language": "English"}, "language", "Write the language as a tag, as in en or pt-BR."),
            ({"language": "e"}, "language", "Write the language as a tag, as in en or pt-BR."),
            ({"time_zone": "Leeds"}, "time_zone", "There is no such time zone; they are named as in Europe/London."),
            (
                {"time_zone": "localtime"},
                "time_zone",
                "There is no such time zone; they are named as in Europe/London.",
            ),
            (
                {"time_zone": "../etc/passwd"},
                "time_zone",
                "There is no such time zone; they are named as in Europe/London.",
            ),
        ],
    )
    def test_says_what_is_wrong_and_changes_nothing(
        self, phone: APIClient, changes: dict[str, object], field: str, sentence: str
    ) -> None:
        before = get(phone, "/me").json()

        answer = self.change(phone, **changes)

        assert assert_problem(answer, "invalid_input")["fields"] == {field: [sentence]}
        assert get(phone, "/me").json() == before
