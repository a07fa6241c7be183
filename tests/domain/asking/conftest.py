from __future__ import annotations

import pytest

from backend.domain.accounts.models import Person, Site
from tests import cast


@pytest.fixture
def peers(site: Site) -> list[Person]:
    """Five technicians, all on shift."""
    return [cast.new_person(site, f"{name} Peer") for name in ("Ann", "Bob", "Cy", "Di", "Ed")]
