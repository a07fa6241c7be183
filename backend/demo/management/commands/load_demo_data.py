"""`python -m backend.manage load_demo_data FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.demo.faulttalk import read_faulttalk
from backend.demo.finding import NoDemoOrganisation
from backend.demo.half_year import load_half_year
from backend.demo.sign_ins import PASSWORD, list_sign_ins
from backend.demo.unfinished import load_unfinished


class Command(BaseCommand):
    help = "Fill the demo organisation's last half year with the threads of a FaultTalk file, each once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        faults = read_faulttalk(options["file"])
        try:
            new_count = load_half_year(faults, now=timezone.now(), say=self.stdout.write)
            open_count = load_unfinished(now=timezone.now())
        except NoDemoOrganisation as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"\n{new_count} threads are new, {len(faults) - new_count} were there already.")
        self.stdout.write(f"{open_count} of the last days are new: asked, parked, reopened, or answered by nobody.")
        self.stdout.write(
            f"Sign in as {list_sign_ins()[0].address} ({PASSWORD}) and search in your own words, for example "
            f"“{faults[0].questions['typed']}”: GET /api/v1/search?q=…"
        )
