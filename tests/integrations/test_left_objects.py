"""What an attempt left behind goes from either store."""

from __future__ import annotations

from pathlib import Path

import pytest

from api_schema.ids import uuid7
from backend.domain.clips.attempts import remove_left_objects
from backend.integrations.object_store import ObjectStore


@pytest.mark.django_db
def test_removes_the_attempts_objects_and_no_others(store: ObjectStore, tmp_path: Path) -> None:
    organisation_id, clip_id = uuid7(), uuid7()
    render = f"{organisation_id}/clips/{clip_id}/render"
    film = tmp_path / "film.mp4"
    film.write_bytes(b"take one")
    for key in (f"{render}/0123/init.mp4", f"{render}/0123/v240/00000.m4s", f"{render}/01234/init.mp4"):
        store.put_file(key, path=film, content_type="video/mp4")

    removed = [
        remove_left_objects(organisation_id=organisation_id, clip_id=clip_id, prefix=f"{render}/0123/", store=store)
        for _ in range(2)
    ]

    assert removed == [2, 0]
    assert list(store.list_keys(f"{render}/")) == [f"{render}/01234/init.mp4"]
