"""How far people play the films of how-tos. No row says who."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.howtos.models import HowToVersion
from backend.domain.rows import TenantRow


class Viewing(TenantRow):
    """
    One visit of one reader to a how-to, by the id that the phone chose. Kept for a week, so that it counts once.

    `furthest`: by the position of a step, the last tenth of its moment that playing has entered, 0..9.
    """

    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    furthest = models.JSONField(default=dict)
    week_on = models.DateField()  # Monday: what it reaches later counts there, too
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = "viewing of a how-to"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["begun_at"], name="viewing_old")]


class WatchCount(TenantRow):
    """
    How many viewings of a week have entered a tenth of a step's moment.

    `people_marks`: bits that their people's keyed hashes fell on. As many people as bits have been there, at least;
    which of them, no bit says.
    """

    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    step_position = models.PositiveSmallIntegerField()  # from 1
    tenth = models.PositiveSmallIntegerField()  # 0..9
    week_on = models.DateField()  # Monday, UTC
    viewings_count = models.PositiveIntegerField()
    people_marks = models.BigIntegerField()

    class Meta:
        verbose_name = "count of viewings"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "week_on"], name="watch_count_of_a_period")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "step_position", "tenth", "week_on"], name="watch_counted_in_one_row"
            ),
            models.CheckConstraint(condition=models.Q(tenth__lte=9), name="watch_count_is_of_a_tenth"),
            models.CheckConstraint(condition=models.Q(viewings_count__gte=1), name="watch_count_counts_something"),
        ]
