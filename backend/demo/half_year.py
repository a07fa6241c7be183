"""The demo organisation's last half year: FaultTalk's faults, lived through by its people at its sites."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from backend.demo.faulttalk import FaultTalkThread
from backend.demo.finding import find_demo_organisation, wait_for_other_runs
from backend.demo.lasting_ids import lasting_id
from backend.demo.reliving import Telling, machine_of, relive
from backend.demo.sign_ins import address_of, read_organisation
from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.actor import Actor
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.howtos.releasing import release
from backend.domain.search.settling import indexed_once
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.models import HoldCheck, Thread
from backend.live.purging import purge_old_events

_SPAN = timedelta(days=180)
_NEWEST = timedelta(hours=6)  # so that the last is over by now
_CHECKED_AFTER = timedelta(hours=2)  # how long after the question an asker says that it still runs
_RELEASED_AFTER = timedelta(days=2)
_RELEASED_ONE_IN = 3
_TOLD_EVERY = 10  # threads

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Cast:
    organisation: Organisation
    sites: list[Site]
    technicians: list[Actor]
    curator: Actor

    def experts(self, fault: FaultTalkThread) -> list[Actor]:
        """Return who knows this trade: always the same two."""
        first = zlib.crc32(fault.trade.encode()) % len(self.technicians)
        return [self.technicians[first], self.technicians[(first + 3) % len(self.technicians)]]

    def asker(self, fault: FaultTalkThread, number: int) -> Actor:
        """Return one of those who do not know this trade."""
        others = [person for person in self.technicians if person not in self.experts(fault)]
        return others[number % len(others)]


def load_half_year(faults: Sequence[FaultTalkThread], *, now: datetime, say: Say) -> int:
    """
    Let the demo organisation live through `faults`, evenly over the half year before `now`. Return how many are new.

    What is told comes from no film: the description and the note hold what was said. Each thread is in English.
    Every third fix has a released how-to, the others a draft. Askers have answered every question whether it held.
    Transaction: one for each thread, with all that follows from it; an interrupted run goes on where it was.
    Idempotent: a thread that is there is left as it is, also when two runs go on at the same time.

    :raises NoDemoOrganisation: there is none to live through them.
    """
    cast = _find_cast()
    new_count = 0
    for number, (fault, at) in enumerate(zip(faults, _moments(len(faults), now=now), strict=True)):
        new_count += _live_through(fault, number, cast, at=at, now=now)
        if (number + 1) % _TOLD_EVERY == 0 or number + 1 == len(faults):
            say(f"{number + 1} of {len(faults)}: {fault.title}")
    purge_old_events(now=now)  # nobody watched
    return new_count


def _find_cast() -> _Cast:
    organisation = find_demo_organisation()
    sites = tenancy.within_organisation(organisation.pk, Site).order_by("name", "pk")
    addresses = [address_of(row["name"]) for row in read_organisation()["people"]]
    people = tenancy.within_organisation(organisation.pk, Person).filter(email__in=addresses, is_active=True)
    actors = [person.actor for person in people.order_by("email")]
    return _Cast(
        organisation=organisation,
        sites=list(sites),
        technicians=[actor for actor in actors if not actor.may_curate],
        curator=next(actor for actor in actors if actor.may_curate),
    )


def _moments(count: int, *, now: datetime) -> Iterator[datetime]:
    for number in range(count):
        yield now - _NEWEST - _SPAN * (count - 1 - number) / count


@indexed_once()
def _live_through(fault: FaultTalkThread, number: int, cast: _Cast, *, at: datetime, now: datetime) -> bool:
    wait_for_other_runs(cast.organisation)
    thread_id = lasting_id(cast.organisation, f"{fault.key}/{fault.title}")
    same = Q(pk=thread_id) | Q(title=fault.title, asset__tag=fault.asset_tag)  # some are in `organisation.json`, too
    if tenancy.within_organisation(cast.organisation.pk, Thread).filter(same).exists():
        return False
    asker = cast.asker(fault, number)
    fixed_at = relive(
        fault,
        thread_id=thread_id,
        asset=machine_of(fault, organisation=cast.organisation, site=cast.sites[number % len(cast.sites)]),
        asker=asker,
        peers=cast.experts(fault),
        telling=Telling(description=fault.ask_transcript, note=fault.try_transcript),
        now=at,
    )
    _write_how_to(thread_id, cast, wants_release=number % _RELEASED_ONE_IN == 0, fixed_at=fixed_at, now=now)
    _say_that_it_held(thread_id, asker, now=now)
    return True


def _write_how_to(thread_id: UUID, cast: _Cast, *, wants_release: bool, fixed_at: datetime, now: datetime) -> None:
    howto = draft_from_thread(organisation_id=cast.organisation.pk, thread_id=thread_id, now=fixed_at)
    released_at = fixed_at + _RELEASED_AFTER
    if howto is not None and wants_release and released_at <= now:
        release(actor=cast.curator, howto_id=howto.pk, version_number=1, now=released_at)


def _say_that_it_held(thread_id: UUID, asker: Actor, *, now: datetime) -> None:
    checks = tenancy.within(asker, HoldCheck).filter(thread_id=thread_id, due_at__lte=now - _CHECKED_AFTER)
    for check in checks.order_by("due_at"):
        said_at = check.due_at + _CHECKED_AFTER
        answer_hold_check(actor=asker, thread_id=thread_id, check_id=check.pk, has_held=True, now=said_at)
