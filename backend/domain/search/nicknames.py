"""What an organisation calls its own things: "the beast" is `CHL-A`. It holds from the next search on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.search.documents import identifiers_in
from backend.domain.search.languages import only_words
from backend.domain.search.models import Nickname


@transaction.atomic
def add_nickname(*, actor: Actor, said: str, means: str, now: datetime) -> Nickname:
    """
    Let a search for either find the other.

    Transaction: opens its own. Idempotent: the same pair again, in any case, is the one that is there.

    :raises NotAllowed: the actor may not curate.
    :raises InvalidInput: one of them has no word, or both are the same.
    """
    _require_curator(actor)
    said_words, means_words = _padded(said), _padded(means)
    for name, words in (("said", said_words), ("means", means_words)):
        if not words.strip():
            raise InvalidInput(**{name: "Needs a word."})
    if said_words == means_words:
        raise InvalidInput(means="Must say something else.")
    row = Nickname(
        organisation_id=actor.organisation_id,
        said=said.strip(),
        means=means.strip(),
        said_words=said_words,
        means_words=means_words,
        identifiers=sorted(identifiers_in(means, given=(means,))),
        created_at=now,
    )
    tenancy.create_many(Nickname, [row], ignore_conflicts=True)
    return tenancy.within(actor, Nickname).get(said_words=said_words, means_words=means_words)


@transaction.atomic
def remove_nickname(*, actor: Actor, nickname_id: UUID) -> None:
    """
    Forget a nickname.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is none with this id in the actor's organisation.
    """
    _require_curator(actor)
    tenancy.same_row(tenancy.find(actor, Nickname, nickname_id)).delete()


def list_nicknames(*, actor: Actor) -> QuerySet[Nickname]:
    """Return what the organisation calls its things; everybody may see it."""
    return tenancy.within(actor, Nickname)


def _padded(text: str) -> str:
    """Return the plain words of `text` as a question is searched for them."""
    return f" {only_words(text).lower()} "


def _require_curator(actor: Actor) -> None:
    if not actor.may_curate:
        raise NotAllowed("Only a curator looks after what things are called.")
