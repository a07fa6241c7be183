"""The index by which the nearest passages are found without reading all: one for each embedder, made at run time."""

from __future__ import annotations

from hashlib import sha256

from django.db import connection, transaction
from psycopg import sql

from backend.domain.search.embedders import Embedder

# HNSW of pgvector takes half vectors up to this length; longer ones are compared one by one.
_MOST_DIMENSIONS = 4_000


def ensure_vector_index(embedder: Embedder) -> None:
    """
    Make the index of an embedder's vectors if there is none. A migration cannot: their length is the embedder's.

    Transaction: opens its own. Idempotent; of several at once one makes it. Quick, as it comes before the first vector.
    """
    if embedder.dimensions > _MOST_DIMENSIONS:
        return
    made = _CREATE.format(
        name=sql.Identifier(index_name(embedder)),
        embedder=sql.Literal(embedder.name),
        dimensions=sql.Literal(embedder.dimensions),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('search vector index', 0))")
        cursor.execute("SELECT to_regclass(%s)", [index_name(embedder)])
        if cursor.fetchone() == (None,):
            cursor.execute(made)


def index_name(embedder: Embedder) -> str:
    return f"search_vector_{sha256(embedder.name.encode()).hexdigest()[:16]}"


_CREATE = sql.SQL("""
CREATE INDEX {name} ON search_passagevector USING hnsw ((vector::halfvec({dimensions})) halfvec_cosine_ops)
WHERE embedder = {embedder}
""")
