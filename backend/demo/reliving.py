"""A resolved fault lived through once more, by the product's own operations: asked, answered, tried, fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from django.db import transaction

from api_schema.ids import uuid7
from backend.demo.faulttalk import FaultTalkThread
from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Site
from backend.domain.actor import Actor
from backend.domain.equipment.models import Asset, AssetModel
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try

_ANSWERED_AFTER = timedelta(minutes=7)
_A_TRY_TAKES = timedelta(minutes=25)


@dataclass(frozen=True)
class Telling:
    """How the asker tells of the fault and of what fixed it: in clips, in writing, or both."""

    ask_clip_id: UUID | None = None
    try_clip_id: UUID | None = None
    description: str = ""
    note: str = ""


def machine_of(fault: FaultTalkThread, *, organisation: Organisation, site: Site) -> Asset:
    """Return the machine that `fault` is about; it stands at `site` when nobody had it before."""
    assets = tenancy.within_organisation(organisation.pk, Asset).select_related("asset_model", "site")
    known = assets.filter(tag=fault.asset_tag).first()
    return known or add_asset(asset_model=_model_of(fault, organisation), site=site, tag=fault.asset_tag)


def _model_of(fault: FaultTalkThread, organisation: Organisation) -> AssetModel:
    models = tenancy.within_organisation(organisation.pk, AssetModel)
    known = models.filter(make=fault.make, name=fault.model).first()
    return known or add_asset_model(
        organisation=organisation, make=fault.make, name=fault.model, family=fault.trade, fault_codes={}
    )


@transaction.atomic
def relive(
    fault: FaultTalkThread,
    *,
    thread_id: UUID,
    asset: Asset,
    asker: Actor,
    peers: Sequence[Actor],
    telling: Telling,
    now: datetime,
) -> datetime:
    """
    Ask about `fault`, let `peers` suggest in turn, and try what they say until it is fixed. Return when it was.

    Transaction: joins the caller's or opens its own: the whole story or nothing of it.
    """
    question = Question(
        asset_id=asset.pk,
        title=fault.title,
        description=telling.description,
        fault_code=fault.fault_code,
        clip_id=telling.ask_clip_id,
    )
    ask(actor=asker, thread_id=thread_id, question=question, now=now)
    answered_at = now + _ANSWERED_AFTER
    suggestion_ids = _let_suggest(fault, thread_id, peers, now=answered_at)
    return _try_until_fixed(fault, suggestion_ids, asker, telling, now=answered_at)


def _let_suggest(fault: FaultTalkThread, thread_id: UUID, peers: Sequence[Actor], *, now: datetime) -> list[UUID]:
    suggestion_ids = [uuid7() for _ in fault.suggestions]
    for suggestion_id, advice, peer in zip(suggestion_ids, fault.suggestions, cycle(peers), strict=False):
        suggest(
            actor=peer, suggestion_id=suggestion_id, thread_id=thread_id, proposal=Proposal(text=advice.text), now=now
        )
    return suggestion_ids


def _try_until_fixed(
    fault: FaultTalkThread, suggestion_ids: Sequence[UUID], asker: Actor, telling: Telling, *, now: datetime
) -> datetime:
    # What did not help came first, or nobody would have tried it.
    offered = zip(fault.suggestions, suggestion_ids, strict=True)
    for advice, suggestion_id in sorted(offered, key=lambda one: one[0].worked):
        clip_id = telling.try_clip_id if advice.worked else None
        try_id = uuid7()
        start_try(
            actor=asker,
            try_id=try_id,
            suggestion_id=suggestion_id,
            clip_id=clip_id,
            acknowledges_caution=True,  # whoever tried it then had read what it says
            now=now,
        )
        now += _A_TRY_TAKES
        record_outcome(actor=asker, try_id=try_id, outcome=_outcome(fault, advice.worked, telling), now=now)
    return now


def _outcome(fault: FaultTalkThread, worked: bool, telling: Telling) -> Outcome:
    minutes = int(_A_TRY_TAKES.total_seconds() // 60)
    if not worked:
        return Outcome(TryOutcome.NO, minutes=minutes)
    return Outcome(
        TryOutcome.FIXED,
        note=telling.note,
        minutes=minutes,
        parts=fault.component,
        problem=fault.problem,
        cause=fault.cause,
        remedy=fault.remedy,
    )
