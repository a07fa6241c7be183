"""What every domain table has."""

from __future__ import annotations

from django.db import models

from api_schema.ids import uuid7


class Row(models.Model):
    """A row with a UUIDv7, which a phone may have chosen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class TenantRow(Row):
    """A row that belongs to one organisation; reached through `backend.domain.tenancy` only."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


def one_of(field: str, states: type) -> models.Q:
    """Return the condition that `field` holds one of the enum's values, for a CheckConstraint."""
    return models.Q(**{f"{field}__in": [state.value for state in states]})  # type: ignore[attr-defined]
