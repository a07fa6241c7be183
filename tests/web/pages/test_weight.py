"""What pages may weigh. By bytes and requests, never by time: that is `make bench-pages`."""

from __future__ import annotations

import pytest

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from tests.api.world import one_of_everything
from tests.live.watcher import wait_until_told
from tests.web.browser import Chromium, Profile
from tests.web.pages.phones import phone_of
from tests.web.pages.quality.weighing import Scale, Weight

FIRST_BYTES = 75_000  # half of what was promised for the first page that a phone ever opens here
FIRST_SCRIPT_BYTES = 50_000
FIRST_REQUESTS = 30
AGAIN_BYTES = 15_000  # a page of what is in the cache already
AGAIN_REQUESTS = 5  # itself, and what it asks of the API

HEAVIEST = "/threads/{thread_id}"
OTHERS = (
    "/",
    "/ask?asset={asset_id}",
    "/howtos/{howto_id}",
    "/howtos/{howto_id}/edit",
    "/desk/threads",
    "/my/notifications",
)


def weigh_twice(phone: Profile, address: str) -> tuple[Weight, Weight]:
    """Return what the page costs who was never here, and the same phone again."""
    scale = Scale(phone.open_tab())
    wait_until_told()  # else a page is fetched again for what was held back, as it should be
    first = scale.weigh(address)
    wait_until_told()
    return first, scale.weigh(address)


def assert_light(first: Weight, again: Weight, page: str) -> None:
    assert 10_000 < first.transferred_bytes < FIRST_BYTES, (page, first)
    assert 10_000 < first.script_bytes < FIRST_SCRIPT_BYTES, (page, first)
    assert first.request_count <= FIRST_REQUESTS, (page, first)
    assert 1_000 < again.transferred_bytes < AGAIN_BYTES, (page, again)
    assert again.request_count <= AGAIN_REQUESTS, (page, again)


@pytest.fixture
def world(asset: Asset, owner: Person, colleague: Person) -> dict[str, object]:
    return one_of_everything(asset, owner, colleague)


class TestWeight:
    def test_of_the_first_and_of_the_heaviest_page_is_little_and_next_to_nothing_again(
        self, chromium: Chromium, origin: str, world: dict[str, object], curator: Person
    ) -> None:
        with chromium.profile() as nobodys, phone_of(curator, chromium, origin) as curators:
            signing_in = weigh_twice(nobodys, f"{origin}/sign-in")
            thread = weigh_twice(curators, origin + HEAVIEST.format_map(world))

        assert_light(*signing_in, "/sign-in")
        assert_light(*thread, HEAVIEST)

    @pytest.mark.slow
    @pytest.mark.parametrize("page", OTHERS)
    def test_of_every_other_page_is_no_more(
        self, chromium: Chromium, origin: str, world: dict[str, object], curator: Person, page: str
    ) -> None:
        with phone_of(curator, chromium, origin) as phone:
            assert_light(*weigh_twice(phone, origin + page.format_map(world)), page)
