"""What PostgreSQL knows of uploads on their way into a bucket: no byte of them, but where each lies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.clips.models import Upload
from backend.domain.rows import TenantRow


class BucketStaging(TenantRow):
    """
    One upload that S3 keeps in parts. Only the holder of `lease` may change what is kept.

    The bytes, in order: the parts, then the tail, which is too small to be one. The tail lies on the disk of
    the machine that writes (`holder`), and at the end of each request also in the bucket (`tail_key`).
    """

    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="+")
    lease = models.PositiveIntegerField(default=0)
    object_key = models.CharField(max_length=300)  # what the parts will be
    content_type = models.CharField(max_length=100)
    multipart_id = models.TextField(blank=True)  # S3's; stores differ widely in its length
    next_part = models.PositiveIntegerField(default=1)  # a number is given out once: a late put hits nobody's part
    parts = models.JSONField(default=list)  # [[number, etag, size_bytes], …]
    first_bytes = models.BinaryField(default=b"")  # of the file, once a part holds them: S3 shows no part
    is_direct = models.BooleanField(default=False)  # the phone itself sends the parts
    is_assembled = models.BooleanField(default=False)  # the object is there
    holder = models.UUIDField(null=True)  # the machine that has the tail on its disk
    tail_key = models.CharField(max_length=300, blank=True)
    tail_bytes = models.PositiveIntegerField(default=0)  # of the object at `tail_key`
    rewinds = models.PositiveIntegerField(default=0)  # how often bytes that had arrived may have been lost
    is_settled = models.BooleanField(default=True)  # the bucket has all that the holder has
    is_wanted = models.BooleanField(default=False)  # another machine waits for that
    kept_at = models.DateTimeField()  # when the bucket last received anything

    class Meta:
        verbose_name = "staged upload"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder"], condition=models.Q(is_wanted=True), name="wanted_staging")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(tail_key="", tail_bytes=0) | ~models.Q(tail_key="") & models.Q(tail_bytes__gt=0),
                name="tail_has_a_key_and_bytes",
            ),
            models.CheckConstraint(
                condition=models.Q(parts=[]) | ~models.Q(multipart_id=""), name="parts_have_a_multipart_id"
            ),
        ]

    @property
    def part_bytes(self) -> int:
        """Return how many bytes lie in parts: where the tail begins."""
        return sum(size_bytes for _, _, size_bytes in self.parts)
