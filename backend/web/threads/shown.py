"""What the page of a thread shows: the thread as whoever looks at it sees it, with what they may do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.actor import Actor
from backend.domain.asking.ladder import EVERYBODY
from backend.domain.asking.models import ASK_MOVES, Ask, AskStatus
from backend.domain.asking.waiting_clock import WaitingClock, waiting_clock
from backend.domain.clips.models import Clip
from backend.domain.clips.moments import ShownMoment
from backend.domain.clips.queries import open_upload_of
from backend.domain.clips.rejections import why_rejected
from backend.domain.clips.showing import ClipShown, show_clips
from backend.domain.clips.states import ClipStatus
from backend.domain.clips.upload_progress import percent_here
from backend.domain.corrections.models import Correction
from backend.domain.errors import NotFound
from backend.domain.hazards.covering import kinds_of
from backend.domain.hazards.models import Caution
from backend.domain.hazards.signing import certified_for
from backend.domain.saying import in_words
from backend.domain.threads.hold_answers import open_hold_check
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, Try
from backend.domain.threads.operations import chosen_moves
from backend.domain.threads.pointing import moment_of
from backend.domain.threads.queries import WholeThread, get_whole_thread
from backend.domain.threads.starting import is_ones_to_try
from backend.domain.threads.states import OPEN_STATUSES, SOLVED_STATUSES, ThreadStatus
from backend.domain.threads.tallies import Tally, tally_of
from backend.integrations.object_store import object_store
from backend.web.forms import PageForm
from backend.web.threads import words
from backend.web.threads.forms import AnswerForm, CommentForm, OutcomeForm, StartTryForm
from backend.web.threads.looked_at import ShownViewers
from backend.web.threads.referring import ShownReferral, show_referral

_TAKES_ANSWERS = OPEN_STATUSES | SOLVED_STATUSES | {ThreadStatus.PARKED}


@dataclass(frozen=True)
class ShownClip:
    """`percent`: of the upload while it arrives, of the rendering afterwards."""

    made: ClipShown
    percent: int | None

    @property
    def clip(self) -> Clip:
        return self.made.clip

    @property
    def is_playable(self) -> bool:
        return self.clip.playable_at is not None and self.clip.status != ClipStatus.REJECTED

    @property
    def why_rejected(self) -> str:
        return why_rejected(self.clip)

    @property
    def smallest_bytes(self) -> int | None:
        sizes = {kind: size for kind, size in self.made.sizes_bytes.items() if kind != "audio"}
        return min(sizes.values(), default=None)

    @property
    def largest_bytes(self) -> int | None:
        return max(self.made.sizes_bytes.values(), default=None)

    @property
    def audio_bytes(self) -> int | None:
        return next((size for kind, size in self.made.sizes_bytes.items() if kind == "audio"), None)


@dataclass(frozen=True)
class ShownTry:
    attempt: Try
    clip: ShownClip | None

    @property
    def outcome_words(self) -> Any:
        return words.OUTCOME.get(self.attempt.outcome, "")

    @property
    def tone(self) -> str:
        return words.OUTCOME_TONE.get(self.attempt.outcome, "accent")  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True)
class ShownSuggestion:
    """`try_form`: None while it cannot be tried by who looks; `may_sign`: they are certified for what is covered."""

    suggestion: Suggestion
    clip: ShownClip | None
    moment: ShownMoment | None
    tally: Tally
    tries: list[ShownTry]
    corrections: list[Correction]
    try_form: PageForm | None
    may_sign: bool

    @property
    def caution(self) -> Caution | None:
        return self.suggestion.caution

    @property
    def is_covered(self) -> bool:
        return self.caution is not None and self.caution.is_covered

    @property
    def hazards(self) -> list[Any]:
        kinds = sorted({word["kind"] for word in self.caution.words}) if self.caution else []
        return [words.HAZARD.get(kind, kind) for kind in kinds]


@dataclass(frozen=True)
class ShownThread:
    whole: WholeThread
    clip: ShownClip | None
    clock: WaitingClock | None
    suggestions: list[ShownSuggestion]
    own_ask: Ask | None  # what who looks was asked, and may still say something to
    refer: ShownReferral | None  # whom they could name in their place
    own_try: Try | None  # which runs
    hold_check: HoldCheck | None
    moves: list[tuple[str, Any]]
    answer_form: PageForm | None
    outcome_form: PageForm | None
    comment_form: PageForm
    is_asker: bool
    problems: list[str]  # of forms that have no place of their own for them, such as an answer that came too late

    @property
    def thread(self) -> Thread:
        return self.whole.thread

    @property
    def status_words(self) -> Any:
        return words.STATUS[self.thread.status]

    @property
    def tone(self) -> str:
        return words.STATUS_TONE.get(ThreadStatus(self.thread.status), "")

    @property
    def urgency_words(self) -> Any:
        return words.URGENCY[self.thread.urgency]

    @property
    def asks(self) -> Iterator[tuple[Ask, Any]]:
        for ask in self.whole.asked:
            yield ask, words.ASK[ask.status]

    @property
    def viewers(self) -> ShownViewers | None:
        """Who looked at it; None, too, while nobody did."""
        viewers = self.whole.viewers
        return ShownViewers(viewers) if viewers and viewers.openings else None

    @property
    def usual_minutes(self) -> int | None:
        usual = self.clock.usual if self.clock else None
        return max(1, round(usual.first_answer_s / 60)) if usual else None

    @property
    def next_wave_at_most(self) -> int | None:
        """How many are asked next, at most; None: the whole community, one who is named, or nobody more."""
        wave = self.clock.next_wave if self.clock else None
        return wave.size if wave and wave.size not in {1, EVERYBODY} else None

    @property
    def next_wave_words(self) -> str:
        wave = self.clock.next_wave if self.clock else None
        return in_words(wave.words) if wave else ""

    @property
    def is_open(self) -> bool:
        return self.thread.status in OPEN_STATUSES

    @property
    def is_solved(self) -> bool:
        return self.thread.status in SOLVED_STATUSES

    @property
    def is_asked(self) -> bool:
        return self.thread.status == ThreadStatus.ASKED


def show_thread(*, actor: Actor, thread_id: UUID, forms: dict[str, PageForm], now: datetime) -> ShownThread:
    """
    Return what the page of a thread shows to the actor. `forms`: those that were sent and refused, by their names.

    A constant number of queries.

    :raises NotFound: there is no such thread in the actor's organisation.
    """
    whole = get_whole_thread(actor=actor, thread_id=thread_id)
    thread = whole.thread
    clips = _clips_of(actor, whole)
    signable = _signable(actor, whole, now=now)
    own_try = next((attempt for attempt in _tries(whole) if _runs_for(attempt, actor)), None)
    own_ask = _own_ask(actor, whole)
    is_asker = thread.asker_id == actor.person_id
    suggestions = [
        _suggestion(one, clips, None if own_try else _try_form(actor, thread, one, forms), signable)
        for one in whole.suggestions
    ]
    answer_form, outcome_form = _answer_form(thread, forms), _outcome_form(own_try, forms)
    placed = [forms.get("comment"), answer_form, outcome_form, *(one.try_form for one in suggestions)]
    return ShownThread(
        whole=whole,
        clip=clips.get(thread.ask_clip_id) if thread.ask_clip_id else None,
        clock=_clock(actor, thread, now=now),
        suggestions=suggestions,
        own_ask=own_ask,
        refer=show_referral(actor=actor, thread_id=thread_id, now=now) if own_ask else None,
        own_try=own_try,
        hold_check=open_hold_check(actor=actor, thread=thread, now=now) if is_asker else None,
        moves=[(one.value, words.MOVE[one]) for one in chosen_moves(thread)] if is_asker or actor.may_curate else [],
        answer_form=answer_form,
        outcome_form=outcome_form,
        comment_form=forms.get("comment") or CommentForm(initial={"comment_id": uuid7()}, auto_id="comment-%s"),
        is_asker=is_asker,
        problems=[problem for form in forms.values() if form not in placed for problem in _problems_of(form)],
    )


def _problems_of(form: PageForm) -> Iterator[str]:
    for reasons in form.errors.values():
        yield from (str(reason) for reason in reasons)


def _tries(whole: WholeThread) -> Iterator[Try]:
    for suggestion in whole.suggestions:
        yield from suggestion.tries.all()


def _runs_for(attempt: Try, actor: Actor) -> bool:
    return not attempt.outcome and attempt.person_id == actor.person_id


def _clips_of(actor: Actor, whole: WholeThread) -> dict[UUID, ShownClip]:
    made = [
        whole.thread.ask_clip,
        *(suggestion.clip for suggestion in whole.suggestions),
        *(attempt.clip for attempt in _tries(whole)),
    ]
    clips = [clip for clip in made if clip is not None]
    shown = show_clips(actor=actor, clips=clips, store=object_store())
    return {clip_id: ShownClip(made, _percent(made.clip)) for clip_id, made in shown.items()}


def _percent(clip: Clip) -> int | None:
    if clip.status == ClipStatus.UPLOADING:
        upload = open_upload_of(clip)
        return percent_here(upload) if upload else None
    return clip.render_percent


def _clock(actor: Actor, thread: Thread, *, now: datetime) -> WaitingClock | None:
    if thread.status != ThreadStatus.ASKED:
        return None
    try:
        return waiting_clock(actor=actor, thread_id=thread.pk, now=now)
    except NotFound:
        return None  # it came from elsewhere, and was never asked here


def _own_ask(actor: Actor, whole: WholeThread) -> Ask | None:
    own = [ask for ask in whole.asked if ask.person_id == actor.person_id]
    return own[-1] if own and AskStatus.CLAIMED in _next_of(own[-1]) else None


def _next_of(ask: Ask) -> set[AskStatus]:
    status = AskStatus(ask.status)
    return {status} | ASK_MOVES[status]


def _suggestion(
    suggestion: Suggestion, clips: dict[UUID, ShownClip], try_form: PageForm | None, signable: set[UUID]
) -> ShownSuggestion:
    tries = list(suggestion.tries.all())
    return ShownSuggestion(
        suggestion=suggestion,
        clip=clips.get(suggestion.clip_id) if suggestion.clip_id else None,
        moment=moment_of(suggestion),
        tally=tally_of(tries),
        tries=[ShownTry(one, clips.get(one.clip_id) if one.clip_id else None) for one in tries],
        corrections=[one for one in suggestion.corrections.all() if one.status == "standing"],
        try_form=try_form,
        may_sign=suggestion.caution_id in signable,
    )


def _signable(actor: Actor, whole: WholeThread, *, now: datetime) -> set[UUID]:
    """Return the cautions that the actor may sign for, at least in part."""
    covered = [one.caution for one in whole.suggestions if one.caution and one.caution.is_covered]
    open_to = {one.pk: kinds_of(one) for one in covered if one.author_id != actor.person_id}
    kinds = sorted({kind for kinds in open_to.values() for kind in kinds})
    held = set(certified_for(actor, kinds, now=now)) if kinds else set()
    return {caution_id for caution_id, kinds in open_to.items() if held.intersection(kinds)}


def _try_form(actor: Actor, thread: Thread, suggestion: Suggestion, forms: dict[str, PageForm]) -> PageForm | None:
    if not is_ones_to_try(actor, thread, suggestion):
        return None
    sent = forms.get(f"try-{suggestion.pk}")
    new = {"try_id": uuid7(), "suggestion_id": suggestion.pk}
    return sent or StartTryForm(initial=new, auto_id=f"try-{suggestion.pk}-%s")


def _answer_form(thread: Thread, forms: dict[str, PageForm]) -> PageForm | None:
    if thread.status not in _TAKES_ANSWERS:
        return None
    new = {"suggestion_id": uuid7(), "seen_version": thread.version}
    return forms.get("answer") or AnswerForm(initial=new, auto_id="answer-%s")


def _outcome_form(own_try: Try | None, forms: dict[str, PageForm]) -> PageForm | None:
    if own_try is None:
        return None
    return forms.get("outcome") or OutcomeForm(initial={"try_id": own_try.pk}, auto_id="outcome-%s")
