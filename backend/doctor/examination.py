"""The whole examination, in the order in which one thing explains the next."""

from __future__ import annotations

from datetime import datetime

from backend.doctor import engines, meaning, parts, rows, telling, ways
from backend.doctor.findings import Finding, Level


def examine(*, now: datetime) -> list[Finding]:
    """
    Return everything that can be said about how Cuppa is. What needs a database is left out when there is none.

    Reads only, with a number of queries that does not depend on how much is stuck. Takes about two seconds.
    """
    database = parts.examine_database()
    brokers, media_workers_count = parts.examine_brokers()
    findings = [database, *brokers, parts.examine_object_store(), *parts.examine_disks()]
    if database.level is Level.FINE:
        findings += rows.examine_media(now=now)
        findings += rows.examine_queue(media_workers_count=media_workers_count, now=now)
        findings += rows.examine_outbox(now=now)
        findings += rows.examine_uploads(now=now)
        findings += telling.examine_asking(now=now)
        findings += telling.examine_pushes(now=now)
        findings += ways.examine_ways(now=now)
        findings += telling.examine_live(now=now)
        findings.append(meaning.examine_meaning())
    return [*findings, *engines.examine_engines()]


def is_well(findings: list[Finding]) -> bool:
    """Return whether nobody needs to do anything."""
    return all(finding.level is not Level.WRONG for finding in findings)
