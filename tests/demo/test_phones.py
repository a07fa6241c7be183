"""The demo people's phones."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.demo.organisation import load_demo_organisation
from backend.demo.phones import list_phones
from backend.demo.registering import register_demo_phones
from backend.domain.accounts.models import DeviceSession, Organisation
from notifications.models import Device


class TestListPhones:
    def test_gives_everybody_one_of_their_own_and_mixes_the_sorts(self) -> None:
        phones = list_phones()

        assert len({phone.address for phone in phones}) == len({phone.owner.name for phone in phones}) == 8
        assert {(phone.kind, phone.platform) for phone in phones} == {
            ("token", "android"),
            ("fid", "ios"),
            ("token", "web"),
        }


@pytest.mark.django_db
class TestRegisterDemoPhones:
    @pytest.fixture(autouse=True)
    def demo(self, now: datetime) -> None:
        load_demo_organisation(now=now)

    def test_reaches_everybody_and_keeps_their_sessions_over_starts(self, now: datetime) -> None:
        counts = [register_demo_phones(now=now) for _ in range(2)]

        assert counts == [8, 8]
        assert Device.objects.count() == 8
        assert set(Device.objects.values_list("session_id", flat=True)) == set(
            DeviceSession.objects.filter(device_name="Demo phone").values_list("session_key", flat=True)
        )

    def test_signs_a_phone_in_anew_that_was_signed_out(self, now: datetime) -> None:
        register_demo_phones(now=now)
        DeviceSession.objects.filter(person__email="asha@northgate.example").delete()

        register_demo_phones(now=now)

        assert DeviceSession.objects.filter(device_name="Demo phone").count() == 8

    def test_lets_details_travel_in_the_demo(self) -> None:
        assert Organisation.objects.get(name="Northgate Cooling").pushes_details is True


@pytest.mark.django_db
class TestRegisterWithoutADemo:
    def test_registers_nobody(self, now: datetime) -> None:
        assert register_demo_phones(now=now) == 0
        assert Device.objects.count() == 0
