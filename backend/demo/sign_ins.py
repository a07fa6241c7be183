"""Who can sign in to the demo organisation. Without Django, because the story is played from outside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "a flask of strong tea"
_ORGANISATION = Path(__file__).with_name("organisation.json")


@dataclass(frozen=True)
class SignIn:
    address: str
    name: str
    job_title: str


def read_organisation() -> dict[str, Any]:
    """Return the demo organisation as written down."""
    organisation: dict[str, Any] = json.loads(_ORGANISATION.read_text(encoding="utf-8"))
    return organisation


def address_of(name: str) -> str:
    """Return the address with which the person of this name signs in."""
    return f"{name.split(maxsplit=1)[0].lower()}@northgate.example"


def list_sign_ins() -> list[SignIn]:
    """Return everybody in the demo organisation."""
    people = read_organisation()["people"]
    return [SignIn(address_of(person["name"]), person["name"], person["job_title"]) for person in people]
