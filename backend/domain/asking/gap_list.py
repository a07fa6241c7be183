"""The end of the ladder: nobody answered, and somebody looks after it on the next working day."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.ladder import PEERS, Audience
from backend.domain.asking.ladder_rules import rungs_for
from backend.domain.asking.models import ROUND_MOVES, WAVE_MOVES, Ask, AskRound, RoundStatus, Wave, WaveStatus
from backend.domain.asking.naming import tell_owner
from backend.domain.asking.planning import plan_waves
from backend.domain.asking.pushes import unanswered_push
from backend.domain.asking.reaching import Reachable
from backend.domain.asking.reasons import named_reason
from backend.domain.asking.standing import gap_owner, next_working_day
from backend.domain.states import move
from backend.outbox.append import append


def put_on_gap_list(
    wave: Wave, *, next_shift_at: datetime | None, reachable: Reachable, version: int, now: datetime
) -> None:
    """
    End the ladder: the round is unanswered, its asker and its new owner are told. A late answer still ends that.

    When no peer was asked at all, because nobody was at work, the ladder begins anew at `next_shift_at` instead; once.
    Transaction: joins the caller's; appends `push.requested`. `wave.round` with all that `Climb` wants.
    """
    round_ = wave.round
    if next_shift_at is not None and not _was_anybody_asked(round_):
        move(wave, WAVE_MOVES, to=WaveStatus.SKIPPED)
        rungs = rungs_for(organisation_id=round_.organisation_id, urgency=round_.urgency)
        plan_waves(round_, rungs, first_number=wave.number + 1, from_at=next_shift_at)
        return
    owner = gap_owner(round_, now=now)
    is_silent = True
    if owner.pk != round_.asker_id:
        why = named_reason(owner, Audience.GAP_LIST)
        told = tell_owner(wave, owner, why=why, reachable=reachable, version=version, now=now)
        is_silent = told.is_silent
    move(wave, WAVE_MOVES, to=WaveStatus.FIRED, fired_at=now, names_id=owner.pk, is_silent=is_silent)
    move(round_, ROUND_MOVES, to=RoundStatus.UNANSWERED)
    due_at = next_working_day(owner, now=now)
    append(unanswered_push(round_, owner, due_at=due_at, version=version, now=now), now=now)


def _was_anybody_asked(round_: AskRound) -> bool:
    """Return whether a peer was asked in this round, or its ladder began anew once already."""
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(round=round_, wave__audience__in=PEERS)
    waves = tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_)
    began_anew = waves.filter(audience=Audience.GAP_LIST, status=WaveStatus.SKIPPED)
    return asks.exists() or began_anew.exists()


def list_gaps(*, actor: Actor) -> QuerySet[AskRound]:
    """
    Return what nobody could answer, newest first: rounds with `since`, `asked_count` and, as `gap_waves`, whose it is.

    Everybody of the organisation may read them: whoever knows an answer may still give it.
    """
    ends = tenancy.within(actor, Wave).filter(audience=Audience.GAP_LIST, status=WaveStatus.FIRED)
    return (
        tenancy.within(actor, AskRound)
        .filter(status=RoundStatus.UNANSWERED)
        .select_related("asset__asset_model", "asset__site", "asker__site")
        .prefetch_related(Prefetch("waves", queryset=ends.select_related("names__site"), to_attr="gap_waves"))
        .annotate(
            asked_count=Count("asks", distinct=True),
            since=Max("waves__fired_at", filter=Q(waves__audience=Audience.GAP_LIST)),
        )
        .order_by("-opened_at", "-pk")
    )
