"""Uploads of a page of ours, which is signed in by its cookie, through the whole web process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from backend.asgi import application
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.uploads.reading import BodiesAsRead
from tests import cast
from tests.serving import served
from tests.uploads.phone import FILM, Phone


@pytest.fixture
def page(transactional_db: None, owner: Person) -> Iterator[Phone]:
    """A browser in which the owner is signed in, and which sends what its page's script sends."""
    with served(application, http=BodiesAsRead) as address:
        browser = Phone(address, None)
        browser._http.cookies.set(settings.SESSION_COOKIE_NAME, cast.session_token(owner))
        yield browser
        browser.close()


def token_of(page: Phone) -> str:
    return page.request("GET", "/menu").text.split('name="csrf-token" content="')[1].split('"')[0]


class TestPage:
    def test_sends_a_film_with_its_cookie_and_its_token(self, page: Phone, owner: Person) -> None:
        page._http.headers.update({"X-CSRFToken": token_of(page), "Origin": page.address})

        created = page.create()
        sent = page.request(
            "PATCH",
            created.headers["Location"],
            content=FILM,
            headers={"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"},
        )

        clip = Clip.objects.get()
        assert (created.status_code, sent.status_code) == (201, 204)
        assert (clip.author_id, clip.verified_at is not None) == (owner.pk, True)

    def test_of_another_site_sends_nothing(self, page: Phone) -> None:
        bare = page.create()
        page._http.headers.update({"X-CSRFToken": token_of(page), "Origin": "https://evil.example"})
        from_elsewhere = page.create()

        codes = [answer.json()["code"] for answer in (bare, from_elsewhere)]
        assert codes == ["cross_site_request", "cross_site_request"]
        assert Upload.objects.count() == 0
