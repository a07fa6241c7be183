"""What somebody asked, as ranking needs it: the terms, and how rare each is in their organisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.domain.equipment.codes import normalise_code
from backend.domain.search.identifiers import candidate_identifiers
from backend.domain.search.languages import only_words, text_search_configuration
from backend.domain.search.statistics import read_statistics
from backend.domain.search.subjects import IDENTIFIER_MARK

# A code or part number that matches exactly says more than any word: it counts as several would.
IDENTIFIER_BOOST = 2.5

# How many subjects the rarest terms may bring up for ranking. Terms beyond are in so many subjects that they
# only tell those apart which a rarer term brought up; so the work does not grow with the organisation.
MAX_CANDIDATES = 2000


@dataclass(frozen=True)
class Asked:
    """`rarity` holds every term that some subject has; `seeds` are those that bring subjects up for ranking."""

    rarity: dict[str, float]
    seeds: list[str]
    mean_words_count: float
    total_rarity: float  # of every word asked; one that no subject has counts as the rarest


def read_question(organisation_id: UUID, *, words: str, identifiers: Sequence[str] = (), language: str) -> Asked | None:
    """
    Return the terms of `words` and `identifiers`, with how rare they are; None when there is nothing to look for.

    One query, none when `words` holds no word.
    """
    candidates = candidate_identifiers(words) + [normalise_code(shown) for shown in identifiers]
    plain = only_words(words)
    if not plain and not candidates:
        return None
    statistics = read_statistics(
        organisation_id,
        words=plain,
        configuration=text_search_configuration(language),
        terms=[IDENTIFIER_MARK + code for code in candidates if code],
    )
    counts = statistics.subjects_by_term
    known = {term: count for term, count in counts.items() if count > 0}
    if not known:
        return None
    rarity = {term: _rarity(term, count, statistics.subjects_count) for term, count in known.items()}
    unknown_words_count = sum(1 for term in counts if term not in known and not is_identifier(term))
    return Asked(
        rarity=rarity,
        seeds=_rarest(known),
        mean_words_count=statistics.mean_words_count,
        total_rarity=sum(rarity.values()) + unknown_words_count * _rarity("", 1, statistics.subjects_count),
    )


def is_identifier(term: str) -> bool:
    return term.startswith(IDENTIFIER_MARK)


def _rarity(term: str, holders_count: int, subjects_count: int) -> float:
    """Return BM25's inverse document frequency, in the form that is never negative (Lucene's `BM25Similarity`)."""
    rarity = math.log(1 + (subjects_count - holders_count + 0.5) / (holders_count + 0.5))
    return rarity * IDENTIFIER_BOOST if is_identifier(term) else rarity


def _rarest(known: dict[str, int]) -> list[str]:
    """Return the rarest terms whose holders together stay within MAX_CANDIDATES; at least one."""
    rarest = sorted(known, key=lambda term: (known[term], term))
    chosen, total = rarest[:1], known[rarest[0]]
    for term in rarest[1:]:
        total += known[term]
        if total > MAX_CANDIDATES:
            break
        chosen.append(term)
    return chosen
