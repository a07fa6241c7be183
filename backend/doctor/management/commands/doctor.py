"""`python -m backend.manage doctor [--json]`: what is stuck and why. Exit status 1 when something is wrong."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from backend.doctor.examination import examine, is_well
from backend.doctor.findings import Finding, Level

_MARKS = {Level.WRONG: "WRONG", Level.NOTE: "note", Level.FINE: "fine"}


class Command(BaseCommand):
    help = "Tell what is stuck and why."
    requires_system_checks = ()  # they would need the database, whose absence is what may be to tell

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the same for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = examine(now=timezone.now())
        self.stdout.write(_as_json(findings) if options["json"] else _as_text(findings))
        if not is_well(findings):
            sys.exit(1)


def _as_json(findings: list[Finding]) -> str:
    return json.dumps({"is_well": is_well(findings), "findings": [asdict(finding) for finding in findings]}, indent=2)


def _as_text(findings: list[Finding]) -> str:
    order = list(_MARKS)
    lines = [
        f"{_MARKS[finding.level]:<6} {finding.about:<13} {finding.says}"
        for finding in sorted(findings, key=lambda finding: order.index(finding.level))
    ]
    return "\n".join([*lines, "", "All is well." if is_well(findings) else "Something is wrong: see above."])
