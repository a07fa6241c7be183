"""What a person was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from api_schema.events import PushRequested
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from notifications import service as notifications
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post

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
