from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.embedded.local_fcm.sender import Sender
from tests.fakes.fcm import FakeFcm


@pytest.fixture
def fcm() -> Iterator[FakeFcm]:
    with FakeFcm() as server:
        yield server


@pytest.fixture
def http(fcm: FakeFcm) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fcm.url, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def sender(fcm: FakeFcm, http: httpx.Client) -> Sender:
    return Sender(fcm, http)
