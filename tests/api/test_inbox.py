"""What a person was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from api_schema.events import PushRequested
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask
from backend.domain.equipment.models import Asset
from notifications import service as notifications
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post
from tests.api.world import ask_about, fire_first_wave

pytestmark = pytest.mark.django_db


def tell(person: Person, count: int = 1) -> None:
    for number in range(count):
        thread_id = uuid7()
        push = PushRequested(
            organisation_id=person.organisation_id,
            recipient_id=person.pk,
            kind=PushKind.ANSWER,
            subject_id=thread_id,
            dedupe_key=f"answer:{thread_id}",
            title=f"Answer {number}",
            body="Bleed the air.",
            requested_at=cast.NOW + timedelta(minutes=number),
            data={"thread_id": str(thread_id)},
        )
        with transaction.atomic():
            notifications.deliver(push=push, now=cast.NOW)


class TestInbox:
    def test_lists_what_i_was_told_newest_first_and_what_to_open(
        self, phone: APIClient, owner: Person, colleague: Person
    ) -> None:
        tell(owner, 2)
        tell(colleague)

        entries = get(phone, "/inbox").json()["items"]

        assert [entry["title"] for entry in entries] == ["Answer 1", "Answer 0"]
        assert (entries[0]["kind"], entries[0]["urgency"], entries[0]["read_at"]) == ("answer", "normal", None)
        assert entries[0]["ids"] == {"thread_id": entries[0]["subject_id"]}

    def test_goes_on_where_the_page_before_ended(self, phone: APIClient, owner: Person) -> None:
        tell(owner, 3)

        first = get(phone, "/inbox", limit=2).json()
        second = get(phone, "/inbox", limit=2, cursor=first["next"]).json()

        assert [entry["title"] for entry in first["items"] + second["items"]] == ["Answer 2", "Answer 1", "Answer 0"]
        assert second["next"] is None

    def test_refuses_a_cursor_that_is_not_ours(self, phone: APIClient) -> None:
        assert_problem(get(phone, "/inbox", cursor="yesterday"), "invalid_input")


class TestRead:
    def test_lowers_the_number_on_the_badge(self, phone: APIClient, owner: Person) -> None:
        tell(owner, 2)
        newest = get(phone, "/inbox").json()["items"][0]["id"]

        answer = post(phone, f"/inbox/{newest}/read")

        assert answer.status_code == 204
        assert get(phone, "/inbox/unread").json() == {"unread_count": 1}

    def test_passes_over_what_a_colleague_was_told(self, owner: Person, colleague: Person) -> None:
        tell(colleague)
        theirs = phone_of(colleague)
        entry_id = get(theirs, "/inbox").json()["items"][0]["id"]

        answer = post(phone_of(owner), f"/inbox/{entry_id}/read")

        assert answer.status_code == 204
        assert get(theirs, "/inbox/unread").json() == {"unread_count": 1}

    def test_counts_as_having_seen_the_ask(self, asset: Asset, owner: Person, colleague: Person) -> None:
        thread = ask_about(asset, owner)
        ask_id = fire_first_wave(thread, colleague, asset)
        push = PushRequested(
            organisation_id=colleague.organisation_id,
            recipient_id=colleague.pk,
            kind=PushKind.ASK,
            subject_id=thread.pk,
            dedupe_key=f"ask:{ask_id}",
            title="Olive asks",
            body="",
            requested_at=cast.NOW,
            data={"ask_id": str(ask_id), "thread_id": str(thread.pk)},
        )
        with transaction.atomic():
            notifications.deliver(push=push, now=cast.NOW)
        theirs = phone_of(colleague)

        post(theirs, f"/inbox/{get(theirs, '/inbox').json()['items'][0]['id']}/read")

        assert Ask.objects.get(pk=ask_id).seen_at is not None


class TestReadMany:
    def test_marks_the_entries_that_are_named(self, phone: APIClient, owner: Person) -> None:
        tell(owner, 3)
        ids = [entry["id"] for entry in get(phone, "/inbox").json()["items"]]

        answer = post(phone, "/inbox/read", {"ids": ids[:2]})

        assert answer.json() == {"unread_count": 1}

    def test_marks_everything_up_to_what_was_on_the_screen(self, phone: APIClient, owner: Person) -> None:
        tell(owner, 2)
        newest = get(phone, "/inbox").json()["items"][0]["id"]
        tell(owner)

        answer = post(phone, "/inbox/read", {"up_to": newest})

        assert answer.json() == {"unread_count": 1}

    def test_passes_over_what_a_colleague_was_told(self, owner: Person, colleague: Person) -> None:
        tell(colleague)
        theirs = phone_of(colleague)
        entry_id = get(theirs, "/inbox").json()["items"][0]["id"]

        for body in ({"ids": [entry_id]}, {"up_to": entry_id}):
            assert post(phone_of(owner), "/inbox/read", body).json() == {"unread_count": 0}

        assert get(theirs, "/inbox/unread").json() == {"unread_count": 1}

    @pytest.mark.parametrize(
        "body", [{}, {"ids": []}, {"ids": ["everything"]}, {"ids": [str(uuid7())], "up_to": str(uuid7())}]
    )
    def test_refuses_what_names_nothing_or_too_much(self, phone: APIClient, body: dict[str, object]) -> None:
        assert_problem(post(phone, "/inbox/read", body), "invalid_input")


class TestDeliveries:
    def test_tell_step_by_step_what_became_of_an_entry(self, phone: APIClient, owner: Person) -> None:
        post(phone, "/devices", {"kind": "fid", "value": "installation 1", "platform": "ios"})
        tell(owner)
        entry_id = get(phone, "/inbox").json()["items"][0]["id"]

        [delivery] = get(phone, f"/inbox/{entry_id}/deliveries").json()["items"]

        assert (delivery["channel"], delivery["platform"], delivery["state"]) == ("fcm", "ios", "created")
        assert [step["step"] for step in delivery["steps"]] == ["created"]

    def test_hide_a_colleagues_entry_as_missing(self, owner: Person, colleague: Person) -> None:
        tell(colleague)
        entry_id = get(phone_of(colleague), "/inbox").json()["items"][0]["id"]

        assert_problem(get(phone_of(owner), f"/inbox/{entry_id}/deliveries"), "not_found")


class TestPushSummary:
    def test_is_for_admins(self, phone: APIClient, site: Site) -> None:
        admin = cast.new_person(site, "Ada Admin", Role.ADMIN)

        assert_problem(get(phone, "/push-summary"), "not_allowed")
        assert get(phone_of(admin), "/push-summary").json()["items"] == []
