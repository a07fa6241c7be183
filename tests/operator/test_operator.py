"""The operator's site: everything is there to look at, nothing is written but by the domain, nobody else gets in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api_schema.events import ClipRejected
from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.accounts.operations import add_person
from backend.domain.actor import Role
from backend.domain.clips.models import Clip, MediaJob
from backend.domain.clips.states import JobStatus
from backend.domain.equipment.models import Asset
from backend.operator.naming import PRIVATE, SECRET
from backend.operator.paging import MOST_ROWS
from backend.operator.site import row_address, site
from backend.operator.standing import make_operator
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.api.world import one_of_everything

pytestmark = pytest.mark.django_db

Delivery = apps.get_model("notifications", "Delivery")
SendingPause = apps.get_model("notifications", "SendingPause")


@pytest.fixture
def operator(outsider: Person) -> Client:
    """Somebody of another organisation than the one that is looked at, who runs the installation."""
    make_operator(email=outsider.email, now=cast.NOW)
    return signed_in(outsider)


@pytest.fixture
def world(asset: Asset, owner: Person, colleague: Person) -> dict[str, Any]:
    return one_of_everything(asset, owner, colleague)


def signed_in(person: Person) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.cookies[settings.SESSION_COOKIE_NAME] = cast.session_token(person)
    return client


def list_address(model: type[Model]) -> str:
    return f"/operator/{model._meta.app_label}/{model._meta.model_name}/"


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def secrets_of(row: Model) -> set[str]:
    values = {str(getattr(row, field.name)) for field in row._meta.concrete_fields if field.name in SECRET | PRIVATE}
    return {value for value in values if len(value) > 8}


def act(client: Client, row: Model, action: str, **more: str) -> Any:
    chosen = {"action": action, "index": "0", "_selected_action": str(row.pk), **more}
    return client.post(list_address(type(row)), chosen, follow=True)


class TestWhoGetsIn:
    def test_leads_a_stranger_to_the_sign_in_and_shows_everybody_else_nothing(
        self, owner: Person, colleague: Person
    ) -> None:
        Person.objects.filter(pk=owner.pk).update(role=Role.ADMIN)
        make_operator(email=colleague.email, now=cast.NOW)
        colleague_browser = signed_in(colleague)
        assert colleague_browser.get("/operator/").status_code == 200
        call_command("operator", colleague.email.upper(), "--end", verbosity=0)

        addresses = ["/operator/", list_address(Person), row_address(owner), "/operator/nowhere/"]
        led = [Client().get(address) for address in addresses]
        found = [signed_in(owner).get(address) for address in addresses] + [colleague_browser.get("/operator/")]

        assert [unquote(answer["Location"]) for answer in led] == [f"/sign-in?next={address}" for address in addresses]
        assert {answer.status_code for answer in found} == {404}
        assert all("There is nothing here" in answer.content.decode() for answer in found)

    def test_is_given_by_a_command_to_who_may_sign_in_and_to_nobody_else(
        self, owner: Person, disabled: Person, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("operator", owner.email)
        call_command("operator", owner.email)
        call_command("operator")

        assert capsys.readouterr().out.count(owner.email) == 3
        with pytest.raises(CommandError, match="Nobody who may sign in"):
            call_command("operator", disabled.email)

    def test_ends_with_the_persons_account(self, operator: Client, outsider: Person) -> None:
        Person.objects.filter(pk=outsider.pk).update(is_active=False)

        assert unquote(operator.get("/operator/")["Location"]) == "/sign-in?next=/operator/"


class TestLooking:
    def test_opens_every_list_and_every_page_without_a_secret_a_script_or_a_form_that_writes(
        self, operator: Client, world: dict[str, Any]
    ) -> None:
        seen = [operator.get(address).content.decode() for address in ("/operator/", "/operator/threads/")]
        assert "Threads" in seen[1]
        secrets: set[str] = set()
        models = site.list_models()
        for model in models:
            rows = list(model._default_manager.all()[:20])
            secrets |= set().union(*map(secrets_of, rows))
            answer = operator.get(list_address(model))
            assert answer.status_code == 200, model
            seen.append(answer.content.decode())
            for row in rows[:1]:
                page = operator.get(row_address(row))
                is_shown = site.get_model_admin(model).has_page_here  # type: ignore[attr-defined]
                assert page.status_code == (200 if is_shown else 404), row
                seen.append(page.content.decode() if is_shown else "")
                assert operator.post(row_address(row), {"name": "x"}).status_code in {403, 404}, row
                assert operator.post(f"{list_address(model)}add/", {"name": "x"}).status_code in {403, 404}, row
                assert operator.post(row_address(row).replace("change", "delete"), {"post": "yes"}).status_code == 403
            assert "script-src" in answer["Content-Security-Policy"].split("; ")  # none at all

        text = "\n".join(seen)
        assert len(models) > 50
        assert sum(len(page) > 0 for page in seen) > 90
        assert len(secrets) > 5
        assert [secret for secret in secrets if secret in text] == []
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text)

    def test_leads_from_row_to_row_and_finds_by_id_and_address(
        self, operator: Client, world: dict[str, Any], owner: Person
    ) -> None:
        thread = apps.get_model("threads", "Thread").objects.get(pk=world["thread_id"])

        page = operator.get(row_address(thread)).content.decode()
        by_id = operator.get(f"{list_address(type(thread))}?q={thread.pk}").content.decode()
        by_email = operator.get(f"{list_address(Person)}?q={owner.email}").content.decode()
        by_nonsense = operator.get(f"{list_address(type(thread))}?q=no%00-such%25 row")
        theirs = operator.get(f"{list_address(type(thread))}?asker__id__exact={owner.pk}").content.decode()

        assert f'href="{row_address(owner)}"' in page
        assert f"/operator/threads/suggestion/?thread__id__exact={thread.pk}" in page
        assert row_address(thread) in by_id
        assert owner.name in by_email
        assert by_nonsense.status_code == 200
        assert row_address(thread) in theirs

    def test_links_to_a_page_only_where_the_operator_may_open_it(
        self, operator: Client, world: dict[str, Any], owner: Person
    ) -> None:
        thread = apps.get_model("threads", "Thread").objects.get(pk=world["thread_id"])
        make_operator(email=owner.email, now=cast.NOW)

        assert "Open its page" not in operator.get(row_address(thread)).content.decode()
        own = signed_in(owner).get(row_address(thread)).content.decode()
        assert f'href="/threads/{thread.pk}"' in own

    def test_costs_the_same_for_one_row_and_for_many_and_counts_no_table_to_its_end(
        self, operator: Client, owner: Person
    ) -> None:
        few = queries_of(operator, list_address(Person))
        for number in range(20):
            add_person(
                site=owner.site, email=f"p{number}@x.example", name="P", job_title="", role=Role.CURATOR, password=None
            )
        with CaptureQueriesContext(connection) as queries:
            operator.get(list_address(Person))

        assert len(queries) == few
        counting = [one["sql"] for one in queries if "COUNT(" in one["sql"]]
        assert counting
        assert all(f"LIMIT {MOST_ROWS}" in sql for sql in counting)
        assert not any("DISTINCT" in one["sql"] for one in queries)
        page = operator.get(f"{list_address(Person)}?role=curator").content.decode()
        assert (page.count('class="field-email"'), "<h1>People</h1>" in page) == (20, True)

    def test_says_at_once_what_is_stuck(self, operator: Client, owner: Person) -> None:
        assert "Nothing is stuck" in operator.get("/operator/").content.decode()

        dead_event(owner)

        assert "1 event given up" in operator.get("/operator/").content.decode()


def dead_event(person: Person) -> OutboxEvent:
    return OutboxEvent.objects.create(
        name=ClipRejected.NAME,
        payload={},
        created_at=cast.NOW,
        offer_at=cast.NOW,
        failures=25,
        dead_at=cast.NOW,
        last_error="KeyError: 'x'",
    )


def dead_delivery(item_id: UUID, *, ended_at: Any) -> Any:
    return Delivery.objects.create(
        item_id=item_id,
        channel="email",
        state="dead",
        attempts=12,
        available_at=cast.NOW,
        created_at=cast.NOW,
        ended_at=ended_at,
        reason="too_many_attempts",
    )


def poisoned(clip_id: UUID) -> Clip:
    Clip.objects.filter(pk=clip_id).update(
        status="processing", verified_at=cast.NOW, original_key="o/k", sha256="a" * 64, original_bytes=1
    )
    clip = Clip.objects.get(pk=clip_id)
    MediaJob.objects.create(
        organisation_id=clip.organisation_id,
        clip=clip,
        kind="render",
        status=JobStatus.POISON,
        attempts=3,
        queued_at=cast.NOW,
        finished_at=cast.NOW,
        failure_code="worker_error",
    )
    return clip


class TestDoing:
    def test_asks_first_then_does_it_once_and_writes_down_who_did(
        self, operator: Client, outsider: Person, world: dict[str, Any]
    ) -> None:
        event = dead_event(outsider)

        question = act(operator, event, "offer")
        event.refresh_from_db()
        assert "Offer it again?" in question.content.decode()
        assert event.dead_at is not None
        assert not LogEntry.objects.exists()

        act(operator, event, "offer", confirmed="yes")
        offered = OutboxEvent.objects.get(pk=event.pk)
        assert (offered.dead_at, offered.failures) == (None, 0)
        line = LogEntry.objects.get()
        assert (line.user, line.object_id, line.change_message) == (outsider, str(event.pk), "Offer it again")

    def test_refuses_with_a_sentence_and_writes_nothing(self, operator: Client, world: dict[str, Any]) -> None:
        handled = OutboxEvent.objects.create(
            name=ClipRejected.NAME, payload={}, created_at=cast.NOW, offer_at=cast.NOW, handled_at=cast.NOW
        )
        fresh = dead_delivery(world["item_id"], ended_at=timezone.now())
        expected = Clip.objects.get(pk=world["clip_id"])

        said = {
            row: act(operator, row, action, confirmed="yes").content.decode()
            for row, action in ((handled, "offer"), (fresh, "send_again"), (expected, "take_up"))
        }

        assert "was handled" in said[handled]
        assert "a moment ago" in said[fresh]
        assert "Nothing about this clip has failed" in said[expected]
        assert not LogEntry.objects.exists()
        assert Delivery.objects.get(pk=fresh.pk).state == "dead"

    def test_sends_again_what_was_given_up_unless_its_time_is_over(
        self, operator: Client, world: dict[str, Any]
    ) -> None:
        delivery = dead_delivery(world["item_id"], ended_at=timezone.now() - timedelta(minutes=1))
        item = delivery.item
        type(item).objects.filter(pk=item.pk).update(requested_at=timezone.now() - timedelta(days=30))

        assert "too old" in act(operator, delivery, "send_again", confirmed="yes").content.decode()
        type(item).objects.filter(pk=item.pk).update(requested_at=timezone.now())
        act(operator, delivery, "send_again", confirmed="yes")

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.ended_at, delivery.reason) == ("requeued", 0, None, "")

    def test_takes_up_a_clip_that_no_job_works_on_and_lifts_a_pause(
        self, operator: Client, world: dict[str, Any]
    ) -> None:
        clip = poisoned(world["clip_id"])
        pause = SendingPause.objects.create(channel="fcm", until=timezone.now() + timedelta(hours=1))

        act(operator, clip, "take_up", confirmed="yes")
        act(operator, pause, "lift", confirmed="yes")

        job = MediaJob.objects.get(clip=clip, kind="render")
        assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)
        assert "waits, runs or is done" in act(operator, clip, "take_up", confirmed="yes").content.decode()
        assert not SendingPause.objects.exists()

    def test_does_nothing_for_who_is_no_operator(self, owner: Person, world: dict[str, Any]) -> None:
        event = dead_event(owner)

        assert act(signed_in(owner), event, "offer", confirmed="yes").status_code == 404

        event.refresh_from_db()
        assert event.dead_at is not None


def test_nothing_unknown_is_a_row(operator: Client) -> None:
    for address in (f"{list_address(Person)}{uuid7()}/change/", f"{list_address(Person)}nonsense/change/"):
        assert operator.get(address).status_code == 404
