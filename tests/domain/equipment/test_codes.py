from __future__ import annotations

import pytest

from backend.domain.equipment.codes import normalise_code


class TestNormaliseCode:
    @pytest.mark.parametrize("shown", ["E4", "e4", "E-04", "E 4", "E four", "e.04", "E_004"])
    def test_gives_one_form_however_it_is_written_or_said(self, shown: str) -> None:
        assert normalise_code(shown) == "E4"

    @pytest.mark.parametrize(
        ("shown", "normalised"), [("LP2", "LP2"), ("TX-77", "TX77"), ("E40", "E40"), ("A0", "A0"), ("", ""), ("–", "")]
    )
    def test_keeps_what_tells_codes_apart(self, shown: str, normalised: str) -> None:
        assert normalise_code(shown) == normalised
