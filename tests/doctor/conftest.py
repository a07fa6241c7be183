from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from backend.doctor import parts
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import received_clip


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is about to start."""
    monkeypatch.setattr(parts, "PATIENCE_S", 0.0)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "objects", public_url="http://127.0.0.1:8000")


@pytest.fixture
def clip(owner: Person, store: LocalStore, now: datetime) -> Clip:
    """The owner's clip, received and verified, its render queued."""
    return received_clip(owner, store, now=now)
