"""
What a test that commits leaves behind is deleted from the tables that hold it.

Django truncates every table, and PostgreSQL makes a new file for each: 1 s for eighty of them *(measured)*, of which a
test has filled ten. What stands in the database after `migrate` stays, so nothing puts it in anew: 0.3 s more.

Django closes the connection after such a test, too, and the next one pays for a new server process that knows no table
yet. It stays open here, unless a test has broken it or left it inside a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import TransactionTestCase

_STAYS = frozenset({"django_content_type", "auth_permission", "search_tradeword"})


def flush_what_holds_rows(patch: pytest.MonkeyPatch) -> None:
    """Let Django's `flush` do so until `patch` is undone."""
    patch.setattr(DatabaseOperations, "sql_flush", _sql_flush)
    patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_options: None)
    patch.setattr(TransactionTestCase, "_should_reload_connections", lambda _case: _is_spoilt())


def _is_spoilt() -> bool:
    if connection.connection is None:
        return False
    if connection.in_atomic_block or not connection.get_autocommit() or not connection.is_usable():
        return True
    with connection.cursor() as cursor:  # what goes with the connection where it is closed
        cursor.execute("UNLISTEN *; SELECT pg_advisory_unlock_all()")
    return False


def _sql_flush(_operations: DatabaseOperations, _style: Any, tables: Sequence[str], **_options: bool) -> list[str]:
    filled = _filled(sorted(set(tables) - _STAYS))
    # As a replica the server checks no foreign key, so that the order does not matter.
    deletions = [f'DELETE FROM "{table}"' for table in filled]  # noqa: S608 - names of Django's
    return ["SET LOCAL session_replication_role = replica", *deletions]


def _filled(tables: Sequence[str]) -> list[str]:
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]
