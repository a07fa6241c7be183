"""What pages may weigh. By bytes and requests, never by time: that is `make bench-pages`."""

from __future__ import annotations

from django.conf import settings

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from tests import cast
from tests.api.world import one_of_everything
from tests.web.browser import Chromium
from tests.web.pages.quality.weighing import Scale

FIRST_BYTES = 75_000  # half of what was promised for the first page that a phone ever opens here
FIRST_SCRIPT_BYTES = 50_000
FIRST_REQUESTS = 30
AGAIN_BYTES = 15_000  # a page of what is in the cache already
AGAIN_REQUESTS = 5  # itself, and what it asks of the API

PAGES = (
    "/",
    "/ask?asset={asset_id}",
    "/threads/{thread_id}",
    "/howtos/{howto_id}",
    "/howtos/{howto_id}/edit",
    "/desk/threads",
)


def test_a_page_weighs_little_the_first_time_and_next_to_nothing_again(
    chromium: Chromium, origin: str, asset: Asset, owner: Person, colleague: Person, curator: Person
) -> None:
    world = one_of_everything(asset, owner, colleague)
    token = cast.session_token(curator)
    first, again = {}, {}
    for page in ("/sign-in", *(page.format_map(world) for page in PAGES)):
        with chromium.profile() as phone:
            if page != "/sign-in":
                phone.keep_cookie(settings.SESSION_COOKIE_NAME, token, address=origin)
            scale = Scale(phone.open_tab())
            first[page], again[page] = scale.weigh(f"{origin}{page}"), scale.weigh(f"{origin}{page}")

    for page, weight in first.items():
        assert 10_000 < weight.transferred_bytes < FIRST_BYTES, (page, weight)
        assert 10_000 < weight.script_bytes < FIRST_SCRIPT_BYTES, (page, weight)
        assert weight.request_count <= FIRST_REQUESTS, (page, weight)
        assert 1_000 < again[page].transferred_bytes < AGAIN_BYTES, (page, again[page])
        assert again[page].request_count <= AGAIN_REQUESTS, (page, again[page])
