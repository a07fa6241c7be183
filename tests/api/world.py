"""One of everything that an organisation can own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from api_schema.events import PushRequested
from api_schema.ids import uuid7
from api_schema.media_jobs import SpeechOutcome, TimedCue, TranscribeResult
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.sessions import hash_token
from backend.domain.actor import Role
from backend.domain.asking.models import Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.clips.corrections import correct_cue
from backend.domain.clips.models import Cue, OrganisationTerm
from backend.domain.clips.transcripts import put_transcript
from backend.domain.corrections.models import Correction, Recall
from backend.domain.equipment.models import Asset
from backend.domain.flags.models import Flag
from backend.domain.hazards.models import Caution
from backend.domain.howtos.collecting import create_collection
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.insights.gaps import list_gaps
from backend.domain.insights.noting import note_search
from backend.domain.search.nicknames import add_nickname
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.domain.threads.waiting import fire_wave
from notifications import service as notifications
from tests import cast
from tests.api.arranged_people import arranged_people
from tests.plugins.replaying import replayed


@replayed
def ask_about(asset: Asset, asker: Person, title: str = "Chiller will not start") -> Thread:
    """Return a thread of `asker` with a clip that is on its way."""
    question = Question(asset_id=asset.pk, title=title, fault_code="E4", clip_id=uuid7())
    return ask(actor=asker.actor, thread_id=uuid7(), question=question, now=cast.NOW).thread


@replayed
def fire_first_wave(thread: Thread, peer: Person, asset: Asset) -> UUID:
    """Have `peer`, who fixed this before, asked about the thread; return the id of their ask."""
    record_verified_fix(person_id=peer.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=cast.NOW)
    wave = Wave.objects.get(round__thread_id=thread.pk, number=1)
    (one,) = fire_wave(organisation_id=thread.organisation_id, wave_id=wave.pk, now=cast.NOW)
    return one.pk


@replayed
def answer_and_try(thread: Thread, peer: Person, outcome: TryOutcome) -> tuple[Suggestion, Try]:
    """Have `peer` answer with text and clip, and the asker try it, with a clip and this outcome."""
    proposal = Proposal(text="Bleed the air.", clip_id=uuid7())
    suggestion = suggest(
        actor=peer.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=cast.NOW
    ).row
    asker = thread.asker.actor
    attempt = start_try(actor=asker, try_id=uuid7(), suggestion_id=suggestion.pk, clip_id=uuid7(), now=cast.NOW).row
    record_outcome(actor=asker, try_id=attempt.pk, outcome=Outcome(outcome=outcome), now=cast.NOW)
    return suggestion, attempt


def correct(suggestion: Suggestion, person: Person) -> Correction:
    """Return a correction of the suggestion, which stands."""
    return Correction.objects.create(
        organisation_id=person.organisation_id,
        suggestion=suggestion,
        author=person,
        severity="wrong",
        what="The valve is on the left.",
        why="It was moved in May.",
        procedure="Open the left valve.",
        corrected_at=cast.NOW,
    )


def flag_it(suggestion: Suggestion, person: Person) -> Flag:
    """Return a flag of the suggestion, which waits for `person`."""
    return Flag.objects.create(
        organisation_id=person.organisation_id,
        flagged_kind="suggestion",
        flagged_id=suggestion.pk,
        thread_id=suggestion.thread_id,
        author=suggestion.author,
        flagger=person,
        kind="wrong",
        due_owner=person,
        due_at=cast.NOW + timedelta(hours=4),
        remind_at=cast.NOW + timedelta(hours=4),
        flagged_at=cast.NOW,
    )


@replayed
def cover_an_answer(thread: Thread, peer: Person) -> Caution:
    """Have `peer` answer with something hazardous; return the caution that lies on it."""
    proposal = Proposal(text="Bridge the flow switch.")
    answer = suggest(actor=peer.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=cast.NOW)
    assert answer.row.caution is not None
    return answer.row.caution


@replayed
def correct_caption(thread: Thread) -> tuple[Cue, OrganisationTerm]:
    """Have the asker correct a caption of the thread's clip; return it, and the term that was learnt."""
    heard = TimedCue(0, 2_000, "This sea frame", 0.9)
    clip = thread.ask_clip
    assert clip is not None
    put_transcript(clip, TranscribeResult(SpeechOutcome.SPEECH, "pocketsphinx", "en", (heard,)), now=cast.NOW)
    cue = Cue.objects.get(clip=clip)
    said = "This Zephrane"
    asker = thread.asker.actor
    cue = correct_cue(actor=asker, clip_id=clip.pk, cue_id=cue.pk, text=said, version=0, now=cast.NOW)
    return cue, OrganisationTerm.objects.get(organisation_id=thread.organisation_id)


