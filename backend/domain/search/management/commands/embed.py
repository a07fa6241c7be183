"""`python -m backend.manage embed [--anew]`: embed all that waits, now, and tell how far it is."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backend.domain.search.embedders import Embedder, EmbedderUnavailable, current_embedder
from backend.domain.search.embedding import embed_waiting, measure_progress, take_all_up_again

_TELL_EVERY_S = 10.0


class Command(BaseCommand):
    help = "Embed every thread and how-to that waits; stop it at any time, and start it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="all of them, for a model that changed under its name")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            embedder = current_embedder()
            if embedder is None:
                raise CommandError("No EMBEDDER is set: search goes by words alone. See docs/embedding.md.")
            if options["anew"]:
                take_all_up_again()
            self._embed(embedder)
        except EmbedderUnavailable as error:
            raise CommandError(str(error)) from error

    def _embed(self, embedder: Embedder) -> None:
        self._tell(embedder)
        while embed_waiting(embedder, for_s=_TELL_EVERY_S, clock=timezone.now):
            self._tell(embedder)

    def _tell(self, embedder: Embedder) -> None:
        progress = measure_progress(embedder.name)
        done = progress.subjects_count - progress.waiting_count
        self.stdout.write(f"{done} of {progress.subjects_count} threads and how-tos are embedded with {embedder.name}.")
