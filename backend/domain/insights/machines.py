"""Which machine a search names, and which words of a title only name its machine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import AssetModel
from backend.domain.search.identifiers import candidate_identifiers
from backend.domain.search.languages import only_words

_LOOKS_LIKE_A_CODE = re.compile(r"[A-Z]{1,4}[0-9]{1,5}[A-Z]?")


class Machines:
    """The models of one organisation, by what people call them. Ids are as written."""

    def __init__(self, models: Iterable[AssetModel]) -> None:
        self._begins: dict[str, frozenset[str]] = {}
        called: dict[str, set[str]] = defaultdict(set)
        for model in models:
            self._begins[str(model.pk)] = _beginnings(*only_words(f"{model.make} {model.name}").lower().split())
            for name in (model.name, f"{model.make} {model.name}"):
                called[normalise_code(name)].add(str(model.pk))
        self._called = {name: next(iter(ids)) for name, ids in called.items() if name and len(ids) == 1}

    def named_in(self, words: str) -> tuple[str | None, str]:
        """
        Return the model that `words` name, and the code, normalised. A code says something beside its model only.

        Nothing is guessed: a name of several models, several models, or several codes are none.
        """
        candidates = candidate_identifiers(words)
        models = {self._called[name] for name in candidates if name in self._called}
        if len(models) != 1:
            return None, ""
        codes = [name for name in candidates if _LOOKS_LIKE_A_CODE.fullmatch(name) and name not in self._called]
        return models.pop(), codes[0] if len(codes) == 1 else ""

    def without_names(self, terms: Iterable[str], model_id: str | None, code: str) -> frozenset[str]:
        """Return the stems without those of the machine's names: a stem is what its word begins with, mostly."""
        if model_id is None:
            return frozenset(terms)
        return frozenset(terms) - self._begins[model_id] - _beginnings(code.lower())


@lru_cache(maxsize=10_000)
def _beginnings(*words: str) -> frozenset[str]:
    return frozenset(word[:length] for word in words for length in range(1, len(word) + 1))
