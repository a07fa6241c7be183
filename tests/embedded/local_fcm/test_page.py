"""The phones page over HTTP; what its buttons reach is a server that speaks for the backend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.embedded.local_fcm.page.backend_door import Backend
from backend.embedded.local_fcm.page.phones import Phone, Phones
from backend.embedded.local_fcm.page.views import PhonesPage
from tests.embedded.local_fcm.messages import ask
from tests.embedded.local_fcm.sender import Sender
from tests.embedded.processes import wait_for
from tests.fakes.fcm import FakeFcm
from tests.serving import served


@dataclass
class BackendSide:
    """What came to the backend's two addresses for phones, and what it answers."""

    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    status: int = 201
    says: dict[str, Any] = field(default_factory=lambda: {"result": "claimed", "message": "You are on it."})

    async def take(self, request: Request) -> Response:
        self.came.append((request.url.path, await request.json()))
        if request.url.path.endswith("/receipts"):
            return Response(status_code=204)
        return JSONResponse(self.says, status_code=self.status)

    def replies(self) -> list[dict[str, Any]]:
        return [body for path, body in self.came if path == "/api/v1/replies"]

    def receipts(self) -> list[str]:
        return [event["kind"] for path, body in self.came if path == "/api/v1/receipts" for event in body["events"]]


@pytest.fixture
def side() -> BackendSide:
    return BackendSide()


@pytest.fixture
def backend_url(side: BackendSide) -> Iterator[str]:
    routes = [Route(f"/api/v1/{name}", side.take, methods=["POST"]) for name in ("replies", "receipts")]
    with served(Starlette(routes=routes)) as address:
        yield address


@pytest.fixture
def fcm(backend_url: str) -> Iterator[FakeFcm]:
    """An FCM with a page of two phones, the first a person's whose name is no HTML."""
    phones = Phones.of(
        [Phone("phone-1", "android", "<b>Petra</b>", "Technician"), Phone("phone-2", "ios", "Colin", "Technician")]
    )
    page = PhonesPage(phones, Backend(backend_url), backend_url)
    server = FakeFcm(page.routes())
    server.on_accepted, server.on_ordered = phones.receive, page.tell_orders
    with server:
        yield server


def press(http: httpx.Client, action: str, *, push: str = "push-1", phone: int = 1, **more: str) -> httpx.Response:
    return http.post(f"/phones/{phone}/pushes/{push}", json={"action": action, **more})


class TestPage:
    def test_shows_everybodys_phone_and_takes_no_name_for_html(self, http: httpx.Client) -> None:
        page = http.get("/phones").text

        assert page.count("<article") == 2
        assert "&lt;b&gt;Petra&lt;/b&gt;" in page
        assert "<b>Petra" not in page

    def test_shows_a_push_with_its_words_and_buttons_and_takes_none_for_html(
        self, http: httpx.Client, sender: Sender
    ) -> None:
        sender.send(ask(title="<script>alert(1)</script>"))

        phone = http.get("/phones/1").text

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in phone
        assert "<script>" not in phone
        assert "Asking you because you fixed E4 before. 3 were asked." in phone
        assert re.findall(r'data-action="(\w+)"', phone) == [
            "claim", "call_me", "busy", "not_my_kit", "refer", "pass", "voice",
        ]  # fmt: skip
        assert 'placeholder="Answer …"' in phone

    @pytest.mark.parametrize("path", ["/phones", "/phones/1"])
    def test_allows_nothing_from_elsewhere(self, http: httpx.Client, path: str) -> None:
        policy = http.get(path).headers["Content-Security-Policy"]

        assert "default-src 'none'; script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy

    def test_needs_nothing_that_is_not_served_here(self, http: httpx.Client) -> None:
        addresses = re.findall(r'(?:src|href)="(/[^"]+)"', http.get("/phones").text)

        assert sorted(addresses) == ["/static/icon.svg", "/static/phones.css", "/static/phones.js"]
        assert [http.get(address).status_code for address in addresses] == [200, 200, 200]

    def test_knows_no_other_phone(self, http: httpx.Client) -> None:
        assert http.get("/phones/3").json() == {"problem": "There is no such phone."}

    def test_tells_which_phone_changed_as_it_happens(self, http: httpx.Client, sender: Sender) -> None:
        with http.stream("GET", "/phones/events") as news:
            lines = news.iter_lines()
            next(lines)
            http.post("/control/orders", json={"answer": "UNREGISTERED"})
            sender.send(ask(address="phone-1"))  # refused: no phone changes, but what is ordered does
            sender.send(ask(address="phone-2"))
            data = (line for line in lines if line.startswith("data:"))
            told = [next(data), next(data), next(data)]

        assert news.headers["Content-Type"].startswith("text/event-stream")
        assert told == ["data: 0", "data: 0", "data: 2"]


