from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from backend.domain.accounts.models import Person
from backend.domain.errors import IllegalMove
from backend.domain.howtos.arranging import arrange
from backend.domain.howtos.completeness import HowToIncomplete
from backend.domain.howtos.editing import Changes, edit_draft
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.queries import get_howto, list_howtos
from backend.domain.howtos.releasing import release
from backend.domain.howtos.reviewing import retire, submit
from backend.domain.howtos.states import Governance
from backend.domain.howtos.translating import start_translation
from backend.domain.search.models import SubjectKind
from backend.domain.search.queries import search
from tests.plugins.replaying import replayed


@pytest.fixture
@replayed
def one(howto: HowTo, curator: Person, now: datetime) -> dict[str, Any]:
    """The curator who decides about version 1, which is out."""
    which: dict[str, Any] = {"actor": curator.actor, "howto_id": howto.pk, "version_number": 1, "now": now}
    release(**which)
    return which


@pytest.fixture
@replayed
def german(one: dict[str, Any]) -> dict[str, Any]:
    """The same for version 2, its translation, which is out too."""
    start_translation(**one, language="de")
    which = {**one, "version_number": 2}
    changes = Changes(title="Kühler startet nicht")
    edit_draft(actor=one["actor"], howto_id=one["howto_id"], number=2, changes=changes, now=one["now"])
    release(**which)
    return which


class TestReader:
    @pytest.mark.parametrize(
        ("own", "title"),
        [
            (["de-AT", "en"], "Kühler startet nicht"),
            (["fr", "de"], "Kühler startet nicht"),
            (["en-GB", "de"], "Chiller will not start"),
            (["fr"], "Chiller will not start"),
            ([], "Chiller will not start"),
        ],
    )
    def test_reads_the_first_of_their_languages_that_there_is(
        self, own: list[str], title: str, german: dict[str, Any], owner: Person
    ) -> None:
        read = get_howto(actor=owner.actor, howto_id=german["howto_id"], own_languages=own)
        (listed,) = list_howtos(actor=owner.actor, own_languages=own)

        assert (read.version.title, listed.shown_versions[0].title) == (title, title)  # type: ignore[attr-defined]

    def test_curates_the_original_whatever_they_speak(self, german: dict[str, Any], curator: Person) -> None:
        read = get_howto(actor=curator.actor, howto_id=german["howto_id"], own_languages=["de"])

        assert read.version.is_original


class TestOriginal:
    def test_takes_its_translations_along_when_it_is_retired(
        self, one: dict[str, Any], german: dict[str, Any], owner: Person
    ) -> None:
        assert search(actor=owner.actor, words="Kühler startet", kinds=[SubjectKind.HOWTO])

        retire(**one, reason="The valve is another", for_safety=True)

        states = HowToVersion.objects.values_list("publication", "retire_reason", "retired_for_safety")
        assert set(states) == {("retired", "The valve is another", True)}
        assert search(actor=owner.actor, words="Kühler startet", kinds=[SubjectKind.HOWTO]) == []

    def test_stays_when_a_translation_is_retired(self, german: dict[str, Any]) -> None:
        retire(**german, reason="Wrong word", for_safety=False)

        assert list(HowToVersion.objects.order_by("number").values_list("publication", flat=True)) == [
            "released",
            "retired",
        ]

    def test_goes_out_before_its_translation(self, one: dict[str, Any]) -> None:
        start_translation(**one, language="de")
        retire(**one, reason="Wrong", for_safety=False)

        with pytest.raises(IllegalMove):
            release(**{**one, "version_number": 2})

        assert HowToVersion.objects.get(number=2).publication == "draft"


def test_what_went_out_as_experience_is_not_shown_as_compliance_before_anybody_approved_it(
    one: dict[str, Any], owner: Person, curator: Person
) -> None:
    arrange(actor=curator.actor, howto_id=one["howto_id"], governance=Governance.COMPLIANCE)

    read = get_howto(actor=owner.actor, howto_id=one["howto_id"])

    assert (read.governance, read.howto.governance) == ("experience", "compliance")


def test_nobody_is_asked_to_review_what_is_incomplete(howto: HowTo, curator: Person, now: datetime) -> None:
    which: dict[str, Any] = {"actor": curator.actor, "howto_id": howto.pk, "now": now}
    edit_draft(**which, changes=Changes(remedy="", steps=()))

    with pytest.raises(HowToIncomplete) as refusal:
        submit(**which, version_number=1)

    assert list(refusal.value.facts["fields"]) == ["remedy", "steps"]
    assert HowToVersion.objects.get().publication == "draft"
