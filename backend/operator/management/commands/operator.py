"""`python -m backend.manage operator [EMAIL] [--end]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.operator.standing import NoSuchPerson, list_operators, make_operator, unmake_operator


class Command(BaseCommand):
    help = "Let somebody see every organisation at /operator/; without an address, list who may."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="with which they sign in")
        parser.add_argument("--end", action="store_true", help="they may no more")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["email"] is None:
            self._list()
            return
        try:
            if options["end"]:
                person = unmake_operator(email=options["email"])
                self.stdout.write(f"{person.name} is no operator any more.")
            else:
                person = make_operator(email=options["email"], now=timezone.now())
                self.stdout.write(f"{person.name} may open /operator/, signed in as {person.email}.")
        except NoSuchPerson as error:
            raise CommandError(str(error)) from error

    def _list(self) -> None:
        operators = list(list_operators())
        for operator in operators:
            self.stdout.write(f"{operator.person.email}  {operator.person.name}, since {operator.since_at:%Y-%m-%d}")
        if not operators:
            self.stdout.write("There is no operator. Name an address with which somebody signs in.")
