"""What states are called within a sentence, in the words of the pages."""

from __future__ import annotations

from typing import Final

from backend.domain.saying import said

_WORDS: Final = {
    # of threads
    "asked": said("waiting for an answer"),
    "answered": said("answered"),
    "trying": said("being tried"),
    "fixed": said("fixed"),
    "held": said("fixed, and it held"),
    "parked": said("put aside"),
    "duplicate": said("known already"),
    "unsolved": said("not solved"),
    # of asks
    "claimed": said("claimed"),
    "passed": said("passed on"),
    "busy": said("passed on"),
    "not_my_kit": said("passed on"),
    "referred": said("passed on"),
    "cancelled": said("called off"),
    # of how-tos
    "draft": said("a draft"),
    "in_review": said("in review"),
    "released": said("released"),
    "superseded": said("superseded"),
    "retired": said("retired"),
    "archived": said("put away"),
    "wip": said("not released yet"),
    "not_validated": said("not validated yet"),
    "validated": said("validated"),
    # of what is said about safety
    "covered": said("covered"),
    "signed": said("signed"),
    "standing": said("standing"),
    "withdrawn": said("withdrawn"),
    "plain": said("not corrected"),
    "corrected": said("corrected"),
    "recalled": said("recalled"),
    "open": said("open"),
    "closed": said("closed"),
    "upheld": said("upheld"),
    "dismissed": said("dismissed"),
}


def state_in_words(state: str) -> str:
    """Return what a state is called; one that only programs meet goes by its own name."""
    return _WORDS.get(state) or state.replace("_", " ")
