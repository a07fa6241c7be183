"""Find what was learnt before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from uuid import UUID

from backend.domain.actor import Actor
from backend.domain.search.asked import (
    MAX_CANDIDATES,
    MAX_NARROWED_CANDIDATES,
    Asked,
    is_identifier,
    read_question,
)
from backend.domain.search.dense import Question, embed_question
from backend.domain.search.facets import FacetCount, count_facets
from backend.domain.search.fusing import read_meaning
from backend.domain.search.languages import text_search_configuration
from backend.domain.search.models import SubjectKind
from backend.domain.search.narrowing import Facet, Narrowing
from backend.domain.search.passages import Passage, Piece, best_passage, most_telling_piece, read_pieces
from backend.domain.search.ranking import SCORED, Filters, Ranked, rank_subjects
from backend.domain.search.readable import readable_subjects
from backend.domain.search.snippets import Snippet, cut_snippets
from backend.domain.search.spelling import AS_ASKED, Spelling, put_right, respell
from backend.domain.search.syntax import Wanted, read_syntax

# The best by BM25 are looked at closely: their best passage is added to their score.
RERANKED = 40
PASSAGE_WEIGHT = 1.5

# What share of the rarity asked for a solved fault must hold to be shown at ask time. On FaultTalk, asked anew with
# model and code, 0.45 keeps the right thread of all typed and of 97 % of spoken questions; 60 and 63 % of what is shown
# is right, most of the rest is the same machine and code with another cause (docs/adr/0027) *(measured)*.
SIMILAR_SHARE = 0.45


class Matched(StrEnum):
    """Why a hit was found, the strongest reason first."""

    IDENTIFIER = "identifier"
    CUE = "cue"
    TEXT = "text"
    MEANING = "meaning"  # no word of it was asked


@dataclass(frozen=True)
class Moment:
    clip_id: UUID
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Hit:
    """
    One thread or how-to. `score` only compares hits of one answer; `moment` is where to open a clip.

    `share`, 0..1: how much of what was asked it holds, by rarity.
    """

    kind: SubjectKind
    id: UUID
    title: str
    snippet: str  # plain text
    matches: tuple[tuple[int, int], ...]  # [start, end) ranges of the snippet
    is_solved: bool
    is_corrected: bool  # something of it was set straight
    score: float
    share: float
    moment: Moment | None
    matched: Matched


@dataclass(frozen=True)
class SearchResult:
    """
    The best hits, best first; `facets` are None unless they were asked for.

    `spelling` says which words were read as others, and what codes might have been meant.
    """

    hits: list[Hit]
    spelling: Spelling = AS_ASKED
    facets: dict[Facet, list[FacetCount]] | None = None


def search(
    *,
    actor: Actor,
    words: str,
    limit: int = 20,
    kinds: Collection[SubjectKind] | None = None,
    language: str = "en",
) -> list[Hit]:
    """Return the hits of `look_up`."""
    return look_up(actor=actor, words=words, limit=limit, kinds=kinds, language=language).hits


def look_up(
    *,
    actor: Actor,
    words: str,
    limit: int = 20,
    kinds: Collection[SubjectKind] | None = None,
    narrowing: Narrowing | None = None,
    with_facets: bool = False,
    language: str = "en",
) -> SearchResult:
    """
    Return the threads and released how-tos that fit `words` best, each once, with the best moment.

    `words` as typed or said; see `syntax.py` for what quotes and minus signs mean.
    Tenancy: the actor's organisation only. Four queries, whatever it finds; one more for facets, one when a word or
    code is unknown, one when a word is read as another, and one with an embedder. Fewer when it finds nothing.
    """
    wanted = read_syntax(words)
    asked, spelling = _read(actor, wanted, language=language, narrowed=bool(narrowing))
    if asked is None:
        nothing: dict[Facet, list[FacetCount]] | None = {facet: [] for facet in Facet} if with_facets else None
        return SearchResult(hits=[], spelling=spelling, facets=nothing)
    filters = Filters(
        kinds=kinds or tuple(SubjectKind),
        phrases=wanted.phrases,
        excluded=wanted.excluded,
        configuration=text_search_configuration(language),
        narrowing=narrowing or Narrowing(),
        readable=readable_subjects(actor),
    )
    found = _find(actor, asked, filters=filters, question=embed_question(wanted.words))
    return SearchResult(
        hits=_show(actor, asked, found[:limit], language=language),
        spelling=spelling,
        facets=count_facets(actor.organisation_id, asked, filters=filters) if with_facets else None,
    )


def _read(actor: Actor, wanted: Wanted, *, language: str, narrowed: bool) -> tuple[Asked | None, Spelling]:
    """Return what was asked, with typing errors put right; what stands in quotes is left alone."""
    read = partial(
        read_question,
        actor.organisation_id,
        language=language,
        candidates_count=MAX_NARROWED_CANDIDATES if narrowed else MAX_CANDIDATES,
    )
    question = read(words=wanted.words)
    quoted = {word.lower() for phrase in wanted.phrases for word in phrase.split()}
    spelling = respell(
        actor.organisation_id,
        words=[word for word in question.unknown_words if word not in quoted],
        codes=question.unknown_codes,
        configuration=text_search_configuration(language),
    )
    if spelling.read_as:
        question = read(words=put_right(wanted.words, spelling.read_as))
    return question.asked, spelling


def rank_solved_threads(*, actor: Actor, words: str, language: str = "en") -> list[UUID]:
    """
    Return the solved threads that hold something of `words`, the best first; 200 at most, by words alone.

    `words` as `look_up` takes them. Tenancy: the actor's organisation only.
    """
    wanted = read_syntax(words)
    asked, _spelling = _read(actor, wanted, language=language, narrowed=True)
    if asked is None:
        return []
    filters = Filters(
        kinds=(SubjectKind.THREAD,),
        solved_only=True,
        phrases=wanted.phrases,
        excluded=wanted.excluded,
        configuration=text_search_configuration(language),
        readable=readable_subjects(actor),
    )
    return [found.subject_id for found in rank_subjects(actor.organisation_id, asked, filters=filters, limit=SCORED)]


def similar(
    *,
    actor: Actor,
    words: str,
    identifiers: Sequence[str],
    limit: int = 3,
    solved_only: bool = True,
    excluding_subject_id: UUID | None = None,
    language: str = "en",
) -> list[Hit]:
    """
    Return faults like the one described, and nothing when nothing is much like it.

    `identifiers` are codes, models and tags as shown. Tenancy and queries: as `search`. By words alone: this runs in
    the transaction of the question, where no model may keep others waiting.
    """
    asked = read_question(actor.organisation_id, words=words, identifiers=identifiers, language=language).asked
    if asked is None:
        return []
    readable = readable_subjects(actor)
    filters = Filters(solved_only=solved_only, excluding=excluding_subject_id, readable=readable)
    strong = [
        found
        for found in _find(actor, asked, filters=filters)
        if found.subject.matched_rarity >= SIMILAR_SHARE * asked.total_rarity
    ]
    return _show(actor, asked, strong[:limit], language=language)


@dataclass(frozen=True)
class _Found:
    subject: Ranked
    score: float
    passage: Passage
    is_corrected: bool
    timed: Piece | None  # the caption or step that says most of it: where to open the clip


def _find(actor: Actor, asked: Asked, *, filters: Filters, question: Question | None = None) -> list[_Found]:
    by_words = rank_subjects(actor.organisation_id, asked, filters=filters, limit=SCORED if question else RERANKED)
    meant = read_meaning(actor.organisation_id, question, by_words[:RERANKED], filters=filters)
    ranked = meant.with_ranked(by_words, limit=RERANKED)
    pieces = read_pieces(actor.organisation_id, [subject.subject_id for subject in ranked], list(asked.rarity))
    found = [
        _look_closely(subject, pieces[subject.subject_id], asked)
        for subject in ranked
        if subject.subject_id in pieces  # not removed since the first query
    ]
    best = max((one.score for one in found), default=0.0)
    fused = [replace(one, score=meant.fused(one.subject.subject_id, one.score, best=best)) for one in found]
    return sorted(fused, key=lambda one: one.score, reverse=True)


def _look_closely(subject: Ranked, pieces: list[Piece], asked: Asked) -> _Found:
    passage = best_passage(pieces, asked)
    assert passage is not None
    corrections = [piece for piece in pieces if piece.is_correction]
    right = best_passage(corrections, asked)
    return _Found(
        subject=subject,
        score=subject.score + PASSAGE_WEIGHT * passage.rarity,
        # Whoever finds what was wrong reads what is right.
        passage=right if right and right.rarity > 0 else passage,
        is_corrected=bool(corrections),
        timed=most_telling_piece([piece for piece in pieces if piece.start_ms is not None], asked),
    )


def _show(actor: Actor, asked: Asked, found: list[_Found], *, language: str) -> list[Hit]:
    words = [term for term in asked.rarity if not is_identifier(term)]
    document_ids = [one.passage.piece.document_id for one in found]
    snippets = cut_snippets(actor.organisation_id, document_ids, terms=words, language=language)
    return [_hit(one, snippets[one.passage.piece.document_id], asked) for one in found]


def _hit(found: _Found, snippet: Snippet, asked: Asked) -> Hit:
    return Hit(
        kind=found.subject.kind,
        id=found.subject.subject_id,
        title=snippet.title,
        snippet=snippet.text,
        matches=snippet.matches,
        is_solved=found.subject.is_solved,
        is_corrected=found.is_corrected,
        score=found.score,
        share=found.subject.matched_rarity / asked.total_rarity,
        moment=_moment(found.timed) if found.timed else None,
        matched=_matched(found),
    )


def _matched(found: _Found) -> Matched:
    if found.subject.has_identifier:
        return Matched.IDENTIFIER
    if found.subject.matched_rarity == 0:
        return Matched.MEANING
    return Matched.TEXT if found.passage.piece.start_ms is None else Matched.CUE


def _moment(piece: Piece) -> Moment:
    assert piece.clip_id is not None
    assert piece.start_ms is not None
    assert piece.end_ms is not None
    return Moment(clip_id=piece.clip_id, start_ms=piece.start_ms, end_ms=piece.end_ms)
