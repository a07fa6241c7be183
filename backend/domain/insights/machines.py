"""Which machine a search names, and which words of a title only name its machine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import AssetModel
from backend.domain.search.identifiers import candidate_identifiers
from backend.domain.search.languages import only_words

_LOOKS_LIKE_A_CODE = re.compile(r"[A-Z]{1,4}[0-9]{1,5}[A-Z]?")


class Machines:
    """The models of one organisation, by what people call them."""

    def __init__(self, models: Iterable[AssetModel]) -> None:
        self._names: dict[UUID, list[str]] = {}
        called: dict[str, set[UUID]] = defaultdict(set)
        for model in models:
            self._names[model.pk] = only_words(f"{model.make} {model.name}").lower().split()
            for name in (model.name, f"{model.make} {model.name}"):
                called[normalise_code(name)].add(model.pk)
        self._called = {name: next(iter(ids)) for name, ids in called.items() if name and len(ids) == 1}

    def named_in(self, words: str) -> tuple[UUID | None, str]:
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

    def without_names(self, terms: Iterable[str] | None, model_id: UUID | None, code: str) -> frozenset[str]:
        """Return the stems without those of the machine's names: a stem is what its word begins with, mostly."""
        names = [*self._names.get(model_id, []), code.lower()] if model_id else []
        return frozenset(term for term in terms or () if not any(name.startswith(term) for name in names))
