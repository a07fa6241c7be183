"""`python -m backend.manage messages [LANGUAGE …]`: bring the catalogues up to what the pages say now."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.web.said_by_the_rules import list_sentences

_OF_THE_DAY = ('"POT-Creation-Date:', '"Report-Msgid-Bugs-To:')
_NOT_SAID = [".venv", "var", "tests", "bench", "deploy", "docs", "media_worker", "backend/operator"]


class Command(BaseCommand):
    help = "Collect what the pages say into locale/*/LC_MESSAGES/django.po, and compile what is translated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("languages", nargs="*", help="new ones, such as fr; without: those that there are")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not shutil.which("xgettext"):
            raise CommandError(
                "GNU gettext is not on the PATH. Debian: apt-get install gettext. macOS: brew install it."
            )
        there = [path.name for path in settings.LOCALE_PATHS[0].iterdir() if path.is_dir()]
        languages = sorted({*there, *options["languages"]})
        with chdir(settings.ROOT), _what_rules_say(settings.ROOT / "backend" / "domain" / "said_by_rules.py"):
            call_command(
                "makemessages",
                locale=languages,
                ignore_patterns=_NOT_SAID,
                add_location="file",
                no_obsolete=True,
                no_wrap=True,
            )
        for path in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
            _forget_the_day(path)
        with chdir(settings.ROOT):
            call_command(
                "compilemessages", locale=[each for each in languages if each != "en"], ignore_patterns=_NOT_SAID
            )


def _forget_the_day(path: Path) -> None:
    """Take out the lines that differ each time: a catalogue in which no sentence changed stays as it is."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(_OF_THE_DAY)), encoding="utf-8")


@contextmanager
def _what_rules_say(path: Path) -> Iterator[None]:
    """Have the sentences of the rules stand where the collector looks, as long as it looks."""
    lines = [f"gettext({sentence!r})" for sentence in list_sentences()]
    path.write_text("\n".join(["from django.utils.translation import gettext", *lines, ""]), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink()
