"""Where people stop watching a how-to: what a page reports, and the picture of it."""

from __future__ import annotations

import pytest
from django.test import Client

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.howtos.models import HowToVersion
from backend.domain.watching.models import Viewing, WatchCount
from tests import cast
from tests.domain.watching.conftest import version as version  # noqa: PLC0414 - a fixture of theirs
from tests.domain.watching.test_stopping import count
from tests.web.pages.conftest import Browser, text_of

pytestmark = pytest.mark.django_db


def send(browser: Client, version: HowToVersion, **changes: object) -> tuple[int, str]:
    said = {"viewing_id": uuid7(), "version_number": 1, "played": ["1:3400", "3:0"]} | changes
    answer = browser.post(f"/howtos/{version.howto_id}/watching", said)
    return answer.status_code, text_of(answer)


class TestReporting:
    def test_counts_what_a_page_says_and_refuses_with_a_sentence(
        self, browser_of: Browser, version: HowToVersion, colleague: Person, outsider: Person
    ) -> None:
        browser = browser_of(colleague)
        page = text_of(browser.get(f"/howtos/{version.howto_id}"))

        refused = [send(browser, version, played=said) for said in ([], ["1"], ["one:5"], ["2:5"], ["1:5"] * 101)]
        foreign = send(browser_of(outsider), version)[0]
        kept = Viewing.objects.count()
        taken = send(browser, version)

        assert f'data-watching="/howtos/{version.howto_id}/watching" data-version="1"' in page
        assert 'data-position="3"' in page
        assert [status for status, _ in refused] == [400] * 5
        assert all("Send each step" in said or "no filmed step" in said or "required" in said for _, said in refused)
        assert (foreign, kept) == (404, 0)
        assert taken == (204, "")
        assert WatchCount.objects.count() == 5  # four tenths of step 1, one of step 3


class TestPicture:
    def test_is_drawn_for_curators_with_table_and_file_once_five_people_played(
        self, browser_of: Browser, version: HowToVersion, curator: Person, colleague: Person, outsider: Person
    ) -> None:
        address = f"/howtos/{version.howto_id}/watching"
        browser = browser_of(curator)
        before = text_of(browser.get(address))
        count(version, 1, {0: (20, 9), 1: (12, 8), 2: (6, 4)}, cast.NOW)

        page = text_of(browser.get(address))
        file = browser.get(f"{address}.csv").content.decode().splitlines()
        chief = cast.new_person(outsider.site, "Oda Outside", Role.ADMIN)

        assert "Nothing to show yet" in before
        assert "step 1, 10 %: 12<" in page
        assert "step 1, 20 %" not in page
        assert file == [
            "step," + ",".join(f"{n}0 %" if n else "0 %" for n in range(10)),
            "1,20,12" + "," * 8,
            "3" + "," * 10,
        ]
        assert f'href="{address}"' in text_of(browser.get(f"/howtos/{version.howto_id}"))
        assert [browser_of(one).get(address).status_code for one in (colleague, chief)] == [403, 404]