class TestDelivered:
    def test_is_told_the_backend_by_the_token_of_the_push_once(self, side: BackendSide, sender: Sender) -> None:
        for _ in range(2):
            sender.send(ask())

        wait_for(lambda: bool(side.came))

        assert side.came == [("/api/v1/receipts", {"token": "a-reply-token", "events": [{"kind": "delivered"}]})]


class TestPress:
    def test_sends_a_reply_by_the_token_of_the_push_under_a_new_id(
        self, http: httpx.Client, sender: Sender, side: BackendSide
    ) -> None:
        sender.send(ask(version="7"))

        told = [press(http, "claim").json(), press(http, "answer", text="  Clean the paddle. ").json()]

        first, second = side.replies()
        assert (first["token"], first["action"], first["seen_version"]) == ("a-reply-token", "claim", 7)
        assert (second["action"], second["text"]) == ("answer", "Clean the paddle.")
        assert first["id"] != second["id"]
        assert told == [{"told": "claimed: You are on it.", "is_taken": True}] * 2
        assert "claimed: You are on it." in http.get("/phones/1").text
        wait_for(lambda: sorted(side.receipts()) == ["delivered", "opened"])

    def test_opens_the_app_without_a_reply(self, http: httpx.Client, sender: Sender, side: BackendSide) -> None:
        sender.send(ask())

        assert press(http, "open").json() == {"told": "opened in the app", "is_taken": True}

        wait_for(lambda: sorted(side.receipts()) == ["delivered", "opened"])
        assert side.replies() == []

    def test_shows_why_the_backend_refused(self, http: httpx.Client, sender: Sender, side: BackendSide) -> None:
        side.status, side.says = 401, {"code": "reply_token_invalid", "detail": "This phone was signed out."}
        sender.send(ask())

        told = press(http, "claim").json()

        phone = http.get("/phones/1").text
        assert told == {"told": "401 reply_token_invalid: This phone was signed out.", "is_taken": False}
        assert ("answered" in phone, 'class="told refused"' in phone) == (False, True)

    @pytest.mark.parametrize(
        ("push", "phone", "text", "problem"),
        [
            ("push-9", 1, "", "This notification is gone."),
            ("push-1", 2, "", "This notification is gone."),
            ("push-1", 7, "", "There is no such phone."),
            ("push-1", 1, "x" * 701, "At most 700 characters fit into a notification's answer."),
        ],
    )
    def test_refuses_what_no_phone_could_do(
        self, http: httpx.Client, sender: Sender, side: BackendSide, push: str, phone: int, text: str, problem: str
    ) -> None:
        sender.send(ask())

        refused = press(http, "answer", push=push, phone=phone, text=text)

        assert (refused.status_code, refused.json()) == (400, {"problem": problem})
        assert side.replies() == []

    def test_refuses_a_form_that_another_page_could_send(self, http: httpx.Client, sender: Sender) -> None:
        sender.send(ask())

        refused = http.post("/phones/1/pushes/push-1", data={"action": "claim"})

        assert refused.json() == {"problem": "Content-Type: application/json was expected"}


class TestBackendThatIsDown:
    @pytest.fixture
    def backend_url(self) -> str:
        return "http://127.0.0.1:1"

    def test_is_told_on_the_phone_and_the_button_stays(self, http: httpx.Client, sender: Sender) -> None:
        sender.send(ask())

        told = press(http, "claim").json()["told"]

        assert told == "The backend does not answer (ConnectError); press again."
        assert 'data-action="claim"' in http.get("/phones/1").text
