"""`python -m backend.manage reindex`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from backend.domain.reindexing.operations import have_all_wait, reindex_waiting, waiting_subjects

_AT_ONCE = 200


class Command(BaseCommand):
    help = (
        "Write anew what search finds of threads and how-tos that wait for it. Ended in the middle, it goes on later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="everything, not only what waits")

    def handle(self, *_args: Any, **options: Any) -> None:
        total = have_all_wait() if options["all"] else waiting_subjects().count()
        done = 0
        while written := reindex_waiting(limit=_AT_ONCE, now=timezone.now()):
            done += written
            self.stdout.write(f"{done} of {total}")
        self.stdout.write("Everything that search finds is up to date.")
