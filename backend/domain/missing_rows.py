"""What is said where there is no such row: a whole sentence each, since in other languages things have a gender."""

from __future__ import annotations

from typing import Final

from django.db.models import Model

from backend.domain.saying import said

_SENTENCES: Final = {
    "ask": said("There is no ask with this id."),
    "asset": said("There is no asset with this id."),
    "asset model": said("There is no asset model with this id."),
    "caution": said("There is no caution with this id."),
    "certification": said("There is no certification with this id."),
    "clip": said("There is no clip with this id."),
    "collection": said("There is no collection with this id."),
    "comment": said("There is no comment with this id."),
    "community": said("There is no community with this id."),
    "correction": said("There is no correction with this id."),
    "cue": said("There is no cue with this id."),
    "flag": said("There is no flag with this id."),
    "hold check": said("There is no hold check with this id."),
    "holiday": said("There is no holiday with this id."),
    "how-to": said("There is no how-to with this id."),
    "nickname": said("There is no nickname with this id."),
    "person": said("There is no person with this id."),
    "recall": said("There is no recall with this id."),
    "suggestion": said("There is no suggestion with this id."),
    "term": said("There is no term with this id."),
    "thread": said("There is no thread with this id."),
    "try": said("There is no try with this id."),
    "turn of duty": said("There is no turn of duty with this id."),
    "upload": said("There is no upload with this id."),
}


def no_such_row(model: type[Model]) -> str:
    """Return that no row of `model` has an id."""
    name = str(model._meta.verbose_name)
    return _SENTENCES.get(name) or f"There is no {name} with this id."
