from __future__ import annotations

from collections.abc import Iterator

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.live.app import LiveApp
from backend.uploads.reading import BodiesAsRead
from tests import cast
from tests.serving import served


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    """The address of a running server of live threads; it sees what the test commits."""
    with served(LiveApp(), http=BodiesAsRead) as address:
        yield address


@pytest.fixture
def thread(transactional_db: None, asset: Asset, owner: Person) -> Thread:
    """The owner's question. What happens on it is told by the tests themselves."""
    return Thread.objects.create(
        id=uuid7(), organisation_id=owner.organisation_id, asker=owner, asset=asset, title="E4", created_at=cast.NOW
    )
