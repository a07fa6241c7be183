"""Who is told that advice waits for a signature."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.asking.certifying import valid_certifications
from backend.domain.asking.hours_kept import hours_of
from backend.domain.hazards.kinds import HazardKind, hazards_in_words
from backend.domain.hazards.models import Caution
from backend.domain.hazards.words import Hazard
from backend.domain.saying import both, in_words
from backend.outbox.append import append


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
            body %= {"hazards": in_words(both(hazards_in_words(kinds)))}
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
