"""A browser that is told things: it registers after a tap, shows pushes, and answers from them without any page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import set_availability
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Reply, Thread
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.states import ThreadStatus
from backend.domain.threads.waiting import fire_wave
from backend.settings.web_push import WebPush
from notifications.models import Delivery, Device
from tests.fakes.fcm import FakeFcm
from tests.settings.test_web_push import KEY
from tests.web.browser import Chromium, Profile, Tab
from tests.web.firebase_web import API_KEY, FirebaseWeb
from tests.web.pages.notified import NotifiedWorker, soon
from tests.web.pages.phones import phone_of
from tests.working_off import work_off

# No push service can be reached here: this one call of the browser is replaced, by what it would answer.
SUBSCRIBED = """() => {
  const address = { endpoint: "https://push.example/1", keys: { auth: "BTBZMqHH6r4Tts7J_aSIgg", p256dh: "BP4z9Ks" } };
  PushManager.prototype.subscribe = async ({ userVisibleOnly }) => {
    if (!userVisibleOnly) throw new Error("a push that shows nothing");
    return { ...address, toJSON: () => address };
  };
}"""


@dataclass(frozen=True)
class Told:
    """The colleague's phone, whose browser is told things; no page of Cuppa is open on it."""

    phone: Profile
    tab: Tab
    worker: NotifiedWorker
    fcm: FakeFcm
    firebase: FirebaseWeb
    origin: str
    thread: Thread
    ask_id: UUID

    def push(self) -> dict[str, Any]:
        """Let whatever FCM took last arrive; return what stands on the screen then."""
        work_off()
        message, receipts_count = self.fcm.accepted[-1].message, self.worker.receipts_count()
        self.worker.deliver(message)
        if "reply_token" in message["data"]:
            # Whoever looks while a notification is being put up makes Chromium drop it: it is up when this is told.
            soon(lambda: self.worker.receipts_count() > receipts_count)
        return soon(self.worker.shown)[0]


def asked_now(owner: Person, colleague: Person, asset: Asset) -> tuple[Thread, UUID]:
    """Return a thread of this minute, and the id of the colleague's ask, who is on shift whatever the minute is."""
    now = timezone.now()
    everyday = (1, 2, 3, 4, 5, 6, 7)
    set_availability(actor=colleague.actor, week_days=everyday, shift_starts=time(0), shift_ends=time(23, 59, 59))
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
    thread = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread
    record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=now)
    wave = Wave.objects.get(round__thread_id=thread.pk, number=1)
    (one,) = fire_wave(organisation_id=thread.organisation_id, wave_id=wave.pk, now=now)
    return thread, one.pk


