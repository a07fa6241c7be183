"""Many deliveries by their ids, with one parameter."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL


def among(delivery_ids: Collection[UUID]) -> RawSQL:
    """
    Return the condition that a delivery is one of these, for `Delivery.objects.filter`.

    `pk__in` writes a parameter for each: for five hundred that costs the ORM and the driver a millisecond of processor
    more *(measured)*. An array, not a subquery: PostgreSQL then goes by the primary key however few statistics it has.
    """
    return RawSQL("notifications_delivery.id = ANY(%s::uuid[])", [list(delivery_ids)], BooleanField())
