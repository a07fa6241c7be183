"""The real backend on a free port, films rendered once by the real media worker, and a browser to watch them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from starlette.routing import Mount, Router
from starlette.staticfiles import StaticFiles

from backend.asgi import application
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import _open_store, object_store
from media_worker.backend_client import BackendClient
from tests import cast
from tests.domain.clips.worker import received_clip
from tests.made_once import MadeOnce
from tests.media_worker import footage, footage_matrix
from tests.serving import served
from tests.web.browser import Chromium, NoBrowser, running_chromium
from tests.web.player import Player
from tests.web.staged_render import Rendered, StagedRender, render

Arrive = Callable[[Rendered], "Film"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    try:
        with running_chromium() as browser:
            yield browser
    except NoBrowser as why:
        pytest.skip(str(why))


PAGES = Path(__file__).parent / "pages"


@pytest.fixture
def origin(transactional_db: None, settings: Settings) -> Iterator[str]:
    """The address of the running web process, which knows the tests' pages, too; every link it gives begins with it."""
    with served(Router([Mount("/player", StaticFiles(directory=PAGES)), Mount("", application)])) as address:
        settings.PUBLIC_URL = address
        _open_store.cache_clear()
        yield address
    _open_store.cache_clear()


@pytest.fixture
def player(chromium: Chromium, origin: str) -> Iterator[Player]:
    with chromium.tab() as tab:
        yield Player(tab, origin=origin)


@dataclass(frozen=True)
class Film:
    """A clip whose render is in the test's hands."""

    clip: Clip
    author: Person
    render: StagedRender
    origin: str

    def links(self) -> dict[str, Any]:
        """Return what the API tells its author of how to play it."""
        headers = {"X-Session-Token": cast.session_token(self.author)}
        answer = httpx.get(f"{self.origin}/api/v1/clips/{self.clip.id}/playback", headers=headers)
        answer.raise_for_status()
        return dict(answer.json())


@pytest.fixture
def arrive(owner: Person, origin: str, settings: Settings) -> Iterator[Arrive]:
    """Return a function that lets the owner's clip arrive, of which nothing is rendered yet."""
    with BackendClient(backend_url=origin, worker_key=settings.WORKER_KEY) as backend:

        def arrived(rendered: Rendered) -> Film:
            store = object_store()
            assert isinstance(store, LocalStore)
            with transaction.atomic():
                clip = received_clip(owner, store, now=timezone.now())
            return Film(clip, owner, StagedRender(clip, rendered, backend), origin)

        yield arrived


class Footage:
    """Has each film rendered once for all tests, when the first one asks for it."""

    def __init__(self, made_once: MadeOnce) -> None:
        self._made_once = made_once

    @cached_property
    def wide(self) -> Rendered:
        """Eight seconds of 1280×720 with a tone: the picture is cut at 2 and 6 s."""
        return self._rendered("wide", lambda place: footage.film(place / "wide.mp4", size="1280x720", seconds=8))

    @cached_property
    def with_crumb(self) -> Rendered:
        """A small film whose picture has a last segment of one frame."""
        return self._rendered("with_crumb", lambda place: footage.film(place / "crumbs.mp4", seconds=10 + 1 / 30))

    @cached_property
    def long(self) -> Rendered:
        """Half a minute, small, with a tone."""
        return self._rendered(
            "long", lambda place: footage.film(place / "long.mp4", size="160x120", seconds=30, rate=10)
        )

    @cached_property
    def upright(self) -> Rendered:
        """A second of grey with a red corner, of a phone that was held upright: 240×320, stored lying."""
        lying = footage_matrix.film()
        return self._rendered("upright", footage_matrix.rewrap(lying, before=("-display_rotation:v:0", "90")))

    @cached_property
    def voice_note(self) -> Rendered:
        """Three seconds of a tone."""
        return self._rendered("voice_note", lambda place: footage.record_voice_note(place / "note.m4a", seconds=3))

    def _rendered(self, name: str, film: Callable[[Path], Path]) -> Rendered:
        return self._made_once(f"films/{name}", lambda place: render(film(place), work_dir=place / "work"))


@pytest.fixture(scope="session")
def films(made_once: MadeOnce) -> Footage:
    return Footage(made_once)
