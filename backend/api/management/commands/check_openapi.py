"""Compare the committed OpenAPI document with the views, or write it anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.api.docs import COMMITTED
from backend.api.openapi import make_yaml


class Command(BaseCommand):
    help = "Fail when api_schema/openapi.yaml is not what the views say; --write makes it so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the document instead of comparing")

    def handle(self, *_args: Any, write: bool, **_options: Any) -> None:
        made = make_yaml()
        if write:
            COMMITTED.write_text(made)
        elif not COMMITTED.exists() or COMMITTED.read_text() != made:
            raise CommandError("api_schema/openapi.yaml is not what the views say. Run `make openapi` and commit it.")
        else:
            self.stdout.write("api_schema/openapi.yaml is what the views say.")
