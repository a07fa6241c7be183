"""Whom a fault would ask that nobody has: for those who look after the ladder. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from backend.domain.accounts.colleagues import colleague_named
from backend.domain.accounts.organisation_choices import own_organisation
from backend.domain.actor import Actor
from backend.domain.asking.ladder import Rung
from backend.domain.asking.ladder_rules import check_ladder, ladder_for
from backend.domain.asking.models import AskRound
from backend.domain.asking.planning import lay_out
from backend.domain.asking.preview import RungPreview, look_ahead, require_to_see_choosing
from backend.domain.asking.reaching import Reachable
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.queries import find_asset
from backend.domain.errors import InvalidInput
from backend.domain.saying import said

FURTHEST_AHEAD = timedelta(days=31)


@dataclass(frozen=True)
class ImaginedFault:
    """A fault as somebody could ask about it. `at`: when; None: now. `asker_id`: who; None: the actor."""

    asset_id: UUID
    urgency: str
    fault_code: str = ""  # as shown
    asker_id: UUID | None = None
    at: datetime | None = None


def preview_fault(
    *,
    actor: Actor,
    fault: ImaginedFault,
    rungs: Sequence[Rung] | None = None,
    reachable: Reachable,
    now: datetime,
) -> list[RungPreview]:
    """
    Return whom each wave of an imagined fault would ask, if all of them came at the moment when it is asked.

    `rungs`: a ladder to try out; None: the one that counts. What is known of people is what is known now.
    Tenancy: machine and asker are looked up in the actor's organisation. A constant number of queries.

    :raises NotFound: there is no such machine, or no such urgency.
    :raises NotAllowed: only those who may curate see how people are chosen.
    :raises InvalidInput: there is no such asker, `at` is over or too far ahead, or a rung cannot be.
    """
    require_to_see_choosing(actor)
    if fault.at is not None and not now - timedelta(minutes=1) <= fault.at <= now + FURTHEST_AHEAD:
        raise InvalidInput(
            at=said("Choose a moment from now on, at most %(most)s days ahead.", most=FURTHEST_AHEAD.days)
        )
    counting = ladder_for(actor=actor, urgency=fault.urgency).rungs
    if rungs is not None:
        check_ladder(rungs)
    at = fault.at or now
    round_ = _round(actor, fault, at=at)
    return look_ahead(round_, lay_out(round_, rungs or counting, from_at=at), reachable=reachable, now=at)


def _round(actor: Actor, fault: ImaginedFault, *, at: datetime) -> AskRound:
    asset = find_asset(actor=actor, asset_id=fault.asset_id)
    code = normalise_code(fault.fault_code)
    # Made of what was imagined: whoever looks twice sees the same, also where dice choose (`exploring.py`).
    imagined_id = uuid5(asset.pk, f"{fault.urgency} {code}")
    return AskRound(
        id=imagined_id,
        organisation=own_organisation(actor=actor),
        thread_id=imagined_id,
        asker=colleague_named(actor, fault.asker_id or actor.person_id, field="asker_id"),
        asset=asset,
        fault_code=code,
        urgency=fault.urgency,
        opened_at=at,
    )
