"""What happened on threads, kept for a day, so that a reader whose link broke can resume."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.expressions import RawSQL


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """The `xid8` of the writing transaction: what is below every running one's is complete, in any order of ids."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "xid8"


class LiveEvent(models.Model):
    """One event of one thread. Readers order by `(xid, id)`: ids alone commit out of order."""

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.UUIDField()
    thread_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    data = models.JSONField()
    created_at = models.DateTimeField()
    xid = TransactionIdField(db_default=RawSQL("pg_current_xact_id()", []), editable=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["thread_id", "xid", "id"], name="live_by_thread"),
            models.Index(fields=["created_at"], name="live_old"),
        ]
