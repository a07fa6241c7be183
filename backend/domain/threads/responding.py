"""What a person says to being asked: I'm on it, not me, not now, never this, ask somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.languages import in_their_language
from backend.domain.actor import Actor
from backend.domain.asking.models import ASK_MOVES, Ask, AskStatus
from backend.domain.asking.reaching import Reachable, everybody
from backend.domain.asking.referring import ask_named_colleague
from backend.domain.asking.responses import claim, decline, own_ask, thread_of_own_ask
from backend.domain.asking.standing import latest_round
from backend.domain.errors import IllegalMove
from backend.domain.saying import said
from backend.domain.state_words import state_in_words
from backend.domain.threads.models import Thread
from backend.domain.threads.owning import lock_thread, settle_owner
from backend.outbox.append import append


@dataclass(frozen=True)
class AskResponse:
    """`to`: claimed or one of `DECLINED`. `refer_to_id`: who should be asked instead, with `referred` only."""

    to: AskStatus
    refer_to_id: UUID | None = None
    wants_call: bool = False  # with `claimed`: its caller tells the asker whom to call, see `call_requests`


@transaction.atomic
def respond(
    *, actor: Actor, ask_id: UUID, response: AskResponse, reachable: Reachable = everybody, now: datetime
) -> Ask:
    """
    Take what the actor says to being asked.

    A claim holds the next wave for ten minutes, makes the thread theirs and tells the asker by name. Who is busy is
    not asked for an hour. "Not my kit" counts against them for this family. "Ask somebody else" asks the named
    colleague at once. Else whoever is next best takes the place; when nobody is left, the next wave is due now.
    Tenancy: the ask is looked up in the actor's organisation, and must be theirs. `reachable`: who would hear of an ask
    outside the inbox; a colleague who would not takes nobody's place.
    Transaction: opens its own. Idempotent: the same response again changes nothing, but that "I'm on it" after the ten
    minutes are over holds anew.

    :raises NotFound: the actor was not asked this, or the colleague is not there.
    :raises IllegalMove: the ask is answered, cancelled or declined already.
    :raises UnableToRefer: the colleague cannot be asked now; nothing has changed.
    """
    thread_id = thread_of_own_ask(actor=actor, ask_id=ask_id)
    thread = lock_thread(organisation_id=actor.organisation_id, thread_id=thread_id)
    round_ = latest_round(organisation_id=actor.organisation_id, thread_id=thread_id)
    ask = own_ask(actor=actor, ask_id=ask_id)
    if _is_said(ask, response, now=now):
        return ask
    if thread is None or round_ is None or ask.round_id != round_.pk:
        detail = said("This ask is %(state)s already.", state=state_in_words(ask.status))
        raise IllegalMove(detail, state=ask.status, allowed=_allowed_later(ask))
    ask.round = round_
    _take(ask, response, thread, reachable=reachable, now=now)
    settle_owner(thread, round_, now=now)
    return ask


def has_run_out(ask: Ask, *, now: datetime) -> bool:
    """Return whether this is a claim that holds nothing any more."""
    return ask.claimed_until is not None and ask.claimed_until <= now


def _is_said(ask: Ask, response: AskResponse, *, now: datetime) -> bool:
    """Return whether this is what their ask says already."""
    if ask.status != response.to or has_run_out(ask, now=now):
        return False
    return ask.status != AskStatus.CLAIMED or ask.wants_call == response.wants_call


def _allowed_later(ask: Ask) -> list[str]:
    return sorted(ASK_MOVES[AskStatus(ask.status)] & {AskStatus.ANSWERED})


def _take(ask: Ask, response: AskResponse, thread: Thread, *, reachable: Reachable, now: datetime) -> None:
    if response.to is AskStatus.CLAIMED:
        claim(ask, wants_call=response.wants_call, now=now)
        if not response.wants_call:
            append(_claimed_push(ask, thread, now=now), now=now)
        return
    if response.refer_to_id is not None and AskStatus.REFERRED in ASK_MOVES[AskStatus(ask.status)]:
        ask_named_colleague(ask, response.refer_to_id, reachable=reachable, version=thread.version, now=now)
    decline(ask, to=response.to, now=now)


def _claimed_push(ask: Ask, thread: Thread, *, now: datetime) -> PushRequested:
    person = ask.person
    with in_their_language(thread.asker.language):
        title = gettext("%(name)s is on it") % {"name": person.name.split(maxsplit=1)[0]}
        body = gettext("%(name)s, %(job_title)s, is working on an answer: %(title)s")
    return PushRequested(
        organisation_id=ask.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.CLAIMED,
        subject_id=thread.pk,
        dedupe_key=f"claimed:{ask.pk}:{ask.claimed_until:%Y%m%dT%H%M%S}",
        title=title,
        body=body % {"name": person.name, "job_title": person.job_title, "title": thread.title},
        requested_at=now,
        urgency=PushUrgency.HIGH,
        ttl_s=600,  # as long as the claim holds
        data={"thread_id": str(thread.pk)},
        version=thread.version,
    )
