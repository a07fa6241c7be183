"""Links that sign in, and the people of an organisation on their pages."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from api_schema.ids import uuid7
from backend.domain.accounts.models import DeviceSession, Person, SignInLink, Site
from backend.domain.accounts.sessions import hash_token
from backend.domain.actor import Actor, Role
from backend.domain.asking.certifying import record_certification
from backend.domain.asking.communities import CommunityFacts, create_community
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import declare_skill
from backend.domain.asking.skills import confirm_skill
from backend.domain.equipment.models import Asset
from backend.outbox.models import OutboxEvent
from notifications import service as notifications
from notifications.models import Device
from tests import cast
from tests.web.pages.conftest import Browser
from tests.working_off import work_off_events

pytestmark = pytest.mark.django_db
LIST = "name,email,job_title,role,site\nAda Able,ada@new.example,Fitter,,Leeds depot\n"


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sam Supervisor", Role.SUPERVISOR)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def invitation(browser: Client, site: Site, **changes: str) -> Any:
    form = browser.get("/people/invite").content.decode()
    chosen = re.search(r'name="id" value="([^"]+)"', form)
    assert chosen
    told = {"name": "Nora New", "email": "Nora@new.example", "job_title": "Fitter", "role": "technician"}
    return browser.post("/people/invite", {"id": chosen[1], "site": str(site.pk), **told, **changes})


def register_phone(person: Person, number: int) -> None:
    """Register a phone of the person, in a session of its own."""
    notifications.register_device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id=hash_token(cast.session_token(person)),
        kind="fid",
        value=f"installation {number} of {person.name}",
        platform="ios",
        now=timezone.now(),
    )


def knows_much(person: Person, what: str, asset: Asset, *, by: Person) -> None:
    """Have a person know one thing more, in each way; `by` another admin or supervisor, as it were."""
    leader = Actor(by.pk, person.organisation_id, Role.ADMIN)
    skill = declare_skill(actor=person.actor, family=what)
    confirm_skill(actor=leader, person_id=person.pk, skill_id=skill.pk, now=timezone.now())
    record_certification(actor=leader, person_id=person.pk, name=what, expires_on=None, now=timezone.now())
    record_verified_fix(person_id=person.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=timezone.now())
    create_community(actor=leader, facts=CommunityFacts(what, champion_id=person.pk))


def link_in(answer: Any) -> str:
    found = re.search(r'value="http[^"]+(/sign-in/[^"]+)"', text_of(answer))
    assert found
    return found[1]


class TestInvitation:
    def test_signs_in_once_by_a_button_and_never_by_looking(
        self, supervisor: Person, site: Site, browser_of: Browser
    ) -> None:
        invited = invitation(browser_of(supervisor), site)
        link, newcomer = link_in(invited), Client(headers={"accept-language": "de-AT,en;q=0.5"})

        looked = [newcomer.get(link), newcomer.get(link)]
        came = newcomer.post(link)
        again = Client().post(link)

        nora = Person.objects.get(email="nora@new.example")
        row = SignInLink.objects.get()
        assert [answer.status_code for answer in looked] == [200, 200]
        assert (came["Location"], newcomer.get("/")["Location"]) == ("/", "/ground-rules")
        assert (again.status_code, "used already" in text_of(again)) == (410, True)
        assert DeviceSession.objects.get(person=nora).device_name.endswith("mit einem Link von Sam Supervisor")
        assert nora.language == "de"  # as their browser asks, until they choose another
        assert "no-store" in invited["Cache-Control"]
        assert link.rsplit("/", 1)[1] != row.token_hash

    def test_keeps_what_was_typed_and_invites_nobody_when_the_address_is_taken(
        self, supervisor: Person, owner: Person, site: Site, browser_of: Browser
    ) -> None:
        answer = invitation(browser_of(supervisor), site, email=owner.email)

        assert answer.status_code == 400
        assert "Somebody has this address already." in text_of(answer)
        assert 'value="Nora New"' in text_of(answer)
        assert 'aria-describedby="id_email_error"' in text_of(answer)
        assert (SignInLink.objects.count(), Person.objects.filter(name="Nora New").count()) == (0, 0)

    def test_is_not_a_technicians_to_give(self, owner: Person, browser_of: Browser) -> None:
        assert browser_of(owner).get("/people/invite").status_code == 403


class TestList:
    def test_is_shown_before_anybody_is_invited(self, supervisor: Person, site: Site, browser_of: Browser) -> None:
        browser = browser_of(supervisor)

        shown = browser.post("/people/invite/list", {"text": LIST})
        nobody_yet = Person.objects.filter(email="ada@new.example").count()
        invited = browser.post("/people/invite/list", {"text": LIST, "invite": "yes"})
        again = browser.post("/people/invite/list", {"text": LIST, "invite": "yes"})

        assert (shown.status_code, nobody_yet, invited.status_code) == (200, 0, 200)
        assert Person.objects.get(email="ada@new.example").role == Role.TECHNICIAN
        assert (again.status_code, "They are here already." in text_of(again)) == (400, True)

    def test_says_what_is_wrong_in_each_line(self, supervisor: Person, site: Site, browser_of: Browser) -> None:
        bad = LIST + "Bob,no address,Fitter,boss,Nowhere\nAda Twice,ada@new.example,Fitter,admin,Leeds depot\n"

        answer = browser_of(supervisor).post("/people/invite/list", {"text": bad, "invite": "yes"})

        for sentence in ("This is no e-mail address.", "There is no site Nowhere.", "more than once", "Only an admin"):
            assert sentence in text_of(answer)
        assert "Bob,no address" in text_of(answer)
        assert SignInLink.objects.count() == 0


class TestPeople:
    def test_are_removed_with_their_sessions_and_links(
        self, supervisor: Person, owner: Person, browser_of: Browser
    ) -> None:
        browser, theirs = browser_of(supervisor), browser_of(owner)

        browser.post(f"/people/{owner.pk}/removal")

        owner.refresh_from_db()
        assert (owner.is_active, theirs.get("/")["Location"]) == (False, "/sign-in")
        assert OutboxEvent.objects.filter(name="person.removed").count() == 1

    def test_who_are_removed_are_pushed_nothing_more_and_the_others_are(
        self, supervisor: Person, owner: Person, colleague: Person, browser_of: Browser
    ) -> None:
        for person in (owner, colleague):
            for number in range(2):
                register_phone(person, number)

        browser_of(supervisor).post(f"/people/{owner.pk}/removal")
        before = set(Device.objects.values_list("person_id", flat=True))
        work_off_events()
        OutboxEvent.objects.filter(name="person.removed").update(handled_at=None)  # told twice
        work_off_events()

        assert before == {owner.pk, colleague.pk}
        assert list(Device.objects.values_list("person_id", flat=True)) == [colleague.pk, colleague.pk]

    def test_cost_the_same_for_one_and_for_twenty(
        self,
        supervisor: Person,
        asset: Asset,
        browser_of: Browser,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        browser = browser_of(supervisor)
        counts: dict[str, list[int]] = {"/people": [], f"/people/{supervisor.pk}": []}
        for number in range(20):
            person = cast.new_person(supervisor.site, f"P{number} Person")
            knows_much(supervisor, f"trade {number}", asset, by=person)
            if number in {0, 19}:
                for path, counted in counts.items():
                    with django_assert_max_num_queries(25) as captured:
                        assert browser.get(path).status_code == 200
                    counted.append(len(captured))

        assert [few for few, _many in counts.values()] == [many for _few, many in counts.values()]

    def test_are_not_made_admins_by_a_supervisor_nor_change_themselves(
        self, supervisor: Person, owner: Person, browser_of: Browser
    ) -> None:
        browser = browser_of(supervisor)

        raised = browser.post(f"/people/{owner.pk}/role", {"role": "admin"})
        own = browser.post(f"/people/{supervisor.pk}/role", {"role": "technician"})

        assert (raised.status_code, own.status_code) == (400, 403)
        assert set(Person.objects.values_list("role", flat=True)) == {"technician", "supervisor"}

    def test_of_another_organisation_look_like_nobody(
        self, supervisor: Person, outsider: Person, browser_of: Browser
    ) -> None:
        browser = browser_of(supervisor)
        answers = [browser.get(f"/people/{outsider.pk}"), browser.get(f"/people/{uuid4()}")]
        changes = [browser.post(f"/people/{outsider.pk}/{what}") for what in ("removal", "sign-in-link", "return")]

        assert {answer.status_code for answer in (*answers, *changes)} == {404}
        assert outsider.name not in text_of(browser.get("/people?q=otto"))

    @pytest.mark.parametrize("path", ["/people", "/people/communities", "/people/duty", "/my/devices"])
    def test_have_their_pages(self, supervisor: Person, browser_of: Browser, path: str) -> None:
        assert browser_of(supervisor).get(path).status_code == 200


def test_a_link_changes_no_language_of_who_was_here_before(owner: Person, browser_of: Browser) -> None:
    owner.language, owner.last_login = "cy", timezone.now()
    owner.save(update_fields=["language", "last_login"])
    link = link_in(browser_of(owner).post("/my/devices"))

    came = Client(headers={"accept-language": "de"}).post(link)

    owner.refresh_from_db()
    assert (came["Location"], owner.language) == ("/", "cy")


def test_a_link_for_another_device_of_ones_own_is_over_after_ten_minutes(owner: Person, browser_of: Browser) -> None:
    link = link_in(browser_of(owner).post("/my/devices"))
    SignInLink.objects.update(expires_at=timezone.now())

    assert "not used in time" in text_of(Client().post(link))
