"""The phones page over HTTP: the page itself, its news as server-sent events, and what pressing does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from backend.embedded.local_fcm.page.backend_door import Backend, Came
from backend.embedded.local_fcm.page.phones import LockScreen, Phones, Push, Told
from backend.embedded.local_fcm.page.rendering import HERE, render_page, render_screen
from backend.embedded.local_fcm.requests import BadOrder, json_of, refusing

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_MOST_TEXT = 700  # characters; a reply is at most 1 kB
_HEARTBEAT_S = 15.0
_OPENED = Came(is_taken=True, sentence="opened in the app")
_ORDERS = 0  # no phone has this number


@dataclass
class PhonesPage:
    """The page of `phones`, whose buttons answer to `backend`."""

    phones: Phones
    backend: Backend
    backend_url: str
    _listeners: set[asyncio.Queue[int]] = field(default_factory=set)
    _errands: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.phones.on_shown = self._tell_delivered
        self.phones.on_change = self._changed

    def routes(self) -> list[BaseRoute]:
        """Return the page's addresses."""
        return [
            Route("/", lambda _: RedirectResponse("/phones")),
            Route("/phones", self.page),
            Route("/phones/events", self.events),
            Route("/phones/{number:int}", refusing(self.screen)),
            Route("/phones/{number:int}/pushes/{push_id}", refusing(self.press), methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    async def page(self, _request: Request) -> Response:
        return HTMLResponse(render_page(self.phones.screens, backend_url=self.backend_url), headers=_HEADERS)

    async def screen(self, request: Request) -> Response:
        return HTMLResponse(render_screen(self._screen(request)), headers=_HEADERS)

    async def press(self, request: Request) -> Response:
        """Press a button: a real reply, or for `open` a real receipt."""
        body = await json_of(request)
        screen, action, text = self._screen(request), str(body.get("action", "")), str(body.get("text", "")).strip()
        push = screen.find(request.path_params["push_id"])
        if push is None:
            raise BadOrder("This notification is gone.")
        if len(text) > _MOST_TEXT:
            raise BadOrder(f"At most {_MOST_TEXT} characters fit into a notification's answer.")
        came = _OPENED if action == "open" else await self._reply(screen, push, action, text)
        after = BackgroundTask(self._send_receipt, screen, push, "opened")
        self._changed(screen)
        return JSONResponse({"told": came.sentence, "is_taken": came.is_taken}, background=after)

    async def events(self, _request: Request) -> Response:
        """Say which phone changed, as it happens; 0: it is what FCM shall answer that did."""
        return StreamingResponse(self._news(), headers=_HEADERS, media_type="text/event-stream")

    def _screen(self, request: Request) -> LockScreen:
        number = request.path_params["number"]
        found = [screen for screen in self.phones.screens if screen.number == number]
        if not found:
            raise BadOrder("There is no such phone.")
        return found[0]

    async def _reply(self, screen: LockScreen, push: Push, action: str, text: str) -> Came:
        came = await self.backend.reply(
            token=push.drawn.reply_token, action=action, text=text, seen_version=push.drawn.version
        )
        push.told.append(Told(came.sentence, is_refused=not came.is_taken))
        push.is_answered = push.is_answered or came.is_taken
        if action == "voice" and came.clip_id:
            self._run(self._send_voice_note(screen, push, came.clip_id))
        return came

    def _tell_delivered(self, screen: LockScreen, push: Push) -> None:
        self._run(self._send_receipt(screen, push, "delivered"))

    async def _send_voice_note(self, screen: LockScreen, push: Push, clip_id: str) -> None:
        came = await self.backend.send_voice_note(token=push.drawn.reply_token, clip_id=clip_id)
        push.told.append(Told(came.sentence, is_refused=not came.is_taken))
        self._changed(screen)

    def _run(self, errand: Coroutine[None, None, None]) -> None:
        """Let `errand` go on by itself; nobody waits for it."""
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)  # the loop alone would let go of it
        task.add_done_callback(self._errands.discard)

    async def _send_receipt(self, screen: LockScreen, push: Push, kind: str) -> None:
        if kind in push.receipts or not push.drawn.reply_token:
            return
        if await self.backend.receipt(token=push.drawn.reply_token, kind=kind):
            push.receipts.append(kind)
            self._changed(screen)

    def tell_orders(self) -> None:
        """Let whoever looks at the page read the orders anew."""
        self._announce(_ORDERS)

    def _changed(self, screen: LockScreen) -> None:
        self._announce(screen.number)

    def _announce(self, number: int) -> None:
        for listener in self._listeners:
            listener.put_nowait(number)

    async def _news(self) -> AsyncIterator[str]:
        listener: asyncio.Queue[int] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    yield f"data: {await asyncio.wait_for(listener.get(), _HEARTBEAT_S)}\n\n"
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._listeners.discard(listener)
