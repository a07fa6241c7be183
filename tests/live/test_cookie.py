"""A page of ours watches a thread by the cookie of its browser, and by nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
from django.conf import settings
from django.utils import timezone

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.threads.models import Thread

SignIn = Callable[[Person], str]


def watch(address: str, thread: Thread, cookie: str | None, *, query: str = "") -> tuple[int, str]:
    """Return how the stream is answered: its status, and the code of a refusal or the first line of the stream."""
    cookies = {settings.SESSION_COOKIE_NAME: cookie} if cookie is not None else {}
    with (
        httpx.Client(cookies=cookies) as browser,
        browser.stream("GET", f"{address}/api/v1/threads/{thread.pk}/events{query}") as answer,
    ):
        if answer.status_code == 200:
            return 200, next(answer.iter_lines()).partition(":")[0]
        answer.read()
        return answer.status_code, str(answer.json()["code"])


def test_the_cookie_opens_the_stream_while_its_session_lives_and_only_within_its_organisation(
    address: str, thread: Thread, owner: Person, outsider: Person, sign_in: SignIn
) -> None:
    own, over = sign_in(owner), sign_in(owner)
    latest = DeviceSession.objects.order_by("-created_at").first()
    assert latest is not None
    DeviceSession.objects.filter(pk=latest.pk).update(expire_date=timezone.now() - timedelta(seconds=1))

    seen = {
        "own": watch(address, thread, own),
        "missing": watch(address, thread, None),
        "empty": watch(address, thread, ""),
        "made up": watch(address, thread, "x" * 32),
        "over": watch(address, thread, over),
        "of another organisation": watch(address, thread, sign_in(outsider)),
        "beside a ticket that is none": watch(address, thread, own, query="?ticket=made-up"),
    }
    DeviceSession.objects.all().delete()

    assert seen == {
        "own": (200, "retry"),
        "missing": (401, "not_signed_in"),
        "empty": (401, "not_signed_in"),
        "made up": (401, "session_expired"),
        "over": (401, "session_expired"),
        "of another organisation": (404, "not_found"),
        "beside a ticket that is none": (401, "session_expired"),
    }
    assert watch(address, thread, own) == (401, "session_expired")
