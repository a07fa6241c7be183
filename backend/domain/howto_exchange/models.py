"""Where an imported how-to came from, so that the same file makes one draft."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.howtos.models import HowTo
from backend.domain.rows import TenantRow


class HowToImport(TenantRow):
    """One how-to of one file, once: what it called itself, and the hash of what it said."""

    source_id = models.UUIDField()
    content_sha256 = models.CharField(max_length=64)
    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="+")
    imported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = "import of a how-to"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "source_id", "content_sha256"], name="howto_import_once")
        ]
