"""Machines: their models, where they stand, and the codes they show."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Site
from backend.domain.rows import TenantRow


class AssetModel(TenantRow):
    """A maker's model, e.g. Zephrane AC-350; `family` groups models that fail alike, e.g. "air-cooled chiller"."""

    make = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    family = models.CharField(max_length=100)

    class Meta:
        verbose_name = "asset model"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "make", "name"], name="asset_model_once")
        ]

    def __str__(self) -> str:
        return f"{self.make} {self.name}"


class Asset(TenantRow):
    """One machine, known by the tag on its side."""

    asset_model = models.ForeignKey(AssetModel, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    tag = models.CharField(max_length=64)
    serial_number = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "tag"], name="asset_tag_once")
        ]


class FaultCode(TenantRow):
    """A code that machines of one model show: as shown and normalised (see `codes.py`)."""

    asset_model = models.ForeignKey(AssetModel, on_delete=models.CASCADE, related_name="fault_codes")
    shown = models.CharField(max_length=32)
    normalised = models.CharField(max_length=32)
    meaning = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "fault code"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["asset_model", "normalised"], name="fault_code_once_per_model")
        ]
