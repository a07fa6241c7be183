"""What became different between two versions, word by word, for somebody who has to approve it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from backend.domain.howtos.content import Content, Part, StepContent

_TEXTS: Final = ("title", "problem", "environment", "cause", "remedy", "hazards")
_SAME_STEP_SHARE: Final = 0.5  # of their words: below it, two steps are two steps
_MAX_WORDS: Final = 2_000  # the comparison takes the square of it


@dataclass(frozen=True)
class Words:
    """A run of words, with the blanks between them; `op` is same, added or removed."""

    op: str
    text: str


@dataclass(frozen=True)
class Difference:
    """
    One field that differs. `kind` is changed, added, removed or moved.

    `before_position` and `after_position` are a step's, from 1.
    """

    field: str
    kind: str
    before: str
    after: str
    words: list[Words] = dataclasses.field(default_factory=list)
    before_position: int | None = None
    after_position: int | None = None


def differences(before: Content, after: Content) -> list[Difference]:
    """Return what differs, in the order in which a how-to is read. Equal contents differ in nothing."""
    found = [_of_text(name, getattr(before, name), getattr(after, name)) for name in _TEXTS]
    found.append(_of_text("parts", _lines(before.parts), _lines(after.parts)))
    found.append(_of_text("tools", "\n".join(before.tools), "\n".join(after.tools)))
    return [difference for difference in found if difference] + list(_of_steps(before.steps, after.steps))


def compare_words(before: str, after: str) -> list[Words]:
    """
    Return the words of both texts in runs: those not removed make up `after`, those not added `before`.

    Longest matching blocks (Ratcliff and Obershelp, as Python's difflib has them). A text of more than 2,000 words
    is told as removed and added whole.
    """
    old, new = _split(before), _split(after)
    if max(len(old), len(new)) > 2 * _MAX_WORDS:
        return [Words(op, text) for op, text in (("removed", before), ("added", after)) if text]
    return list(_runs(old, new))


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Words]:
    for op, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield Words("same", "".join(old[old_from:old_to]))
            continue
        if old_to > old_from:
            yield Words("removed", "".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Words("added", "".join(new[new_from:new_to]))


def _split(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _of_text(name: str, before: str, after: str) -> Difference | None:
    if before == after:
        return None
    kind = "changed" if before and after else "added" if after else "removed"
    return Difference(name, kind, before, after, compare_words(before, after))


def _of_steps(before: Sequence[StepContent], after: Sequence[StepContent]) -> Iterator[Difference]:
    pairs = _match(before, after)
    in_order = _longest_rising([pairs[place] for place in sorted(pairs)])
    taken = set(pairs.values())
    for place, step in enumerate(before):
        if place not in pairs:
            yield _step("removed", step, None, place, None)
    for place, step in enumerate(after):
        if place not in taken:
            yield _step("added", None, step, None, place)
    for old, new in sorted(pairs.items(), key=lambda pair: pair[1]):
        if before[old] != after[new]:
            yield _step("changed", before[old], after[new], old, new)
        elif new not in in_order:
            yield _step("moved", before[old], after[new], old, new)


def _match(before: Sequence[StepContent], after: Sequence[StepContent]) -> dict[int, int]:
    """Pair equal steps first, then each left over with the most alike that is left over too."""
    pairs: dict[int, int] = {}
    likeness = [(_likeness(old, new), -i, -j) for i, old in enumerate(before) for j, new in enumerate(after)]
    for share, i, j in sorted(likeness, reverse=True):
        if share >= _SAME_STEP_SHARE and -i not in pairs and -j not in pairs.values():
            pairs[-i] = -j
    return pairs


def _likeness(old: StepContent, new: StepContent) -> float:
    if old == new:
        return 2.0
    ours, theirs = set(_split(old.text.lower())), set(_split(new.text.lower()))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0


def _longest_rising(places: Sequence[int]) -> set[int]:
    """Return the most of `places` that stand in rising order: the others moved."""
    best: list[list[int]] = []
    for index, place in enumerate(places):
        before = [best[earlier] for earlier in range(index) if places[earlier] < place]
        longest: list[int] = max(before, key=len, default=[])
        best.append([*longest, place])
    found: list[int] = max(best, key=len, default=[])
    return set(found)


def _step(
    kind: str, before: StepContent | None, after: StepContent | None, old: int | None, new: int | None
) -> Difference:
    texts = before.text if before else "", after.text if after else ""
    places = [None if place is None else place + 1 for place in (old, new)]
    return Difference("steps", kind, *texts, compare_words(*texts), *places)


def _lines(parts: Sequence[Part]) -> str:
    return "\n".join(f"{part.quantity} × {part.name} {part.number}".rstrip() for part in parts)
