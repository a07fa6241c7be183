"""What a supervisor arranges for a person, and what the person says of themselves: one of each."""

from __future__ import annotations

from datetime import timedelta

from backend.domain.accounts.models import Person
from backend.domain.actor import Actor, Role
from backend.domain.asking.certifying import record_certification
from backend.domain.asking.communities import CommunityFacts, create_community
from backend.domain.asking.duty_turns import Turn, set_duty
from backend.domain.asking.holidays import Days, take_holiday
from backend.domain.asking.people import declare_skill
from tests import cast


def arranged_people(person: Person) -> dict[str, object]:
    """Return the ids, by the names that the addresses of the API give them."""
    leader = Actor(person.pk, person.organisation_id, Role.SUPERVISOR)
    facts = CommunityFacts("Chillers", champion_id=person.pk)
    community = create_community(actor=leader, facts=facts)
    starts_at = cast.NOW + timedelta(days=30)
    turn = Turn(person.pk, community.pk, starts_at, starts_at + timedelta(hours=12))
    holiday_begins = (cast.NOW + timedelta(days=60)).date()
    return {
        "person_id": person.pk,
        "community_id": community.pk,
        "turn_id": set_duty(actor=leader, turn=turn, now=cast.NOW).pk,
        "certification_id": record_certification(
            actor=leader, person_id=person.pk, name="F-gas", expires_on=None, now=cast.NOW
        ).pk,
        "skill_id": declare_skill(actor=person.actor, family="air-cooled chiller").pk,
        "holiday_id": take_holiday(actor=person.actor, days=Days(holiday_begins, holiday_begins), now=cast.NOW).pk,
    }