@pytest.fixture
def told(
    chromium: Chromium,
    origin: str,
    owner: Person,
    colleague: Person,
    asset: Asset,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[Told]:
    """The colleague has tapped "Tell me here", closed the page, and is asked."""
    with FirebaseWeb().serving() as firebase, FakeFcm() as fcm, phone_of(colleague, chromium, origin) as phone:
        settings.WEB_PUSH = WebPush(API_KEY, "cuppa-test", "1:23:web:45", KEY, firebase.url, firebase.url)
        settings.FIREBASE_CREDENTIALS, settings.FCM_URL = str(fcm.write_key(tmp_path / "key.json")), fcm.url
        phone.allow_notifications(origin)
        tab = phone.open_tab()
        tab.show(f"{origin}/my/notifications")
        tab.wait_until_shown('[data-part="begin"]')
        tab.run(SUBSCRIBED)
        tab.tap('[data-part="begin"]')
        tab.wait_until_shown('[data-part="end"]')
        device = Device.objects.get()
        assert (device.person_id, device.platform, device.kind) == (colleague.pk, "web", "fid")
        assert firebase.registered[device.value]["endpoint"] == "https://push.example/1"
        worker = NotifiedWorker(phone, origin)
        tab.show("about:blank")
        yield Told(phone, tab, worker, fcm, firebase, origin, *asked_now(owner, colleague, asset))
        assert tab.complaints == []


class TestToldInABrowser:
    def test_claims_from_the_notification_with_no_page_open_once_there_is_a_line(self, told: Told) -> None:
        asked = told.push()
        soon(lambda: Delivery.objects.get().delivered_at)
        told.push()
        assert len(told.worker.shown()) == 1  # the same push again

        told.phone.lose_network()
        told.worker.tap(asked["tag"], "claim")
        (kept,) = told.worker.shown()
        replies_meanwhile = Reply.objects.count()
        told.phone.lose_network(is_lost=False)
        told.worker.send_replies()
        reply = soon(Reply.objects.first)
        answered = soon(lambda: [one for one in told.worker.shown() if one["body"] != kept["body"]])

        assert asked["actions"] == ["I'm on it", "Not me"]
        assert "when there is a line" in kept["body"]
        assert replies_meanwhile == 0
        assert (reply.action, reply.result) == ("claim", "claimed")
        assert Ask.objects.get(pk=told.ask_id).status == "claimed"
        assert "You are on it" in answered[0]["body"]

    def test_lets_go_of_a_reply_that_will_never_be_right(
        self, told: Told, client_of: Callable[[None], APIClient]
    ) -> None:
        asked = told.push()
        told.phone.lose_network()
        told.worker.tap(asked["tag"], "claim")
        (kept,) = told.worker.kept_replies()
        taken = {"id": kept["id"], "token": kept["token"], "action": "pass"}
        posted = client_of(None).post("/api/v1/replies", taken, format="json")
        told.phone.lose_network(is_lost=False)
        told.worker.send_replies()
        soon(lambda: not told.worker.kept_replies())

        assert posted.status_code == 201
        assert told.worker.shown()[0]["body"] == "This id already names something else; choose a new one."

    def test_leads_the_page_that_is_open_and_makes_no_sound_a_second_time(self, told: Told) -> None:
        told.tab.show(f"{told.origin}/inbox")
        asked = told.push()
        (message,) = [one.message for one in told.fcm.accepted]
        soon(lambda: Delivery.objects.get().delivered_at)

        opened = told.worker.tap(asked["tag"])
        told.tab.wait_for("(thread) => location.pathname === `/threads/${thread}`", str(told.thread.pk))
        receipts_count = told.worker.receipts_count()
        told.worker.deliver(message)
        soon(lambda: told.worker.receipts_count() > receipts_count)
        while_looked_at = told.worker.shown()
        told.tab.show("about:blank")
        told.worker.deliver(message)
        (again,) = soon(told.worker.shown)

        assert (asked["silent"], asked["actions"]) == (False, ["I'm on it", "Not me"])
        assert opened == []
        assert while_looked_at == []
        assert (again["silent"], again["tag"]) == (True, asked["tag"])

    def test_is_taken_back_when_it_is_settled_and_leads_to_the_inbox_when_it_is_tapped(
        self, told: Told, owner: Person
    ) -> None:
        asked = told.push()
        soon(lambda: Delivery.objects.get().delivered_at)

        move_thread(actor=owner.actor, thread_id=told.thread.pk, to=ThreadStatus.WITHDRAWN, now=timezone.now())
        told.push()
        (settled,) = soon(lambda: [one for one in told.worker.shown() if one["silent"]])
        opened = told.worker.tap(settled["tag"])

        assert (settled["tag"], settled["silent"], settled["actions"]) == (asked["tag"], True, [])
        assert opened == ["/inbox"]

    def test_registers_again_by_itself_and_is_told_nothing_of_whoever_signed_out(self, told: Told) -> None:
        told.firebase.registered.clear()
        told.worker.change_address(SUBSCRIBED)
        assert list(told.firebase.registered) == [Device.objects.get().value]

        told.push()
        told.tab.show(f"{told.origin}/menu")

        told.tab.tap('main form[action="/sign-out"] button')
        told.tab.wait_for("() => location.pathname === '/sign-in'")

        assert Device.objects.count() == 0
        soon(lambda: not told.worker.shown())
        told.worker.deliver(told.fcm.accepted[-1].message)  # it was on its way
        (late,) = soon(told.worker.shown)
        assert (late["title"], late["body"], late["actions"]) == ("There is something for you in Cuppa.", "", [])
