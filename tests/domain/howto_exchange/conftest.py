"""How-tos to exchange, and a store for their films."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.clips.models import Artefact, Clip
from backend.domain.clips.states import ArtefactKind
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset_model
from backend.domain.howtos.content import Content, write_content
from backend.domain.howtos.models import Credit, HowTo, HowToVersion
from backend.integrations.local_store import LocalStore
from tests import cast

Make = Callable[[Content], HowTo]
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "objects", public_url="http://127.0.0.1:8000")


@pytest.fixture
def make(asset: Asset, curator: Person, owner: Person, now: datetime) -> Make:
    """Return a function that makes a draft which says something, learnt by the owner."""

    def how_to(content: Content) -> HowTo:
        whose = {"organisation_id": curator.organisation_id}
        howto = tenancy.create(HowTo, **whose, asset_model=asset.asset_model, fault_code="E4", created_at=now)
        version = tenancy.create(HowToVersion, **whose, howto=howto, number=1, created_at=now)
        write_content(version, content)
        tenancy.create(Credit, **whose, howto=howto, person=owner, contribution="asked")
        return howto

    return how_to


@pytest.fixture
def other_curator(outsider: Person) -> Person:
    """A curator of another organisation, which has the same model of chiller."""
    add_asset_model(organisation=outsider.organisation, make="ZEPHRANE", name="ac-350", family="chiller")
    return cast.new_person(outsider.site, "Olga Other", Role.CURATOR)


@pytest.fixture
def clip_id(owner: Person, store: LocalStore, tmp_path: Path, now: datetime) -> UUID:
    """A clip of the owner's of which the store has a poster and the film."""
    clip = tenancy.create(Clip, id=uuid7(), organisation_id=owner.organisation_id, author=owner, created_at=now)
    picture = io.BytesIO()
    Image.new("RGB", (64, 36), (200, 30, 30)).save(picture, "JPEG")
    for kind, data in ((ArtefactKind.POSTER, picture.getvalue()), (ArtefactKind.OFFLINE, FILM)):
        path = tmp_path / kind.value
        path.write_bytes(data)
        store.put_file(f"made/{kind.value}", path=path, content_type="")
        facts = {"status": "ready", "object_key": f"made/{kind.value}", "size_bytes": len(data), "updated_at": now}
        tenancy.create(Artefact, organisation_id=owner.organisation_id, clip=clip, kind=kind, **facts)
    return clip.pk
