"""Who has fixed this, and how to reach them; nobody is shown for what they ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.asking.models import Ask, Certification, FixKind, Skill, VerifiedFix
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from tests import cast
from tests.api.calls import assert_problem, get
from tests.api.world import ask_about, fire_first_wave

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday_ten_o_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def kettle(organisation: Organisation, site: Site) -> Asset:
    """A KX-240 with the code E47; and a KX-300 of the same family."""
    _, model = (
        add_asset_model(
            organisation=organisation, make="Zephrane", name=name, family="steam kettle", fault_codes={"E-47": ""}
        )
        for name in ("KX-300", "KX-240")
    )
    return add_asset(asset_model=model, site=site, tag="KET-1", serial_number="")


def fixes(person: Person, asset: Asset, code: str, *, days_ago: int = 1, times: int = 1) -> None:
    for _ in range(times):
        VerifiedFix.objects.create(
            organisation=person.organisation,
            person=person,
            asset=asset,
            asset_model=asset.asset_model,
            fault_code=code,
            try_id=uuid7(),
            kind=FixKind.ADVICE,
            fixed_at=NOW - timedelta(days=days_ago),
        )


@pytest.fixture
def peer(site: Site) -> Callable[[str], Person]:
    return lambda name: cast.new_person(site, name)


def names(answer: dict[str, Any]) -> list[str]:
    return [found["person"]["name"] for found in answer["items"]]


class TestWhoHasFixedThis:
    def test_shows_what_they_fixed_and_how_to_reach_them(
        self, phone: APIClient, colleague: Person, kettle: Asset
    ) -> None:
        fixes(colleague, kettle, "E47", days_ago=30)
        fixes(colleague, kettle, "E47", days_ago=2)

        answer = get(phone, "/people/search", q="who has fixed E47 on a KX-240?").json()

        assert answer == {
            "says": "1 colleague has fixed E47 on Zephrane KX-240.",
            "items": [
                {
                    "person": {
                        "id": str(colleague.pk),
                        "name": "Colin Colleague",
                        "job_title": "HVAC technician",
                        "role": "technician",
                        "site": "Leeds depot",
                    },
                    "fixed": [
                        {
                            "make": "Zephrane",
                            "model": "KX-240",
                            "fault_code": "E47",
                            "fixes_count": 2,
                            "last_fixed_at": "2026-11-21T10:00:00Z",
                            "is_this": True,
                        }
                    ],
                    "recommended_count": 0,
                    "skills": [],
                    "certifications": [],
                    "is_reachable": True,
                    "next_shift_at": "2026-11-24T08:00:00Z",
                    "contacts": [
                        {"way": "app", "address": ""},
                        {"way": "email", "address": "colin@northgate-cooling.example"},
                    ],
                }
            ],
            "next": None,
        }

    @pytest.mark.parametrize(
        "asked", ["E47 KX-240", "e-47 kx240", "KX 240 E forty-seven", "E 47 on KET-1", "ket-1 e47", "KX-240"]
    )
    def test_understands_codes_models_and_tags_as_people_write_them(
        self, phone: APIClient, colleague: Person, kettle: Asset, asked: str
    ) -> None:
        fixes(colleague, kettle, "E47")

        assert names(get(phone, "/people/search", q=asked).json()) == ["Colin Colleague"]

    def test_puts_the_fresh_fix_of_this_before_old_ones_and_before_what_is_near_it(
        self, *, phone: APIClient, peer: Callable[[str], Person], kettle: Asset, asset: Asset
    ) -> None:
        other_model = add_asset(
            asset_model=add_asset_model(
                organisation=kettle.organisation, make="Zephrane", name="KX-9", family="steam kettle", fault_codes={}
            ),
            site=kettle.site,
            tag="KET-9",
            serial_number="",
        )
        fixes(peer("Old Hand"), kettle, "E47", days_ago=1500)
        fixes(peer("Near Miss"), kettle, "E5")
        fixes(peer("Far Cousin"), other_model, "E47")
        fixes(peer("Fresh Fixer"), kettle, "E47")
        fixes(peer("Chiller Man"), asset, "E47")  # of another family: says nothing

        answer = get(phone, "/people/search", q="E47 KX-240").json()

        assert names(answer) == ["Fresh Fixer", "Near Miss", "Far Cousin", "Old Hand"]
        assert [[fixed["is_this"] for fixed in found["fixed"]] for found in answer["items"]] == [
            [True],
            [False],
            [False],
            [True],
        ]
        assert answer["says"] == "2 colleagues have fixed E47 on Zephrane KX-240."

    def test_counts_skills_recommendations_and_certifications_that_hold(
        self, *, phone: APIClient, peer: Callable[[str], Person], owner: Person, colleague: Person, asset: Asset
    ) -> None:
        ann, bob, cy = peer("Ann Peer"), peer("Bob Peer"), peer("Cy Peer")
        ask_id = fire_first_wave(ask_about(asset, owner), colleague, asset)
        Ask.objects.filter(pk=ask_id).update(referred_by=cy)
        here = {"organisation": asset.organisation}
        Skill.objects.create(**here, person=ann, family=asset.asset_model.family)
        Certification.objects.create(**here, person=bob, name="Air-Cooled Chiller", expires_on=NOW.date())
        Certification.objects.create(**here, person=cy, name="Air-cooled chiller", expires_on="2026-11-22")

        answer = get(phone, "/people/search", q="air-cooled chillers").json()

        known = {found["person"]["name"]: found for found in answer["items"]}
        assert set(known) == {"Ann Peer", "Bob Peer", "Colin Colleague"}
        assert known["Ann Peer"]["skills"] == ["air-cooled chiller"]
        assert known["Bob Peer"]["certifications"] == ["Air-Cooled Chiller"]
        assert known["Colin Colleague"]["recommended_count"] == 1

    def test_shows_a_phone_where_its_owner_shows_it(self, phone: APIClient, colleague: Person, kettle: Asset) -> None:
        fixes(colleague, kettle, "E47")
        colleague.phone = "+441134960000"
        colleague.save()
        hidden = get(phone, "/people/search", q="E47").json()["items"][0]["contacts"]
        colleague.shows_phone = True
        colleague.save()

        shown = get(phone, "/people/search", q="E47").json()["items"][0]["contacts"]

        assert [contact["way"] for contact in hidden] == ["app", "email"]
        assert shown[-1] == {"way": "phone", "address": "+441134960000"}

    def test_says_who_cannot_be_reached_now_and_from_when(
        self, phone: APIClient, colleague: Person, kettle: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fixes(colleague, kettle, "E47")
        monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=10))

        (found,) = get(phone, "/people/search", q="E47").json()["items"]

        assert (found["is_reachable"], found["next_shift_at"]) == (False, "2026-11-24T08:00:00Z")

    def test_finds_a_colleague_by_name(self, phone: APIClient, colleague: Person) -> None:
        answer = get(phone, "/people/search", q="colin").json()

        assert (names(answer), answer["says"]) == ([colleague.name], "These colleagues have this name.")


class TestNobody:
    def test_fixed_this_yet_is_said_with_whom_to_try_instead(
        self, phone: APIClient, colleague: Person, kettle: Asset
    ) -> None:
        fixes(colleague, kettle, "E5")

        answer = get(phone, "/people/search", q="E99 on KX-240").json()

        assert names(answer) == ["Colin Colleague"]
        assert answer["says"] == (
            "None of your colleagues is known to have fixed E99 on Zephrane KX-240; these know such machines."
        )

    def test_knows_anything_is_said_with_what_to_do(self, phone: APIClient, kettle: Asset) -> None:
        answer = get(phone, "/people/search", q="e47 kx-240").json()

        assert answer["items"] == []
        assert answer["says"] == (
            "None of your colleagues is known to have fixed E47 on Zephrane KX-240. Ask: those who fit best are told."
        )

    def test_can_be_meant_by_words_that_name_nothing(self, phone: APIClient) -> None:
        answer = get(phone, "/people/search", q="who is best?").json()

        assert (answer["items"], answer["says"]) == (
            [],
            "Name a fault code, a machine or a colleague, as in E47 KX-240.",
        )

    def test_who_was_removed_or_works_elsewhere_is_found(
        self, *, phone: APIClient, disabled: Person, outsider: Person, owner: Person, kettle: Asset
    ) -> None:
        for person in (disabled, outsider, owner):  # and nobody looks for themselves
            fixes(person, kettle, "E47")

        assert get(phone, "/people/search", q="E47").json()["items"] == []

    def test_is_listed_for_what_they_asked(
        self, *, phone: APIClient, colleague: Person, peer: Callable[[str], Person], asset: Asset
    ) -> None:
        for number in range(5):
            ask_about(asset, colleague, f"Fault {number}")
        fixes(peer("Ann Peer"), asset, "E4")

        answer = get(phone, "/people/search", q="E4 AC-350").json()

        assert names(answer) == ["Ann Peer"]
        assert not [key for found in answer["items"] for key in found if "ask" in key]


class TestPages:
    def test_go_on_behind_the_last_person(self, phone: APIClient, peer: Callable[[str], Person], kettle: Asset) -> None:
        for number in range(5):
            fixes(peer(f"P{number} Person"), kettle, "E47", times=5 - number)

        first = get(phone, "/people/search", q="E47", limit=3).json()
        last = get(phone, "/people/search", q="E47", limit=3, cursor=first["next"]).json()

        assert [name[:2] for name in names(first) + names(last)] == ["P0", "P1", "P2", "P3", "P4"]
        assert last["next"] is None

    def test_do_not_go_on_behind_somebody_who_was_not_found(self, phone: APIClient, kettle: Asset) -> None:
        answer = get(phone, "/people/search", q="E47", cursor=str(uuid7()))

        assert set(assert_problem(answer, "invalid_input")["fields"]) == {"cursor"}

    @pytest.mark.parametrize("people_count", [1, 20])
    def test_cost_the_same_for_one_person_and_for_twenty(
        self,
        *,
        phone: APIClient,
        peer: Callable[[str], Person],
        kettle: Asset,
        people_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(people_count):
            fixes(peer(f"P{number} Person"), kettle, "E47")

        # session; models, tags, codes shown, codes fixed; fixes, recommendations, skills, certifications; people; hours
        with django_assert_num_queries(11):
            answer = get(phone, "/people/search", q="E47 KX-240").json()

        assert len(answer["items"]) == people_count


class TestAnyWords:
    @given(words=st.text(min_size=1, max_size=200))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_are_answered_or_refused(self, *, phone: APIClient, kettle: Asset, words: str) -> None:
        answer = get(phone, "/people/search", q=words.encode("utf-8", "replace"))

        assert answer.status_code in (200, 400), answer.content
