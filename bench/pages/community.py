"""The demo organisation with half a year of faults, and the pages that people there open most."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bench.people import session_token

_FAULTS = Path(__file__).resolve().parents[1] / "data" / "faulttalk-dev.jsonl"


def settle(*, fault_count: int) -> tuple[str, dict[str, str]]:
    """Let the demo's people live through `fault_count` faults; return a curator's session token and pages by name."""
    from backend.demo.faulttalk import read_faulttalk  # noqa: PLC0415 - after the settings are known
    from backend.demo.finding import find_demo_organisation  # noqa: PLC0415
    from backend.demo.half_year import load_half_year  # noqa: PLC0415
    from backend.demo.organisation import load_demo_organisation  # noqa: PLC0415
    from backend.domain.accounts.models import Person  # noqa: PLC0415
    from backend.domain.howtos.models import HowTo  # noqa: PLC0415
    from backend.domain.threads.models import Thread  # noqa: PLC0415

    now = datetime.now(tz=UTC)
    load_demo_organisation(now=now)
    load_half_year(read_faulttalk(_FAULTS)[:fault_count], now=now, say=lambda _: None)
    own = {"organisation_id": find_demo_organisation().pk}
    thread = Thread.objects.filter(**own, status="held").latest("created_at")
    howto = HowTo.objects.filter(**own).latest("created_at")
    curator = next(person for person in Person.objects.filter(**own).order_by("email") if person.actor.may_curate)
    return session_token(curator), {
        "sign-in": "/sign-in",
        "home": "/",
        "ask": f"/ask?asset={thread.asset_id}",
        "thread": f"/threads/{thread.pk}",
        "how-to": f"/howtos/{howto.pk}",
        "search": "/search?q=trips",
        "wall": "/desk/threads",
    }
