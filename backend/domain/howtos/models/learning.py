"""Collections: how-tos in the order in which to learn them, and what somebody has opened."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.howtos.models.articles import HowTo
from backend.domain.rows import TenantRow


class Collection(TenantRow):
    """A learning path. It holds how-tos only, so that it cannot hold itself."""

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)  # raised by each change
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="collection_newest_first")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(title=""), name="collection_has_a_title"),
        ]


class CollectionItem(TenantRow):
    """A how-to at a place of a collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()  # from 1

    class Meta:
        verbose_name = "how-to of a collection"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["collection", "position"], name="collection_position_once"),
            models.UniqueConstraint(fields=["collection", "howto"], name="collection_howto_once"),
        ]


class HowToOpening(TenantRow):
    """Somebody has opened a how-to. Only they are shown it; a recall of it reaches them."""

    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()  # the first time
    last_opened_at = models.DateTimeField(null=True)  # null: before this was kept

    class Meta:
        verbose_name = "opening of a how-to"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["howto", "person"], name="howto_opened_once")
        ]
