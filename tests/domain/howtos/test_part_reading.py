from __future__ import annotations

import pytest

from backend.domain.howtos.content import Part
from backend.domain.howtos.part_reading import read_parts


class TestReadParts:
    @pytest.mark.parametrize(
        ("line", "parts"),
        [
            ("", ()),
            (" ; ,", ()),
            ("gasket", (Part("gasket"),)),
            ("2 x gasket, flow switch p/n FS-10", (Part("gasket", quantity=2), Part("flow switch", "FS-10"))),
            ("O-ring ×3; M8 bolt", (Part("O-ring", quantity=3), Part("M8 bolt"))),
            ("shim 1,5 mm + 4 washers", (Part("shim 1,5 mm"), Part("washers", quantity=4))),
            ("#4711", (Part("4711", "4711"),)),
            ("0 x fuse", (Part("fuse"),)),
        ],
    )
    def test_reads_what_people_write_after_a_try(self, line: str, parts: tuple[Part, ...]) -> None:
        assert read_parts(line) == parts

    def test_keeps_a_name_within_its_column(self) -> None:
        (part,) = read_parts("long " * 60)

        assert len(part.name) == 200
