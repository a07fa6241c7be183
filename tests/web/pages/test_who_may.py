"""Who may read, and who may write, on every address of the people and of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Community, Person
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from tests import cast
from tests.api.test_tenancy import row_counts
from tests.api.world import ask_about, one_of_everything
from tests.web.pages.conftest import Browser
from tests.web.pages.quality.addresses import list_pages

# Each may whatever the one before it may.
EVERYBODY = ("technician", "curator", "supervisor", "admin")
CURATING = EVERYBODY[1:]
LEADING = EVERYBODY[2:]
LIST = "name,email,job_title,site\nAda Able,ada@new.example,Fitter,Leeds depot\n"


@dataclass(frozen=True)
class Rule:
    """Who may read an address and who may write, with a body that is right in everything else; None: not for that."""

    reads: tuple[str, ...] | None = None
    writes: tuple[str, ...] | None = None
    body: dict[str, str] = field(default_factory=dict)


PERSON = "people/<uuid:person_id>"
RULES = {
    "people": Rule(EVERYBODY),
    "people/invite": Rule(
        LEADING,
        LEADING,
        {"id": "{new_id}", "name": "Nora", "email": "n@new.example", "job_title": "Fitter", "site": "{site_id}"}
        | {"role": "technician"},
    ),
    "people/invite/list": Rule(LEADING, LEADING, {"text": LIST, "invite": "yes"}),
    "people/communities": Rule(EVERYBODY, LEADING, {"name": "Boilers"}),
    "people/communities/<uuid:community_id>": Rule(EVERYBODY, LEADING, {"name": "Boilers"}),
    "people/duty": Rule(
        EVERYBODY, LEADING, {"person_id": "{person_id}", "starts_at": "{tomorrow}", "ends_at": "{day_after}"}
    ),
    "people/waves": Rule(EVERYBODY, LEADING, {"asks_per_shift": "3", "asks_per_week": "8"}),
    "people/waves/look-ahead": Rule(CURATING),
    "people/waves/<slug:urgency>": Rule(CURATING, CURATING, {"reset": "yes"}),
    PERSON: Rule(EVERYBODY),
    f"{PERSON}/role": Rule(None, LEADING, {"role": "curator"}),
    f"{PERSON}/removal": Rule(LEADING, LEADING),
    f"{PERSON}/return": Rule(None, LEADING),
    f"{PERSON}/sign-in-link": Rule(None, LEADING),
    f"{PERSON}/certifications": Rule(None, LEADING, {"name": "Live work"}),
    f"{PERSON}/certifications/<uuid:certification_id>/withdrawal": Rule(None, LEADING),
    f"{PERSON}/skills/<uuid:skill_id>/confirmation": Rule(None, LEADING),
    f"{PERSON}/skills/<uuid:skill_id>/withdrawal": Rule(None, LEADING),
    f"{PERSON}/communities": Rule(None, LEADING, {"community": "{other_community_id}"}),
    f"{PERSON}/communities/<uuid:community_id>/leaving": Rule(None, LEADING),
    "desk": Rule(CURATING),
    "desk/threads": Rule(EVERYBODY),
    "desk/review": Rule(CURATING),
    "desk/recalls": Rule(CURATING),
    "desk/recalls/<uuid:recall_id>": Rule(CURATING, CURATING, {"reason": "Everybody knows."}),
    "desk/flags": Rule(EVERYBODY),
    "desk/flags/<uuid:flag_id>": Rule(CURATING, CURATING, {"to": "dismissed", "said": "It is right."}),
    "desk/gaps": Rule(CURATING),
    "desk/gaps/<uuid:gap_id>/<slug:name>": Rule(None, CURATING),
    "desk/insights": Rule(CURATING),
    "desk/insights/<slug:name>.csv": Rule(CURATING),
}


def addresses(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        whole = before + str(pattern.pattern)
        yield from addresses(pattern.url_patterns, whole) if hasattr(pattern, "url_patterns") else [whole]


def test_every_address_of_the_people_and_of_the_desk_has_a_rule() -> None:
    pages = {one for one in addresses(get_resolver().url_patterns) if one.split("/")[0] in {"people", "desk"}}

    assert pages == set(RULES), "say in RULES who may read and write there"


@pytest.fixture
def ids(db: None, asset: Asset, owner: Person, colleague: Person) -> dict[str, str]:
    """The id of one of each thing, and what bodies need."""
    known = {name: str(value) for name, value in one_of_everything(asset, owner, colleague).items()}
    other = Community.objects.create(organisation=owner.organisation, name="Pumps")
    starts = timezone.now() + timedelta(days=1)
    return known | {
        "urgency": "safety",
        "name": "writing",
        "new_id": str(uuid7()),
        "site_id": str(owner.site_id),
        "other_community_id": str(other.pk),
        "tomorrow": f"{starts:%Y-%m-%dT%H:%M}",
        "day_after": f"{starts + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }


def address_of(pattern: str, ids: dict[str, str]) -> str:
    for kind in ("uuid", "slug"):
        pattern = pattern.replace(f"<{kind}:", "{").replace(">", "}")
    return "/" + pattern.format(**ids | ({"name": "first-answer"} if pattern.endswith(".csv") else {}))


def at_the_border(may: tuple[str, ...]) -> set[str]:
    """Return the last role that may not, and the first that may."""
    return {*EVERYBODY[: -len(may)][-1:], may[0]}


def written(browser: Client, pattern: str, ids: dict[str, str]) -> int:
    """Return how a write is answered; it is undone at once, so that the next one finds the same world."""
    body = {name: value.format(**ids) if "{" in value else value for name, value in RULES[pattern].body.items()}
    with transaction.atomic():
        status = browser.post(address_of(pattern, ids), body).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.django_db
def test_each_role_reads_and_writes_what_is_theirs_and_nothing_else(
    ids: dict[str, str], owner: Person, browser_of: Browser, subtests: pytest.Subtests
) -> None:
    people = {role.value: cast.new_person(owner.site, f"{role.value.title()} Here", role) for role in Role}
    browsers = {name: browser_of(person) for name, person in people.items()}
    before = row_counts()

    for pattern, rule in RULES.items():
        with subtests.test(address=pattern):
            if rule.reads is not None:
                asked = at_the_border(rule.reads)
                read = {name: browsers[name].get(address_of(pattern, ids)).status_code for name in asked}
                assert read == {name: 200 if name in rule.reads else 403 for name in asked}
            if rule.writes is not None:
                asked = {*at_the_border(rule.writes), "admin"}
                answers = {name: written(browsers[name], pattern, ids) for name in asked}
                assert {name for name, status in answers.items() if status in {200, 302}} == {*asked} & {*rule.writes}
                assert {name for name, status in answers.items() if status == 403} == {*asked} - {*rule.writes}

    assert row_counts() == before


@pytest.mark.django_db
def test_what_belongs_to_another_organisation_is_not_there_whoever_asks(
    ids: dict[str, str], outsider: Person, browser_of: Browser, subtests: pytest.Subtests
) -> None:
    browser = browser_of(cast.new_person(outsider.site, "Ada Admin", Role.ADMIN))
    before = row_counts()

    for pattern, rule in RULES.items():
        if "<uuid:" not in pattern:
            continue
        with subtests.test(address=pattern):
            if rule.reads is not None:
                assert browser.get(address_of(pattern, ids)).status_code == 404
            if rule.writes is not None:
                body = {name: value.format(**ids) for name, value in rule.body.items()}
                assert browser.post(address_of(pattern, ids), body).status_code == 404

    assert row_counts() == before


class TestAnOpenThreadThatIsNoneOfASupervisorsBusiness:
    @pytest.mark.django_db
    def test_is_on_none_of_their_pages_and_on_those_of_others(
        self, browser_of: Browser, asset: Asset, owner: Person, colleague: Person, curator: Person
    ) -> None:
        world = one_of_everything(asset, owner, colleague)
        thread = ask_about(asset, owner, "Quetzal hums and trips")
        world |= {"thread_id": thread.pk, "clip_id": thread.ask_clip_id}
        addresses = [*chain.from_iterable(page.examples(world) for page in list_pages()), "/search?q=quetzal"]

        supervisor = cast.new_person(owner.site, "Sam Supervisor", Role.SUPERVISOR)
        found = {
            person: _where("Quetzal", browser_of(person), addresses) for person in (supervisor, colleague, curator)
        }

        assert found[supervisor] == []
        assert {f"/threads/{thread.pk}", "/search?q=quetzal"} <= set(found[colleague])
        assert {f"/threads/{thread.pk}", "/search?q=quetzal", "/desk"} <= set(found[curator])


def _where(word: str, browser: Client, addresses: list[str]) -> list[str]:
    return [address for address in addresses if word in browser.get(address).content.decode()]
