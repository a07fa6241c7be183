from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.session_life import delete_expired_sessions, prolong_session
from tests import cast

pytestmark = pytest.mark.django_db


class TestProlongSession:
    def test_gives_a_session_in_use_its_whole_life_again(self, owner: Person) -> None:
        cast.session_token(owner)
        session, later = DeviceSession.objects.get(), timezone.now() + timedelta(days=30)

        prolong_session(session=session, now=later)

        assert DeviceSession.objects.get().expire_date == later + timedelta(days=90)

    def test_writes_nothing_within_a_day(self, owner: Person) -> None:
        cast.session_token(owner)
        session = DeviceSession.objects.get()

        prolong_session(session=session, now=timezone.now() + timedelta(hours=23))

        assert DeviceSession.objects.get().expire_date == session.expire_date


class TestDeleteExpiredSessions:
    def test_forgets_only_those_that_are_over(self, owner: Person, outsider: Person) -> None:
        cast.session_token(owner)
        cast.session_token(outsider)
        over = DeviceSession.objects.get(person=owner)
        over.expire_date = timezone.now() - timedelta(seconds=1)
        over.save()

        deleted = delete_expired_sessions(now=timezone.now())

        assert deleted == [over.session_key]
        assert [session.person_id for session in DeviceSession.objects.all()] == [outsider.pk]
