"""What somebody asked, as ranking needs it: the terms, and how rare each is in their organisation."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.domain.equipment.codes import normalise_code
from backend.domain.search.identifiers import candidate_identifiers
from backend.domain.search.languages import only_words, text_search_configuration
from backend.domain.search.statistics import Statistics, TermStatistics, read_statistics
from backend.domain.search.subjects import IDENTIFIER_MARK

# A code or part number that matches exactly says more than any word: it counts as several would.
IDENTIFIER_BOOST = 5.0

# How many subjects the rarest terms may bring up for ranking. Terms beyond are in so many subjects that they
# only tell those apart which a rarer term brought up; so the work does not grow with the organisation.
MAX_CANDIDATES = 2000
# … when only those with certain facts may be found: most of what is brought up is left out again.
MAX_NARROWED_CANDIDATES = 4_000


@dataclass(frozen=True)
class Asked:
    """
    The terms that some subject has: those asked, and what people say for them.

    `stands_for` names the asked term; `weight` is what a term counts of it, 0..1; `rarity` what it counts in all.
    `seeds` are those that bring subjects up for ranking.
    """

    rarity: dict[str, float]
    stands_for: dict[str, str]
    weight: dict[str, float]
    seeds: list[str]
    mean_words_count: float
    total_rarity: float  # of every word asked; one that no subject has counts as the rarest
    candidates_count: int = MAX_CANDIDATES  # how many subjects are brought up at most, of a term or in all


@dataclass(frozen=True)
class Question:
    """What was asked, None when no subject holds anything of it; and what of it no subject holds."""

    asked: Asked | None
    unknown_words: tuple[str, ...] = ()  # in lower case
    unknown_codes: tuple[str, ...] = ()  # normalised


def read_question(
    organisation_id: UUID,
    *,
    words: str,
    identifiers: Sequence[str] = (),
    language: str,
    candidates_count: int = MAX_CANDIDATES,
) -> Question:
    """
    Return the terms of `words` and `identifiers`, with how rare they are.

    One query, none when `words` holds no word.
    """
    candidates = candidate_identifiers(words) + [normalise_code(shown) for shown in identifiers]
    plain = only_words(words)
    if not plain and not candidates:
        return Question(asked=None)
    statistics = read_statistics(
        organisation_id,
        words=plain,
        configuration=text_search_configuration(language),
        terms=[IDENTIFIER_MARK + code for code in candidates if code],
    )
    asked = _known(statistics, candidates_count=candidates_count)
    return Question(asked, unknown_words=_unknown_words(statistics), unknown_codes=_unknown_codes(statistics))


def _known(statistics: Statistics, *, candidates_count: int) -> Asked | None:
    known = _best_of_each([term for term in statistics.terms if term.subjects_count > 0], statistics)
    if not known:
        return None
    return Asked(
        rarity={term: rarity for term, (_, rarity) in known.items()},
        stands_for={term: each.stands_for for term, (each, _) in known.items()},
        weight={term: each.weight for term, (each, _) in known.items()},
        seeds=_most_telling(known, candidates_count),
        mean_words_count=statistics.mean_words_count,
        total_rarity=_total_rarity(known, statistics),
        candidates_count=candidates_count,
    )


def _unknown_words(statistics: Statistics) -> tuple[str, ...]:
    """Return the words that no subject holds, and for which the trades know no other: somebody may have slipped."""
    has_others = {each.stands_for for each in statistics.terms if each.term != each.stands_for}
    own = [each for each in statistics.terms if each.word and each.term not in has_others]
    return tuple(sorted(each.word.lower() for each in own if each.word and not each.subjects_count))


def _unknown_codes(statistics: Statistics) -> tuple[str, ...]:
    """Return what looks like a code, with a digit and a letter, and is none of any subject's."""
    missing = [each.term for each in statistics.terms if is_identifier(each.term) and not each.subjects_count]
    codes = {
        term.removeprefix(IDENTIFIER_MARK) for term in missing if re.search(r"\d", term) and re.search("[A-Z]", term)
    }
    return tuple(sorted(codes, key=lambda code: (len(code), code)))  # the longer ones are mostly words run together


Known = dict[str, tuple[TermStatistics, float]]  # by term: what it stands for, and what it counts


def _best_of_each(terms: list[TermStatistics], statistics: Statistics) -> Known:
    """Return each term once, for the asked term for which it counts most. None counts more than what it stands for."""
    own = {
        each.term: _rarity(each.term, each.subjects_count, statistics.subjects_count)
        for each in terms
        if each.term == each.stands_for
    }
    known: Known = {}
    for each in terms:
        rarity = _rarity(each.term, each.subjects_count, statistics.subjects_count)
        counts = each.weight * min(rarity, own.get(each.stands_for, rarity))
        if each.term not in known or counts > known[each.term][1]:
            known[each.term] = (each, counts)
    return known


def _total_rarity(known: Known, statistics: Statistics) -> float:
    best: dict[str, float] = {}
    for each, rarity in known.values():
        best[each.stands_for] = max(rarity, best.get(each.stands_for, 0.0))
    unknown = {each.term for each in statistics.terms if each.term == each.stands_for} - best.keys()
    unknown_words_count = sum(not is_identifier(term) for term in unknown)
    return sum(best.values()) + unknown_words_count * _rarity("", 1, statistics.subjects_count)


def is_identifier(term: str) -> bool:
    return term.startswith(IDENTIFIER_MARK)


def _rarity(term: str, holders_count: int, subjects_count: int) -> float:
    """Return BM25's inverse document frequency, in the form that is never negative (Lucene's `BM25Similarity`)."""
    rarity = math.log(1 + (subjects_count - holders_count + 0.5) / (holders_count + 0.5))
    return rarity * IDENTIFIER_BOOST if is_identifier(term) else rarity


def _most_telling(known: Known, candidates_count: int) -> list[str]:
    """Return the terms that count most, as many as bring up `candidates_count` subjects together; at least one."""
    most = sorted(known, key=lambda term: (-known[term][1], term))
    chosen, total = most[:1], known[most[0]][0].subjects_count
    for term in most[1:]:
        total += known[term][0].subjects_count
        if total > candidates_count:
            break
        chosen.append(term)
    return chosen
