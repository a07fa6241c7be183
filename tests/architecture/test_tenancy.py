"""Nobody reaches tenant-owned rows but through `backend.domain.tenancy`."""

from __future__ import annotations

import ast
from pathlib import Path

from django.apps import apps
from django.db import models

from backend.domain.accounts.models import Organisation
from backend.domain.rows import TenantRow

ROOT = Path(__file__).resolve().parents[2]
DOOR = ROOT / "backend" / "domain" / "tenancy.py"
# Rows that belong to no organisation: sign-in happens before one is known, the outbox serves everybody.
WITHOUT_TENANT = {
    "backend/domain/accounts/models.py",
    "backend/domain/accounts/sessions.py",
    "backend/live/append.py",
    "backend/outbox/append.py",
    "backend/outbox/handle.py",
    "backend/outbox/lag.py",
    "backend/outbox/management/commands/check_outbox.py",
    "backend/outbox/offering_again.py",
    "backend/outbox/relay.py",
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def test_no_module_of_the_backend_uses_a_manager_but_the_door() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "backend").rglob("*.py"))
        if path != DOOR and str(path.relative_to(ROOT)) not in WITHOUT_TENANT and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]

    assert found == []


def test_every_model_of_the_domain_belongs_to_an_organisation() -> None:
    domain = [model for model in apps.get_models() if model.__module__.startswith("backend.domain.")]
    # The tenant itself; a session belongs to a person; the trades' words are everybody's, and come with the code.
    allowed = {"Organisation", "DeviceSession", "TradeWord"}

    strays = {model.__name__ for model in domain if not issubclass(model, TenantRow)}

    assert Organisation in domain
    assert strays - allowed == {name for name in strays - allowed if name.endswith("Statistic")}


def test_organisation_is_never_null() -> None:
    for model in apps.get_models():
        if issubclass(model, TenantRow):
            field = model._meta.get_field("organisation")
            assert isinstance(field, models.ForeignKey)
            assert not field.null, model.__name__
