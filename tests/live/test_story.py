"""One fault from the question to the answer, watched by its asker over a link that breaks twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from api_schema.media_jobs import JobKind, Progress
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.clips.results import record_progress
from backend.domain.clips.upload_beginning import begin_upload
from backend.domain.clips.upload_noting import record_stored_bytes
from backend.domain.clips.uploads import finish_upload, take_lease
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.integrations.local_store import LocalStore
from backend.live.models import LiveEvent
from tests import cast
from tests.api.calls import post
from tests.api.world import ask_about, fire_first_wave
from tests.domain.clips.worker import SPOKEN, Worker, transcript, write_object
from tests.live.watcher import Block, watching
from tests.lock_screen import a_reply, lock_screen, token_of

SignIn = Callable[[Person], str]


class Story:
    """What happens, step by step, each by the product's own operation in a transaction of its own."""

    def __init__(self, thread: Thread, peer: Person, asset: Asset, store: LocalStore) -> None:
        self.thread, self.peer, self.asset, self.store = thread, peer, asset, store

    def ask_and_be_seen(self) -> None:
        fire_first_wave(self.thread, self.peer, self.asset)
        self.token = token_of(self.peer)
        assert (
            post(lock_screen(), "/receipts", {"token": self.token, "events": [{"kind": "opened"}]}).status_code == 204
        )

    def say(self, action: str, **more: str) -> None:
        assert post(lock_screen(), "/replies", a_reply(self.token, action, **more)).status_code == 201

    def upload(self) -> None:
        clip_id, owner = self.thread.ask_clip_id, self.thread.asker.actor
        assert clip_id is not None
        upload = begin_upload(actor=owner, clip_id=clip_id, declared_bytes=1_000, now=cast.NOW)
        lease = take_lease(upload=upload, now=cast.NOW)
        record_stored_bytes(upload=upload, lease=lease, stored_bytes=400, now=cast.NOW)
        write_object(self.store, "original", 1_000)
        kept = {"stored_bytes": 1_000, "sha256": "0" * 64, "object_key": "original"}
        finish_upload(actor=owner, upload_id=upload.pk, **kept, now=cast.NOW)  # type: ignore[arg-type]

    def begin_captions(self) -> None:
        clip = Clip.objects.get(thread_id=self.thread.pk)
        Worker.claim(clip, self.store, now=cast.NOW).render(now=cast.NOW)
        self.worker = Worker.claim(clip, self.store, now=cast.NOW, kind=JobKind.TRANSCRIBE)
        early = Progress(10, transcript=transcript(SPOKEN[:1]))
        record_progress(**self.worker.proof, progress=early, store=self.store, now=cast.NOW)

    def complete_captions(self) -> None:
        self.worker.transcribe(now=cast.NOW)


@pytest.fixture
def story(transactional_db: None, owner: Person, colleague: Person, asset: Asset, tmp_path: Path) -> Story:
    store = LocalStore(tmp_path / "objects", public_url="http://127.0.0.1:8000")
    return Story(ask_about(asset, owner), colleague, asset, store)


def make_recent() -> None:
    """Let what was told at the cast's hour have been told just now: nobody resumes after a day."""
    LiveEvent.objects.update(created_at=timezone.now())


def told(thread: Thread) -> list[str]:
    """Return the cursor of everything that was told of the thread, in order."""
    rows = LiveEvent.objects.filter(thread_id=thread.pk).order_by("id").values_list("xid", "id")
    return [f"{xid}-{pk}" for xid, pk in rows]


class TestAStoryOverALinkThatBreaks:
    def test_is_heard_whole_once_and_in_order(self, address: str, story: Story, owner: Person, sign_in: SignIn) -> None:
        token, heard = sign_in(owner), list[Block]()
        with watching(address, story.thread.pk, token) as watcher:
            already = len(told(story.thread))  # before the page was opened
            story.ask_and_be_seen()
            story.say("claim")
            heard += watcher.wait_for_events(len(told(story.thread)) - already)

        story.upload()  # nobody listens
        make_recent()
        with watching(address, story.thread.pk, token, since=heard[-1].cursor) as watcher:
            story.begin_captions()
            watcher.wait_for_events(len(told(story.thread)) - already - len(heard))
            heard += watcher.events[:2]  # the link broke while the third was on its way

        story.complete_captions()
        make_recent()
        with watching(address, story.thread.pk, token, since=heard[-1].cursor) as watcher:
            story.say("answer", text="Bleed the air.")
            heard += watcher.wait_for_events(len(told(story.thread)) - already - len(heard))

        kinds = list(dict.fromkeys(block.kind for block in heard))
        named = ["asked", "seen", "claimed", "uploading", "captions", "answered"]
        assert [block.cursor for block in heard] == told(story.thread)[already:]
        assert [kind for kind in kinds if kind in named] == named
        assert next(block.data for block in heard if block.kind == "claimed")["name"] == "Colin Colleague"
        assert next(block.data for block in heard if block.kind == "uploading")["stored_bytes"] == 400
        assert [block.data["is_complete"] for block in heard if block.kind == "captions"] == [False, True]
