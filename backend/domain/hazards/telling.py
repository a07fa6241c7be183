"""Who is told that advice waits for a signature."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce

from django.utils.translation import gettext, gettext_noop

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.asking.certifying import valid_certifications
from backend.domain.asking.hours_kept import hours_of
from backend.domain.hazards.kinds import HazardKind
from backend.domain.hazards.models import Caution
from backend.domain.hazards.words import Hazard
from backend.outbox.append import append

_NAMES = {
    HazardKind.ELECTRICITY: gettext_noop("electricity"),
    HazardKind.ISOLATION: gettext_noop("isolation"),
    HazardKind.GAS: gettext_noop("gas"),
    HazardKind.PRESSURE: gettext_noop("pressure"),
    HazardKind.HEIGHTS: gettext_noop("heights"),
    HazardKind.HOT_WORK: gettext_noop("hot work"),
    HazardKind.CONFINED_SPACE: gettext_noop("confined space"),
    HazardKind.MOVING_PARTS: gettext_noop("moving parts"),
}


def ask_certified(
    caution: Caution,
    hazards: Mapping[HazardKind, Hazard],
    *,
    kinds: Collection[str],
    is_urgent: bool,
    now: datetime,
) -> None:
    """
    Ask those who are certified for one of `kinds`, on shift, to read and sign; without one on shift, all of them.

    It waits in their inbox; a phone rings when a machine is down or somebody is in danger.
    Transaction: required; appends `push.requested`. Each hears of one hazard of one cover once; of a cover that comes
    back after somebody signed, again.
    """
    wanted = {hazards[HazardKind(kind)].certification.casefold() for kind in kinds}
    people = _certified(caution, wanted, now=now)
    hours = hours_of(people, now=now)
    on_shift = [person for person in people if hours[person.pk].is_on_shift(now)]
    for person in on_shift or people:
        with in_their_language(person.language):
            title = gettext("Read and sign: %(title)s") % {"title": caution.title}
            body = gettext("An answer speaks of %(hazards)s. It is covered until somebody certified has signed.")
            body %= {"hazards": _named(kinds)}
        push = PushRequested(
            organisation_id=caution.organisation_id,
            recipient_id=person.pk,
            kind=PushKind.SAFETY,
            subject_id=caution.pk,
            dedupe_key=f"caution:{caution.pk}:{','.join(kinds)}:{caution.covered_at.isoformat()}",
            title=title,
            body=body,
            requested_at=now,
            urgency=PushUrgency.HIGH if is_urgent else PushUrgency.NORMAL,
            data={"thread_id": str(caution.thread_id), "caution_id": str(caution.pk)},
            is_silent=not is_urgent,
        )
        append(push, now=now)


def _certified(caution: Caution, wanted: Collection[str], *, now: datetime) -> list[Person]:
    held = valid_certifications(caution.organisation_id, now=now).values_list("name", "person_id")
    ids = {person_id for name, person_id in held if name.casefold() in wanted} - {caution.author_id}
    return list(tenancy.within_organisation(caution.organisation_id, Person).filter(pk__in=ids).order_by("pk"))


def _named(kinds: Iterable[str]) -> str:
    names = [gettext(_NAMES[HazardKind(kind)]) for kind in kinds]
    return reduce(lambda these, this: gettext("%(these)s and %(this)s") % {"these": these, "this": this}, names)
