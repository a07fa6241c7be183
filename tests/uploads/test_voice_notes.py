"""A voice note that answers a notification: its bytes come later, under the reply's own id, without a session."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from uuid import UUID

import pytest
from django.utils import timezone
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.uploader.uploader import Uploader

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import move_thread
from backend.domain.threads.states import ThreadStatus
from notifications import service
from tests.api.calls import post
from tests.api.world import ask_about, fire_first_wave
from tests.lock_screen import a_reply, lock_screen, register_phone, session_of, token_of, token_on
from tests.uploads.conftest import PhoneOf, PhoneWith
from tests.uploads.phone import FILM, UPLOADS
from tests.uploads.proxy import BadLink, Fault, Trouble


@pytest.fixture
def thread(transactional_db: None, owner: Person, colleague: Person, asset: Asset) -> Thread:
    """A thread of the owner, about which the colleague was asked."""
    thread = ask_about(asset, owner)
    fire_first_wave(thread, colleague, asset)
    return thread


@pytest.fixture
def token(thread: Thread, colleague: Person) -> str:
    return token_of(colleague)


def say(token: str) -> UUID:
    """Announce a voice note from the lock screen, and return its id."""
    reply = a_reply(token, "voice")
    answer = post(lock_screen(), "/replies", reply)
    assert (answer.status_code, answer.json()["clip_id"]) == (201, reply["id"])
    return UUID(reply["id"])


def tus(address: str, token: str) -> TusClient:
    return TusClient(address + UPLOADS, headers={"Authorization": f"Reply {token}"})


def note(client: TusClient, clip_id: UUID, *, url: str | None = None) -> Uploader:
    told = {
        "clip_id": str(clip_id),
        "sha256": hashlib.sha256(FILM).hexdigest(),
        "filename": "note.m4a",
        "filetype": "audio/mp4",
    }
    return client.uploader(file_stream=io.BytesIO(FILM), chunk_size=100_000, metadata=told, url=url)


def refusal(client: TusClient, clip_id: UUID) -> int:
    """Return the status that refuses to begin this upload."""
    with pytest.raises(TusCommunicationError) as failure:
        note(client, clip_id).upload()
    return int(failure.value.status_code)


class TestVoiceNote:
    def test_arrives_behind_its_reply(self, address: str, token: str, colleague: Person) -> None:
        clip_id = say(token)

        note(tus(address, token), clip_id).upload()

        clip = Clip.objects.get(pk=clip_id)
        suggestion = Suggestion.objects.get()
        assert (clip.status, clip.sha256) == ("processing", hashlib.sha256(FILM).hexdigest())
        assert (suggestion.clip_id, suggestion.author_id, clip.author_id) == (clip_id, colleague.pk, colleague.pk)

    def test_goes_on_where_the_link_broke(self, link: BadLink, token: str) -> None:
        clip_id = say(token)
        uploader = note(tus(link.address, token), clip_id)
        uploader.retries = 5
        uploader.retry_delay = 0.1  # type: ignore[assignment]  # said to be whole seconds; it is slept
        link.plan(Trouble(Fault.RESET, 30_000))

        uploader.upload()

        assert link.is_calm
        assert Clip.objects.get(pk=clip_id).status == "processing"

    def test_goes_on_another_day(self, address: str, token: str) -> None:
        clip_id = say(token)
        first = note(tus(address, token), clip_id)
        first.upload(stop_at=100_000)

        second = note(tus(address, token), clip_id, url=first.url)
        begins_at = second.offset
        second.upload()

        assert begins_at == 100_000
        assert Clip.objects.get(pk=clip_id).status == "processing"

    def test_is_kept_for_a_fault_that_was_fixed_meanwhile(
        self, address: str, token: str, thread: Thread, now: datetime
    ) -> None:
        Thread.objects.filter(pk=thread.pk).update(
            status="fixed", fixed_at=now, remedy="Reset it.", next_owner=None, next_due_at=None
        )
        clip_id = say(token)

        note(tus(address, token), clip_id).upload()

        assert Suggestion.objects.get().came_after_fixed
        assert Clip.objects.get(pk=clip_id).status == "processing"


class TestToken:
    """It sends the bytes of the notes that its own replies announced. Everything else is refused and leaves nothing."""

    @pytest.fixture(autouse=True)
    def _nothing_arrives(self, thread: Thread) -> object:
        clips = Clip.objects.count()
        yield
        assert Upload.objects.count() == 0
        assert Clip.objects.count() == clips

    def test_sends_nothing_before_its_reply(self, address: str, token: str) -> None:
        assert refusal(tus(address, token), uuid7()) == 404

    def test_sends_nothing_when_it_is_made_up(self, address: str, thread: Thread) -> None:
        assert refusal(tus(address, "made-up"), uuid7()) == 401

    def test_sends_no_piece(self, phone_with: PhoneWith, token: str) -> None:
        headers = {"Authorization": f"Reply {token}", "Upload-Length": "5", "Upload-Concat": "partial"}

        answer = phone_with(None).request("POST", UPLOADS, headers=headers)

        assert answer.json()["code"] == "not_found"

    def test_sends_nothing_for_a_thread_that_was_closed(
        self, address: str, token: str, owner: Person, thread: Thread, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.WITHDRAWN, now=now)
        reply = a_reply(token, "voice")

        answer = post(lock_screen(), "/replies", reply).json()

        assert (answer["result"], answer["clip_id"]) == ("not_needed", None)
        assert refusal(tus(address, token), UUID(reply["id"])) == 404


class TestAnothersNote:
    def test_is_not_sent_by_the_token_of_another_push(
        self, address: str, token: str, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        clip_id = say(token)
        fire_first_wave(ask_about(asset, owner, "Pump is loud"), colleague, asset)
        other = token_of(colleague)

        assert other != token
        assert refusal(tus(address, other), clip_id) == 404

    def test_is_not_sent_by_the_same_persons_other_phone(self, address: str, thread: Thread, colleague: Person) -> None:
        phone, tablet = register_phone(colleague, "phone"), register_phone(colleague, "tablet")
        clip_id = say(token_on(phone))

        assert refusal(tus(address, token_on(tablet)), clip_id) == 404

    def test_is_not_sent_by_somebody_elses_token(
        self, address: str, token: str, owner: Person, colleague: Person
    ) -> None:
        clip_id = say(token)
        owners = token_of(owner, PushKind.ANSWER)

        assert refusal(tus(address, owners), clip_id) == 404

    def test_is_neither_read_nor_ended_with_a_token(
        self, address: str, token: str, colleague: Person, phone_of: PhoneOf, phone_with: PhoneWith
    ) -> None:
        film = phone_of(colleague).begin()
        clip_id = say(token)
        voice = note(tus(address, token), clip_id)
        voice.upload(stop_at=100_000)
        phone = phone_with(None)
        permit = {"Authorization": f"Reply {token}"}

        answers = [
            phone.request("HEAD", film, headers=permit),
            phone.request(
                "PATCH",
                film,
                headers={**permit, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
                content=b"mine",
            ),
            phone.request("DELETE", str(voice.url).removeprefix(address), headers=permit),
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 401]
        assert Upload.objects.get(clip_id=clip_id).status == "open"


class TestSignOut:
    def test_stops_a_note_that_is_on_its_way(self, address: str, token: str, colleague: Person) -> None:
        clip_id = say(token)
        uploader = note(tus(address, token), clip_id)
        uploader.upload(stop_at=100_000)
        service.forget_session(session_id=session_of(colleague), now=timezone.now())

        with pytest.raises(TusCommunicationError) as failure:
            uploader.upload()

        assert failure.value.status_code == 401
        assert Clip.objects.get(pk=clip_id).status == "uploading"

    def test_of_somebody_who_was_removed(self, address: str, token: str, colleague: Person) -> None:
        clip_id = say(token)
        Person.objects.filter(pk=colleague.pk).update(is_active=False)

        assert refusal(tus(address, token), clip_id) == 401

    def test_leaves_the_session_the_better_right(
        self, address: str, token: str, colleague: Person, phone_of: PhoneOf
    ) -> None:
        clip_id = say(token)
        service.forget_session(session_id=session_of(colleague), now=timezone.now())

        answer = phone_of(colleague).create(clip_id=clip_id, file_name="note.m4a", media_type="audio/mp4")

        assert answer.status_code == 201
