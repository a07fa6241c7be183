"""What words found and what meaning found, in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from backend.domain.search.dense import Near, Question, near_subjects
from backend.domain.search.ranking import Filters, Ranked

# The score by words, as a share of the best one's, and this times the closeness. On FaultTalk, in five folds, each
# fold's weight was chosen on the other four: see docs/adr/0028-found-by-meaning.md.
CLOSENESS_WEIGHT = 2.5


@dataclass(frozen=True)
class Meant:
    """How close subjects are to what a question means; empty without an embedder."""

    near: dict[UUID, Near] = field(default_factory=dict)

    def with_ranked(self, ranked: Sequence[Ranked], *, limit: int) -> list[Ranked]:
        """Return the `limit` best by words, and whatever lies near: with no score where no word of it was asked."""
        kept = [each for index, each in enumerate(ranked) if index < limit or each.subject_id in self.near]
        known = {each.subject_id for each in ranked}
        others = [each for each in self.near.values() if each.subject_id not in known]
        return kept + [
            Ranked(each.subject_id, each.kind, each.is_solved, score=0.0, matched_rarity=0.0, has_identifier=False)
            for each in others
        ]

    def fused(self, subject_id: UUID, score: float, *, best: float) -> float:
        """Return the score by words and meaning together; `best` is the highest one by words."""
        if not self.near:
            return score
        near = self.near.get(subject_id)
        return (score / best if best else 0.0) + CLOSENESS_WEIGHT * (near.closeness if near else 0.0)


def read_meaning(
    organisation_id: UUID, question: Question | None, ranked: Sequence[Ranked], *, filters: Filters
) -> Meant:
    """Return how close `ranked`, and what else may be found, lie to the question. One query; none without one."""
    if question is None:
        return Meant()
    among = [each.subject_id for each in ranked]
    return Meant(near_subjects(organisation_id, question, among=among, filters=filters))
