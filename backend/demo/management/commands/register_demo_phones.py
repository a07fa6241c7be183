"""`python -m backend.manage register_demo_phones`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from backend.demo.registering import register_demo_phones


class Command(BaseCommand):
    help = "Register the phones of the demo people, which the local FCM shows."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"Registered {register_demo_phones(now=timezone.now())} phones.")
