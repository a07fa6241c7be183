"""What somebody is told who stands before a machine, and how its tag is read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.briefing.queries import Briefing, get_briefing, get_briefing_by_tag
from backend.domain.briefing.tags import draw_tag, find_scanned, tag_address
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.errors import NotFound
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def second_asset(asset: Asset) -> Asset:
    """Another chiller of the same model."""
    return add_asset(asset_model=asset.asset_model, site=asset.site, tag="CHL-B")


@pytest.fixture
def boiler(asset: Asset) -> Asset:
    """A machine of another model."""
    model = add_asset_model(organisation=asset.organisation, make="Acme", name="BX-2", family="boiler")
    return add_asset(asset_model=model, site=asset.site, tag="BLR-A")


def asked(person: Person, asset: Asset, at: datetime, title: str = "No start", code: str = "E4") -> Thread:
    question = Question(asset_id=asset.pk, title=title, fault_code=code)
    return ask(actor=person.actor, thread_id=uuid7(), question=question, now=at).thread


def advise(person: Person, thread: Thread, at: datetime, text: str = "Replace the board.") -> Suggestion:
    proposal = Proposal(text=text)
    return suggest(actor=person.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=at).row


def tried(
    person: Person, suggestion: Suggestion, outcome: TryOutcome, at: datetime, asset: Asset | None = None
) -> None:
    attempt = start_try(
        actor=person.actor,
        try_id=uuid7(),
        suggestion_id=suggestion.pk,
        asset_id=asset.pk if asset else None,
        now=at,
    ).row
    record_outcome(actor=person.actor, try_id=attempt.pk, outcome=Outcome(outcome), now=at)


def fixed(asker: Person, peer: Person, asset: Asset, at: datetime, title: str = "No start") -> Thread:
    thread = asked(asker, asset, at, title)
    tried(asker, advise(peer, thread, at), TryOutcome.FIXED, at)
    return Thread.objects.get(pk=thread.pk)


def brief(person: Person, asset: Asset) -> Briefing:
    return get_briefing(actor=person.actor, asset_id=asset.pk)


class TestBriefing:
    def test_tells_the_machine_from_its_model_and_leaves_other_models_out(
        self, owner: Person, colleague: Person, asset: Asset, second_asset: Asset, boiler: Asset, now: datetime
    ) -> None:
        here = fixed(owner, colleague, asset, now)
        there = fixed(owner, colleague, second_asset, now)
        fixed(owner, colleague, boiler, now)
        still_open = asked(owner, asset, now + 60 * DAY, "It leaks", code="")
        asked(owner, second_asset, now, "It leaks", code="")

        told = brief(colleague, asset)

        assert (told.asset, told.open_threads, told.fixed, told.on_model) == (asset, [still_open], [here], [there])

    def test_shows_held_fixes_of_the_model_first(
        self, owner: Person, colleague: Person, asset: Asset, second_asset: Asset, now: datetime
    ) -> None:
        held = fixed(owner, colleague, second_asset, now)
        Thread.objects.filter(pk=held.pk).update(status="held")
        newer = fixed(owner, colleague, second_asset, now + 40 * DAY)

        assert [thread.pk for thread in brief(colleague, asset).on_model] == [held.pk, newer.pk]

    def test_shows_repeat_visits(self, owner: Person, colleague: Person, asset: Asset, now: datetime) -> None:
        first = fixed(owner, colleague, asset, now)

        again = asked(owner, asset, now + DAY)

        (visit,) = brief(colleague, asset).repeat_visits
        assert (visit, visit.repeat_of_id) == (again, first.pk)

    @pytest.mark.parametrize(
        ("outcomes", "is_shown"),
        [
            ([TryOutcome.NO], False),
            ([TryOutcome.NO, TryOutcome.WORSE], True),
            ([TryOutcome.NO, TryOutcome.NO, TryOutcome.FIXED], False),
        ],
    )
    def test_shows_what_did_not_work_on_the_model_after_two_tries(
        self,
        owner: Person,
        colleague: Person,
        asset: Asset,
        second_asset: Asset,
        now: datetime,
        outcomes: list[TryOutcome],
        is_shown: bool,
    ) -> None:
        advice = advise(colleague, asked(owner, second_asset, now), now)
        for outcome in outcomes:
            tried(owner, advice, outcome, now, asset)

        failed = brief(colleague, asset).failed

        assert [one.suggestion for one in failed] == ([advice] if is_shown else [])
        assert [(one.tally.tries, one.tally.fixed) for one in failed] == ([(2, 0)] if is_shown else [])

    def test_leaves_out_what_failed_on_another_model_only(
        self, owner: Person, colleague: Person, asset: Asset, boiler: Asset, now: datetime
    ) -> None:
        advice = advise(colleague, asked(owner, asset, now), now)
        for _ in range(2):
            tried(owner, advice, TryOutcome.NO, now, boiler)

        assert brief(colleague, asset).failed == []
        assert len(brief(colleague, boiler).failed) == 1

    def test_names_who_was_last_on_it(
        self, owner: Person, colleague: Person, peers: list[Person], asset: Asset, second_asset: Asset, now: datetime
    ) -> None:
        advice = advise(colleague, asked(owner, asset, now), now)
        tried(peers[0], advice, TryOutcome.NO, now + DAY, asset)
        tried(peers[1], advice, TryOutcome.NO, now + 2 * DAY, second_asset)

        told = brief(colleague, asset).last_people

        assert [(one.person, one.at) for one in told] == [(peers[0], now + DAY), (owner, now)]

    def test_is_found_by_the_tag_in_any_case(self, owner: Person, asset: Asset) -> None:
        assert get_briefing_by_tag(actor=owner.actor, tag="chl-a").asset == asset

    @pytest.mark.parametrize("count", [1, 4])
    def test_costs_the_same_for_one_and_for_four_and_ends_after_the_most(
        self,
        *,
        owner: Person,
        colleague: Person,
        asset: Asset,
        second_asset: Asset,
        now: datetime,
        count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("backend.domain.briefing.queries._MOST", 3)  # of each part
        for number in range(count):
            at = now + number * DAY
            thread = fixed(owner, colleague, asset, at, f"Fault {number}")
            draft_from_thread(organisation_id=owner.organisation_id, thread_id=thread.pk, now=at)
            fixed(owner, colleague, second_asset, at, f"Fault {number}")
            advice = advise(colleague, asked(owner, asset, at, f"Open {number}"), at)
            for _ in range(2):
                tried(owner, advice, TryOutcome.NO, at, second_asset)

        # machine, codes; open, fixed, visits, on the model; how-tos; failed, their tries; tries and threads of people
        with django_assert_num_queries(11):
            told = brief(owner, asset)

        assert {len(told.open_threads), len(told.fixed), len(told.on_model), len(told.failed)} == {min(count, 3)}

    def test_hides_another_organisations_machine(self, outsider: Person, asset: Asset) -> None:
        with pytest.raises(NotFound):
            brief(outsider, asset)
        with pytest.raises(NotFound):
            get_briefing_by_tag(actor=outsider.actor, tag=asset.tag)


class TestTag:
    def test_is_drawn_with_its_letters_below_the_code(self, owner: Person, asset: Asset) -> None:
        Asset.objects.filter(pk=asset.pk).update(tag="CHL <A> & B")

        drawn = ET.fromstring(draw_tag(actor=owner.actor, asset_id=asset.pk, public_url="https://cuppa.example"))  # noqa: S314 - our own

        text = drawn.find("{http://www.w3.org/2000/svg}text")
        assert text is not None
        assert text.text == "CHL <A> & B"

    def test_hides_another_organisations_machine(self, outsider: Person, asset: Asset) -> None:
        with pytest.raises(NotFound):
            draw_tag(actor=outsider.actor, asset_id=asset.pk, public_url="https://cuppa.example")

    def test_is_found_by_address_id_or_letters(self, owner: Person, asset: Asset) -> None:
        address = tag_address(asset, public_url="https://old-server.example/cuppa")

        for code in (address, f"{address}/", f" {asset.pk} ", "chl-a", " CHL-A "):
            assert find_scanned(actor=owner.actor, code=code) == asset

    @pytest.mark.parametrize("code", ["", " ", "CHL-", "https://cuppa.example/a/", "http://[", "WIFI:S:guest;;"])
    def test_that_names_nothing_is_not_found(self, owner: Person, asset: Asset, code: str) -> None:
        with pytest.raises(NotFound):
            find_scanned(actor=owner.actor, code=code)

    def test_of_another_organisation_is_not_found(self, outsider: Person, asset: Asset) -> None:
        for code in (tag_address(asset, public_url="https://cuppa.example"), asset.tag):
            with pytest.raises(NotFound):
                find_scanned(actor=outsider.actor, code=code)
