"""What is replayed is what was made, and is made anew where something else came before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.db import transaction

from backend.domain.accounts.models import Organisation, Person, Site
from tests import cast
from tests.plugins import replaying

pytestmark = pytest.mark.django_db()

T = TypeVar("T")
Rows = list[dict[str, Any]]


def new_person() -> Person:
    return cast.new_person(cast.new_site(cast.new_organisation("Replayed Ltd")), "Rita Replayed")


def rows() -> Rows:
    models: list[Any] = [Organisation, Site, Person]
    return [row for model in models for row in model.objects.order_by("pk").values()]


def in_a_test(make: Callable[[], T]) -> tuple[T, Rows]:
    """Return what `make` returns and all rows that there are then, as in a test that begins with it."""
    replaying._PLAYER.begin(may_replay=True)
    with transaction.atomic():
        made, found = make(), rows()
        transaction.set_rollback(True)
    return made, found


class TestReplaying:
    def test_writes_the_same_rows_again_and_returns_copies(self) -> None:
        first, first_rows = in_a_test(new_person)
        first.name = "Changed by its test"
        again, again_rows = in_a_test(new_person)

        assert len(first_rows) == 3
        assert again_rows == first_rows  # their ids are random: nothing made anew would have these
        assert (again.pk, again.name, again is first) == (first.pk, "Rita Replayed", False)

    def test_makes_anew_behind_what_the_test_wrote_itself(self) -> None:
        def something_else_first() -> Person:
            Organisation.objects.create(name="Its own", slug="its-own", created_at=cast.NOW)
            return new_person()

        usual, _ = in_a_test(new_person)
        anew, found = in_a_test(something_else_first)

        assert anew.pk != usual.pk
        assert len(found) == 4

    def test_makes_anew_behind_a_step_back(self) -> None:
        def back_and_on() -> Person:
            with transaction.atomic():
                transaction.set_rollback(True)
            return new_person()

        usual, _ = in_a_test(new_person)
        anew, _ = in_a_test(back_and_on)

        assert anew.pk != usual.pk

    def test_makes_another_for_other_arguments(self) -> None:
        usual, _ = in_a_test(new_person)
        other, _ = in_a_test(lambda: cast.new_person(cast.new_site(cast.new_organisation("Others")), "Rita Replayed"))

        assert other.pk != usual.pk
