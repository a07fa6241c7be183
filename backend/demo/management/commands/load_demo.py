"""`python -m backend.manage load_demo`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from backend.demo.organisation import load_demo_organisation


class Command(BaseCommand):
    help = "Load the demo organisation, once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = load_demo_organisation(now=timezone.now())
        self.stdout.write("Loaded the demo organisation." if loaded else "The demo organisation is there already.")
