"""Every page there is, in a language that nobody speaks: whatever is not wrapped was said outside the marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.accounts.sign_in_links import offer_own_device
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from tests.api.world import one_of_everything
from tests.web.pages.conftest import Browser
from tests.web.pages.pseudo_locale import pseudo_locale, untranslatable, words_of_people

pytestmark = pytest.mark.django_db

OTHERS = {"number": 1, "kind": "suggestion", "urgency": "safety", "name": "first-answer"}
NOT_PAGES = {"manifest", "service-worker"}


def pages(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every page's address, and the names of what stands in it."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns)
        elif one.name and one.name not in NOT_PAGES:
            yield one.name, list(one.pattern.converters)


def all_pages() -> list[tuple[str, list[str]]]:
    top = (one for one in get_resolver().url_patterns if isinstance(one, URLResolver))
    web = next(one for one in top if one.app_name == "web")
    return list(pages(web.url_patterns))


def address_of(name: str, names: list[str], ids: dict[str, Any]) -> str:
    return reverse(f"web:{name}", kwargs={one: ids.get(one) or OTHERS.get(one) or uuid7() for one in names})


def test_no_page_says_a_word_that_cannot_be_translated(
    asset: Asset, owner: Person, colleague: Person, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=owner.pk).update(role=Role.ADMIN)
    owner.refresh_from_db()
    ids = one_of_everything(asset, owner, colleague)
    ids["flagged_id"] = ids["suggestion_id"]
    ids["token"] = offer_own_device(actor=owner.actor, now=timezone.now()).token
    found: dict[str, list[str]] = {}
    seen: set[str] = set()

    browsers = [(person, browser_of(person)) for person in (owner, colleague, None)]
    own = words_of_people()  # once: it reads every table
    for person, browser in browsers:
        with pseudo_locale(monkeypatch):
            for name, names in all_pages():
                answer = browser.get(address_of(name, names, ids))
                if answer.status_code == 200 and "html" in answer["Content-Type"]:
                    seen.add(name)
                    left = untranslatable(answer.content.decode(), own)
                    if left:
                        found[f"{name} as {person.name if person else 'nobody'}"] = left

    assert not found, "\n".join(f"{page}: {left}" for page, left in found.items())
    assert len(seen) > 30, sorted(seen)
