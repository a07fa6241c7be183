"""`python -m backend.manage demo_sign_ins`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from backend.demo.sign_ins import PASSWORD, list_sign_ins


class Command(BaseCommand):
    help = "Print who can sign in to the demo organisation."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for person in list_sign_ins():
            self.stdout.write(f"  {person.address:<26} {person.name}, {person.job_title}")
        self.stdout.write(f"  password for all: {PASSWORD}")
