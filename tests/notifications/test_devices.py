from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection, transaction

from notifications import service
from notifications.models import Device
from notifications.reply_tokens import mint
from tests.notifications.pushes import COLLEAGUE, NOW, OTHER_WORKS, OUTSIDER, PEER, WORKS, asked, register


def values_of(person_id: UUID) -> set[str]:
    return set(Device.objects.filter(person_id=person_id).values_list("value", flat=True))


@pytest.mark.django_db
class TestRegisterDevice:
    def test_moves_the_phone_to_whoever_signed_in_last(self) -> None:
        register("shared-phone", person_id=COLLEAGUE, session_id="colin-session")

        register("shared-phone", person_id=PEER, session_id="petra-session")

        assert values_of(COLLEAGUE) == set()
        assert values_of(PEER) == {"shared-phone"}

    def test_moves_the_phone_across_organisations(self) -> None:
        register("shared-phone", organisation_id=OTHER_WORKS, person_id=OUTSIDER)

        register("shared-phone", organisation_id=WORKS, person_id=PEER)

        assert service.list_devices(organisation_id=OTHER_WORKS, person_id=OUTSIDER) == []
        assert len(service.list_devices(organisation_id=WORKS, person_id=PEER)) == 1

    def test_renews_the_registration_when_the_same_phone_registers_again(self) -> None:
        first = register("phone-1")

        second = register("phone-1", now=NOW + timedelta(days=1))

        assert second.id == first.id
        assert second.registered_at == NOW + timedelta(days=1)
        assert Device.objects.count() == 1

    def test_keeps_an_installation_id_and_a_token_of_the_same_text_apart(self) -> None:
        register("abc", kind="token")

        register("abc", kind="fid")

        assert Device.objects.count() == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": "topic"}, "kind"),
            ({"platform": "symbian"}, "platform"),
            ({"value": ""}, "value"),
            ({"value": "x" * 1025}, "value"),
            ({"value": "a\x00b"}, "value"),
        ],
    )
    def test_refuses_a_malformed_registration_and_writes_nothing(self, changes: dict[str, str], field: str) -> None:
        with pytest.raises(service.UnableToRegisterDevice, match=f"^{field}: "):
            register(**{"value": "phone-1"} | changes)

        assert Device.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestRegisterDeviceAtOnce:
    def test_leaves_one_owner_when_two_people_register_the_same_phone_at_the_same_moment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = [PEER, COLLEAGUE] * 8
        losses: list[tuple[UUID, UUID]] = []
        monkeypatch.setattr("backend.jobs.lost_devices.look_after", lambda lost, _now: losses.extend(lost))

        def sign_in(person_id: UUID) -> None:
            try:
                register("shared-phone", person_id=person_id)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(sign_in, people))

        [owner] = Device.objects.filter(value="shared-phone").values_list("person_id", flat=True)
        # Told while the phone was held, so in order: nobody loses it twice without having had it again in between.
        assert all(earlier != later for earlier, later in pairwise([*losses, (WORKS, owner)]))
        assert losses


@pytest.mark.django_db
class TestRemoveDevice:
    def test_removes_the_persons_own_device(self) -> None:
        device = register("phone-1")

        service.remove_device(organisation_id=WORKS, person_id=PEER, device_id=device.id, now=NOW)

        assert service.list_devices(organisation_id=WORKS, person_id=PEER) == []

    @pytest.mark.parametrize(("organisation_id", "person_id"), [(WORKS, COLLEAGUE), (OTHER_WORKS, PEER)])
    def test_hides_anybody_elses_device_as_missing(self, organisation_id: UUID, person_id: UUID) -> None:
        device = register("phone-1")

        with pytest.raises(service.DeviceNotFound):
            service.remove_device(organisation_id=organisation_id, person_id=person_id, device_id=device.id, now=NOW)

        assert values_of(PEER) == {"phone-1"}


@pytest.mark.django_db
class TestForgetSession:
    def test_forgets_the_devices_of_that_session_only(self) -> None:
        register("phone-1", session_id="on the phone")
        register("browser-1", session_id="in the browser", platform="web")

        forgotten = service.forget_session(session_id="on the phone", now=NOW)

        assert forgotten == 1
        assert values_of(PEER) == {"browser-1"}

    def test_does_nothing_the_second_time(self) -> None:
        register("phone-1", session_id="on the phone")
        service.forget_session(session_id="on the phone", now=NOW)

        assert service.forget_session(session_id="on the phone", now=NOW) == 0


@pytest.mark.django_db(transaction=True)
class TestForgetSessionAtOnce:
    def test_ends_the_token_of_a_push_that_is_being_sent(self) -> None:
        delivery = asked()

        def sign_out() -> None:
            try:
                service.forget_session(session_id="petra-session", now=NOW)
            finally:
                connection.close()

        with transaction.atomic():
            token = mint(delivery, Device.objects.get(), now=NOW)
            signing_out = threading.Thread(target=sign_out)
            signing_out.start()
            signing_out.join(0.3)
        signing_out.join(10)

        with pytest.raises(service.ReplyTokenRefused, match="signed out"):
            service.read_token(token, now=NOW)


@pytest.mark.django_db
class TestListDevices:
    def test_never_shows_the_address_of_a_device(self) -> None:
        register("secret-token")

        assert "secret-token" not in repr(service.list_devices(organisation_id=WORKS, person_id=PEER))
