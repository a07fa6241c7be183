"""
What turns a text into a vector, so that texts that mean alike lie close: optional, and off unless `EMBEDDER` names one.

Weights are read from this machine only: neither a search nor a job ever waits for a download.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from django.conf import settings

Vector = list[float]

_THREADS = 1


class Embedder(Protocol):
    """
    A model that is loaded. Texts and questions may be embedded differently; both give unit vectors.

    Its methods raise `EmbedderUnavailable`, take tens of milliseconds a text, and are not called inside a transaction.
    """

    name: str  # vectors of different names cannot be compared
    dimensions: int

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]: ...

    def embed_question(self, text: str) -> Vector: ...


class EmbedderUnavailable(Exception):
    """The embedder that the settings name does not load, or failed. The text is a sentence for whoever runs Cuppa."""


@dataclass(frozen=True)
class Kind:
    """A library that embeds: `problem_of` says why a model of this name cannot be loaded, None when it can."""

    library: str
    problem_of: Callable[[str], str | None]
    load: Callable[[str], Embedder]


def current_embedder() -> Embedder | None:
    """
    Return the embedder that the settings name, loaded once in a process; None when they name none.

    :raises EmbedderUnavailable: its library or its model is not there, or does not load.
    """
    problem = embedder_problem()
    if problem:
        raise EmbedderUnavailable(problem)
    return _load(settings.EMBEDDER.kind, settings.EMBEDDER.model) if settings.EMBEDDER else None


def embedder_problem() -> str | None:
    """Return why the embedder that the settings name cannot be loaded, without loading it; None when all is there."""
    choice = settings.EMBEDDER
    if choice is None:
        return None
    kind = KINDS[choice.kind]
    if find_spec(kind.library) is None:
        return (
            f"EMBEDDER={choice} needs the Python package {kind.library.replace('_', '-')}, which is not installed: "
            "see docs/embedding.md."
        )
    return kind.problem_of(choice.model)


@cache
def _load(kind: str, model: str) -> Embedder:
    try:
        return KINDS[kind].load(model)
    except Exception as error:  # whatever a library makes of a broken model
        raise EmbedderUnavailable(f"EMBEDDER={kind}:{model} does not load: {_one_line(error)}") from error


class SentenceTransformersEmbedder:
    """A model in the form that the sentence-transformers library saves."""

    def __init__(self, model: str) -> None:
        import torch  # noqa: PLC0415 - optional, and takes seconds
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        # Several cores for one short text wait for each other as soon as the machine is busy: a question took 1.6 s on
        # two overloaded cores, and 0.3 s on one of them (measured).
        torch.set_num_threads(_THREADS)
        self._model = SentenceTransformer(str(_directory_of(model)), device="cpu", local_files_only=True)
        self._one_at_a_time = Lock()  # its tokenizer may be used by one thread only
        self.name = f"sentence-transformers:{model}"
        self.dimensions = int(self._model.get_embedding_dimension())

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        return self._embed(self._model.encode_document, list(texts))

    def embed_question(self, text: str) -> Vector:
        return self._embed(self._model.encode_query, [text])[0]

    def _embed(self, encode: Callable[..., Any], texts: list[str]) -> list[Vector]:
        try:
            with self._one_at_a_time:
                vectors: list[Vector] = encode(texts, normalize_embeddings=True, show_progress_bar=False).tolist()
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EmbedderUnavailable(f"{self.name} failed: {_one_line(error)}") from error
        return vectors


class FastembedEmbedder:
    """A model that the fastembed library knows and has fetched before."""

    def __init__(self, model: str) -> None:
        from fastembed import TextEmbedding  # noqa: PLC0415 - optional, and takes seconds

        self._model = TextEmbedding(model, threads=_THREADS, local_files_only=True)
        self.name = f"fastembed:{model}"
        self.dimensions = int(self._model.embedding_size)

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        return self._embed(self._model.passage_embed, list(texts))

    def embed_question(self, text: str) -> Vector:
        return self._embed(self._model.query_embed, [text])[0]

    def _embed(self, embed: Callable[..., Any], texts: list[str]) -> list[Vector]:
        try:
            return [vector.tolist() for vector in embed(texts)]
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EmbedderUnavailable(f"{self.name} failed: {_one_line(error)}") from error


def _directory_of(model: str) -> Path | None:
    """Return where the model lies: in the directory `model`, or inside the installed package of that name."""
    package = model.replace("-", "_")
    if Path(model).is_dir():
        places = [Path(model)]
    elif package.isidentifier() and (spec := find_spec(package)) is not None:
        places = [Path(place) for place in spec.submodule_search_locations or ()]
    else:
        places = []
    found = (path.parent for place in places for path in sorted(place.rglob("modules.json")))
    return next(found, None)


def _no_directory(model: str) -> str | None:
    if _directory_of(model) is not None:
        return None
    return (
        f"EMBEDDER names the model {model}, and there is neither a directory nor an installed package of that name "
        "with a modules.json in it: see docs/embedding.md."
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


# A new library is one more line here, and one in `backend.settings.env`.
KINDS = {
    "sentence-transformers": Kind("sentence_transformers", _no_directory, SentenceTransformersEmbedder),
    "fastembed": Kind("fastembed", lambda _: None, FastembedEmbedder),  # only loading tells whether it was fetched
}
