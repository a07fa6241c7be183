"""An embedder for tests: each meaning it was told has a direction of its own, and whatever else is said has another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection

from backend.domain.search import embedders
from backend.domain.search.embedders import EmbedderUnavailable, Kind, Vector
from backend.domain.search.embedding import embed_waiting
from backend.settings.env import EmbedderChoice

MEANINGS = (("zibber", "quonk", "flurp"), ("leak", "drip", "puddle"))  # the trades' words know nothing of the first


@dataclass
class MeaningEmbedder:
    """Knows which words mean the same. Keeps the `texts` it was given; fails while `is_broken`."""

    name: str = "test:meanings"
    dimensions: int = len(MEANINGS) + 1
    is_broken: bool = False
    texts: list[str] = field(default_factory=list)

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        # In a test everything is inside the test's own transaction: deeper than that is the product's.
        assert len(connection.savepoint_ids) == 0
        self.texts += texts
        return [self.embed_question(text) for text in texts]

    def embed_question(self, text: str) -> Vector:
        if self.is_broken:
            raise EmbedderUnavailable("The model is broken.")
        counts = [float(sum(word in text.lower() for word in words)) for words in MEANINGS]
        length = sum(count * count for count in counts) ** 0.5
        return [*(count / length for count in counts), 0.0] if length else [0.0] * len(MEANINGS) + [1.0]


@contextmanager
def embedding_with(embedder: MeaningEmbedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[MeaningEmbedder]:
    """Have the settings name `embedder`."""
    kind = Kind("json", lambda _: None, lambda _: embedder)
    monkeypatch.setitem(embedders.KINDS, "test", kind)
    monkeypatch.setattr(settings, "EMBEDDER", EmbedderChoice("test", "meanings"))
    embedders._load.cache_clear()
    yield embedder
    embedders._load.cache_clear()


def embed_all(embedder: MeaningEmbedder, now: datetime) -> int:
    # A test is one transaction: what those who wrote left to its end would keep an index from being made.
    connection.check_constraints()
    return embed_waiting(embedder, for_s=5, clock=lambda: now)
