"""Who was asked by a push, and lost the device that it was for, or left: others need not wait for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.asking.models import Ask, AskStatus, RoundStatus
from backend.domain.asking.planning import wake

_WHY = "a push service tells of devices of many organisations; each person is matched to their own"


def look_again(people: Collection[tuple[UUID, UUID]], *, now: datetime) -> None:
    """
    Have every ladder looked at that waits for one of these people, who have a device less or left; `Climb` finds out
    whether anything reaches them still.

    Tenancy: `people` as pairs of organisation and person; nothing else of the organisation is touched.
    Transaction: joins the caller's; appends `wave.due`, one a thread. A look that finds nothing changes nothing.
    """
    asks = tenancy.across_organisations(Ask, why=_WHY).filter(
        person_id__in={person_id for _, person_id in people},
        organisation_id__in={organisation_id for organisation_id, _ in people},
        status=AskStatus.ASKED,
        is_silent=False,
        round__status=RoundStatus.OPEN,
    )
    waves = {ask.round_id: ask.wave for ask in asks.select_related("wave")}
    for wave in waves.values():
        wake(wave, now=now)
