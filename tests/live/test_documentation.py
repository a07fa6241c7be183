from __future__ import annotations

import re
from pathlib import Path

from api_schema.live_events import LiveKind

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()


def test_the_page_for_developers_names_every_event_in_the_order_of_the_list() -> None:
    table = PAGE.split("## Watching a thread")[1].split("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [kind.value for kind in LiveKind]
