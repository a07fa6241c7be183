"""What a colleague knows: by their own word, confirmed, and by what tries have shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Skill
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import declare_skill
from backend.domain.asking.skills import confirm_skill, known_families, withdraw_skill_of
from backend.domain.equipment.models import Asset
from backend.domain.errors import NotAllowed, NotFound
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


class TestWhatAColleagueKnows:
    def test_tells_words_from_fixes_and_who_confirmed_it(
        self, supervisor: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        for days in (3, 1):
            at = now - timedelta(days=days)
            record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=at)
        boilers = declare_skill(actor=colleague.actor, family="gas boiler")
        declare_skill(actor=colleague.actor, family="Air cooled chiller")

        first = confirm_skill(actor=supervisor.actor, person_id=colleague.pk, skill_id=boilers.pk, now=now)
        again = confirm_skill(
            actor=supervisor.actor, person_id=colleague.pk, skill_id=boilers.pk, now=now + timedelta(days=1)
        )
        known = known_families(actor=supervisor.actor, person_id=colleague.pk)

        assert [(one.family, one.fixes_count, one.last_fixed_at) for one in known] == [
            ("air-cooled chiller", 2, now - timedelta(days=1)),
            ("gas boiler", 0, None),
        ]
        assert [one.skill.confirmed_by for one in known if one.skill] == [None, supervisor]
        assert (first.confirmed_at, again.confirmed_at) == (now, now)

    def test_keeps_what_fixes_show_when_the_word_is_withdrawn(
        self, supervisor: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=now)
        skill = declare_skill(actor=colleague.actor, family="air-cooled chiller")

        withdraw_skill_of(actor=supervisor.actor, person_id=colleague.pk, skill_id=skill.pk)

        (known,) = known_families(actor=supervisor.actor, person_id=colleague.pk)
        assert (known.skill, known.fixes_count) == (None, 1)

    def test_is_confirmed_and_withdrawn_by_who_leads_them_and_by_nobody_else(
        self, *, supervisor: Person, owner: Person, colleague: Person, outsider: Person, disabled: Person, now: datetime
    ) -> None:
        theirs = declare_skill(actor=colleague.actor, family="gas boiler")
        own = declare_skill(actor=supervisor.actor, family="gas boiler")
        left = Skill.objects.create(organisation=owner.organisation, person=disabled, family="gas boiler")
        outside = cast.new_person(outsider.site, "Ada Admin", Role.ADMIN)

        for actor, skill, why in (
            (owner, theirs, NotAllowed),
            (supervisor, own, NotAllowed),
            (supervisor, left, NotFound),
            (outside, theirs, NotFound),
        ):
            with pytest.raises(why):
                confirm_skill(actor=actor.actor, person_id=skill.person_id, skill_id=skill.pk, now=now)
        for actor, why in ((owner, NotAllowed), (outside, NotFound)):
            with pytest.raises(why):
                withdraw_skill_of(actor=actor.actor, person_id=colleague.pk, skill_id=theirs.pk)
        assert Skill.objects.filter(confirmed_at=None).count() == 3
