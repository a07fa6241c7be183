"""Choosing how one is told."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from tests.api.calls import V1, assert_problem, get, phone_of

pytestmark = pytest.mark.django_db


def put(phone: APIClient, *items: dict[str, object]) -> Any:
    return phone.put(f"{V1}/me/preferences", {"items": list(items)}, format="json")


def choice(answer: Any, kind: str) -> dict[str, Any]:
    [found] = [item for item in answer.json()["items"] if item["kind"] == kind]
    return dict(found)


class TestPreferences:
    def test_say_what_holds_for_somebody_who_chose_nothing(self, phone: APIClient) -> None:
        ask = choice(get(phone, "/me/preferences"), "ask")

        assert ask == {
            "kind": "ask",
            "about": "A colleague asks you about a fault.",
            "mode": "push",
            "modes": ["push", "inbox"],
            "by_email": False,
            "by_sms": False,
            "means": "A push at once; outside of your hours it waits for your next shift.",
        }

    def test_are_kept_and_say_what_they_mean(self, phone: APIClient) -> None:
        answer = put(phone, {"kind": "ask", "mode": "inbox"}, {"kind": "answer", "mode": "digest"})

        assert answer.status_code == 200
        assert choice(answer, "ask")["means"] == (
            "In the inbox only: nothing rings. Where safety is at stake, a push comes all the same."
        )
        assert choice(get(phone, "/me/preferences"), "answer")["mode"] == "digest"

    def test_are_each_persons_own(self, phone: APIClient, colleague: Person) -> None:
        put(phone, {"kind": "ask", "mode": "inbox"})

        assert choice(get(phone_of(colleague), "/me/preferences"), "ask")["mode"] == "push"

    def test_say_why_no_email_or_text_would_come(self, phone: APIClient) -> None:
        answer = get(phone, "/me/preferences").json()

        assert answer["email_problem"] == "E-mail: not set up at your Cuppa, so none will come."
        assert answer["sms_problem"] == "Text messages: not set up at your Cuppa, so none will come."

    def test_name_the_email_where_it_will_come(self, phone: APIClient, settings: Settings) -> None:
        settings.EMAIL_FROM = "cuppa@works.example"

        answer = get(phone, "/me/preferences")

        assert answer.json()["email_problem"] is None
        assert choice(answer, "duty")["means"].endswith(" An e-mail, too.")

    def test_ask_for_a_phone_number_where_texts_could_come(self, phone: APIClient, settings: Settings) -> None:
        settings.SMS_REGION = "eu-west-2"

        answer = get(phone, "/me/preferences").json()

        assert answer["sms_problem"] == "You have no phone number here: add one to your profile."

    @pytest.mark.parametrize(
        "item",
        [
            {"kind": "ask", "mode": "digest"},
            {"kind": "ask", "mode": "carrier pigeon"},
            {"kind": "test", "mode": "inbox"},
            {"kind": "gossip", "mode": "push"},
            {"kind": "ask"},
            {"kind": "ask", "mode": "push", "by_email": "perhaps"},
        ],
    )
    def test_refuse_what_nobody_can_be_told_by(self, phone: APIClient, item: dict[str, object]) -> None:
        assert_problem(put(phone, item), "invalid_input")

        assert choice(get(phone, "/me/preferences"), "ask")["mode"] == "push"

    def test_refuse_an_empty_list_and_one_kind_twice(self, phone: APIClient) -> None:
        assert_problem(put(phone), "invalid_input")
        twice = assert_problem(
            put(phone, {"kind": "ask", "mode": "push"}, {"kind": "ask", "mode": "inbox"}), "invalid_input"
        )
        assert twice["fields"] == {"items": ["ask stands here 2 times; choose once."]}