@replayed
def one_of_everything(asset: Asset, owner: Person, colleague: Person) -> dict[str, object]:
    """Return the id of one of each thing, by the name that the addresses of the API give it."""
    thread = ask_about(asset, owner)
    ask_id = fire_first_wave(thread, colleague, asset)
    suggestion, attempt = answer_and_try(thread, colleague, TryOutcome.FIXED)
    howto = draft_from_thread(organisation_id=owner.organisation_id, thread_id=thread.pk, now=cast.NOW)
    session = DeviceSession.objects.get(session_key=hash_token(cast.session_token(owner)))
    device = notifications.register_device(
        organisation_id=owner.organisation_id,
        person_id=owner.pk,
        session_id=session.session_key,
        kind="fid",
        value="an installation id",
        platform="ios",
        now=cast.NOW,
    )
    cue, term = correct_caption(thread)
    correction = correct(suggestion, owner)
    caution = cover_an_answer(thread, colleague)
    curator = replace(owner.actor, role=Role.CURATOR)
    nickname = add_nickname(actor=curator, said="the beast", means="AC-350", now=cast.NOW)
    assert howto is not None
    said = {"title": "Chillers", "description": "", "howto_ids": [howto.pk]}
    collection = create_collection(actor=curator, collection_id=uuid7(), **said, now=cast.NOW)  # type: ignore[arg-type]
    return {
        "session_id": session.session_key,
        "asset_id": asset.pk,
        "thread_id": thread.pk,
        "suggestion_id": suggestion.pk,
        "try_id": attempt.pk,
        "caution_id": caution.pk,
        "correction_id": correction.pk,
        "flag_id": flag_it(suggestion, owner).pk,
        "recall_id": Recall.objects.create(
            organisation_id=owner.organisation_id, suggestion=suggestion, begun_at=cast.NOW
        ).pk,
        "check_id": HoldCheck.objects.get(thread=thread, days=30).pk,
        "ask_id": ask_id,
        "clip_id": thread.ask_clip_id,
        "cue_id": cue.pk,
        "term_id": term.pk,
        "howto_id": howto.pk,
        "nickname_id": nickname.pk,
        "collection_id": collection.path.collection.pk,
        "gap_id": miss(owner),
        "device_id": device.id,
        **arranged_people(owner),
        "item_id": tell(owner, thread),
    }


def miss(person: Person) -> UUID:
    """Have `person` look for something in vain, now; return the gap that it shows."""
    now = timezone.now()
    note_search(actor=person.actor, words="vacuum pump coupling", hits=[], language="en", now=now)
    gaps = list_gaps(actor=replace(person.actor, role=Role.CURATOR), now=now)
    return next(gap.id for gap in gaps.items if gap.searches)


@replayed
def tell(person: Person, thread: Thread) -> UUID:
    """Tell a person of an answer; return the entry in their inbox."""
    push = PushRequested(
        organisation_id=person.organisation_id,
        recipient_id=person.pk,
        kind=PushKind.ANSWER,
        subject_id=thread.pk,
        dedupe_key="answer",
        title="There is an answer",
        body="Bleed the air.",
        requested_at=cast.NOW,
        data={"thread_id": str(thread.pk)},
    )
    with transaction.atomic():
        notifications.deliver(push=push, now=cast.NOW)
    page = notifications.list_inbox(organisation_id=person.organisation_id, person_id=person.pk)
    return page.entries[0].id
