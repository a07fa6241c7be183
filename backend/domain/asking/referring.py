"""'Ask somebody else': a colleague is asked in the place of the one who was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.candidates import Candidate, list_candidates
from backend.domain.asking.choosing import Choice, choose_alone
from backend.domain.asking.firing import new_ask, tell_asked
from backend.domain.asking.models import Ask
from backend.domain.asking.pushes import ask_push
from backend.domain.asking.reaching import Reachable, reached_of
from backend.domain.asking.reasons import referral_reason
from backend.domain.errors import NotAllowed
from backend.domain.saying import said
from backend.outbox.append import append


class UnableToRefer(NotAllowed):
    """The colleague cannot be asked now; the text says why."""


def ask_named_colleague(ask: Ask, colleague_id: UUID, *, reachable: Reachable, version: int, now: datetime) -> Ask:
    """
    Ask the colleague whom the person of `ask` named, at once and in the same wave.

    Whom nothing reaches is told in the inbox, and takes nobody's place: the next best is asked as well.
    Transaction: joins the caller's, which holds thread and round; appends `push.requested`.
    `ask.round` with all that `Climb` wants.

    :raises NotFound: no such person in the organisation.
    :raises UnableToRefer: they asked it, were asked before, do not work now, or hear enough of us already.
    """
    choose_alone(ask.organisation_id)
    people = tenancy.within_organisation(ask.organisation_id, Person).filter(is_active=True)
    colleague = tenancy.find_in(people, colleague_id)
    found = {one.person.pk: one for one in list_candidates(ask.round, now=now)}.get(colleague.pk)
    if found is None:
        raise UnableToRefer(why_not_again(ask, colleague))
    if not found.may_be_pushed:
        raise UnableToRefer(why_not_now(found, now=now))
    referred = replace(found, reason=referral_reason(colleague, referrer_name=ask.person.name))
    is_reached = colleague.pk in reached_of([colleague.pk], ask.round, reachable=reachable, now=now)
    return _ask_in_place(ask, Choice(referred, is_silent=not is_reached), version=version, now=now)


def _ask_in_place(ask: Ask, choice: Choice, *, version: int, now: datetime) -> Ask:
    wave = ask.wave
    wave.round = ask.round
    in_place = new_ask(wave, choice, rank=ask.rank, referred_by_id=ask.person_id, now=now)
    tenancy.create_many(Ask, [in_place])
    append(ask_push(in_place, asked_count=wave.asks.count(), version=version, now=now), now=now)
    tell_asked(wave, [in_place], now=now)
    return in_place


def why_not_again(ask: Ask, colleague: Person) -> str:
    """Return why this colleague, who is no candidate any more, cannot be asked in the place of `ask`."""
    if colleague.pk == ask.round.asker_id:
        return said("%(name)s is the one who asks.", name=colleague.name)
    if colleague.pk == ask.person_id:
        return said("You cannot name yourself.")
    return said("%(name)s was asked about this already.", name=colleague.name)


def why_not_now(found: Candidate, *, now: datetime) -> str:
    """Return why a candidate who may not be pushed cannot be asked right now."""
    name, hours = found.person.name, found.hours
    if not hours.is_on_shift(now):
        return said("%(name)s does not work right now.", name=name)
    if hours.is_quiet(now):
        return said("%(name)s wants no pushes at this time of the day.", name=name)
    if hours.is_busy(now):
        return said("%(name)s is busy right now.", name=name)
    return said("%(name)s has been asked as often as we may ask this week or shift.", name=name)
