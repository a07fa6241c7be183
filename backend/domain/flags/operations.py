"""Flagging what should not stand as it does, and saying what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.models import Correction
from backend.domain.creation import Created, create_once
from backend.domain.errors import InvalidInput
from backend.domain.flags.flagged import Flagged, find_flagged
from backend.domain.flags.models import Flag
from backend.domain.flags.owning import due_owner, due_time
from backend.domain.flags.queries import flags_shown, get_flag, ties_to
from backend.domain.flags.states import FLAG_MOVES, FlaggedKind, FlagKind, FlagStatus
from backend.domain.flags.telling import ask, take_back_pushes, tell_flagger
from backend.domain.safety_permissions import Action, require
from backend.domain.saying import said
from backend.domain.states import move

_NOT_TO_RESOLVE = said("Only a curator, or who is due to look at it, may resolve a flag.")


@dataclass(frozen=True)
class Complaint:
    """Why it is flagged; `other` needs words."""

    kind: FlagKind
    text: str = ""


@transaction.atomic
def flag(
    *,
    actor: Actor,
    flag_id: UUID,
    flagged_kind: FlaggedKind,
    flagged_id: UUID,
    complaint: Complaint,
    now: datetime,
) -> Created[Flag]:
    """
    Flag an answer, a comment, a clip or a how-to. One person is due to look at it, and is told.

    What somebody has flagged already, and nobody looked at yet, is one flag, under whatever id it comes again.
    Tenancy: the thing is looked up in the actor's organisation.
    Transaction: opens its own; appends `push.requested`. Idempotent: by `flag_id`, and by person and thing.

    :raises NotFound: there is no such thing in the actor's organisation, or none that they may see.
    :raises InvalidInput: `other` without words.
    :raises NotAllowed: the organisation has nobody who could look at it.
    :raises IdTaken: the id already names something else.
    """
    flagged = find_flagged(actor=actor, kind=flagged_kind, flagged_id=flagged_id)
    if complaint.kind is FlagKind.OTHER and not complaint.text.strip():
        raise InvalidInput(text="Say what is the matter.")
    _wait_for_turn(actor, flagged_id)
    known = tenancy.within(actor, Flag).filter(
        flagger_id=actor.person_id, flagged_id=flagged_id, status=FlagStatus.OPEN
    )
    standing = known.first()
    if standing is not None:
        return Created(get_flag(actor=actor, flag_id=standing.pk), is_new=False)

    def insert() -> Flag:
        return _open(actor, flag_id, flagged, complaint, now=now)

    same = {"organisation_id": actor.organisation_id, "flagger_id": actor.person_id, "flagged_id": flagged_id}
    created = create_once(Flag, flag_id, same=same, insert=insert)
    return Created(get_flag(actor=actor, flag_id=created.row.pk), is_new=created.is_new)


@transaction.atomic
def resolve_flag(
    *, actor: Actor, flag_id: UUID, to: FlagStatus, said: str, correction_id: UUID | None = None, now: datetime
) -> Flag:
    """
    Say what became of a flag: upheld, perhaps with the correction that came of it, or dismissed with a reason.

    Who flagged reads it. Transaction: opens its own; appends `push.requested`.

    :raises NotFound: no such flag in the actor's organisation.
    :raises NotAllowed: the actor may not curate, and it does not wait for them.
    :raises IllegalMove: it is resolved already.
    :raises InvalidInput: it is dismissed without a reason, or with a correction; or there is no such correction.
    """
    flags = tenancy.within(actor, Flag).select_related("flagger").select_for_update(of=("self",))
    found = tenancy.find_in(flags, flag_id)
    require(actor, Action.RESOLVE_FLAG, found.status, ties=ties_to(actor, found), refusal=_NOT_TO_RESOLVE)
    if to is FlagStatus.DISMISSED and not said.strip():
        raise InvalidInput(said="Say why it is left as it is.")
    move(
        found,
        FLAG_MOVES,
        to=to,
        correction=_correction(actor, to, correction_id),
        resolved_by_id=actor.person_id,
        resolved_at=now,
        resolution=said.strip(),
        due_owner_id=None,
        due_at=None,
        remind_at=None,
    )
    take_back_pushes(found, now=now)
    tell_flagger(found, now=now)
    return flags_shown(actor).get(pk=flag_id)


def _open(actor: Actor, flag_id: UUID, flagged: Flagged, complaint: Complaint, *, now: datetime) -> Flag:
    involved = {actor.person_id} | ({flagged.author_id} if flagged.author_id else set())
    owner = due_owner(actor.organisation_id, complaint.kind, involved=involved)
    due_at = due_time(complaint.kind, owner, now=now)
    made = tenancy.create(
        Flag,
        id=flag_id,
        organisation_id=actor.organisation_id,
        flagged_kind=flagged.kind,
        flagged_id=flagged.id,
        thread_id=flagged.thread_id,
        author_id=flagged.author_id,
        flagger_id=actor.person_id,
        kind=complaint.kind,
        text=complaint.text.strip(),
        due_owner=owner,
        due_at=due_at,
        remind_at=due_at,
        flagged_at=now,
    )
    ask(made, owner, now=now)
    return made


def _correction(actor: Actor, to: FlagStatus, correction_id: UUID | None) -> Correction | None:
    if correction_id is None:
        return None
    if to is not FlagStatus.UPHELD:
        raise InvalidInput(correction_id="A correction comes of a flag that is upheld.")
    correction = tenancy.within(actor, Correction).filter(pk=correction_id).first()
    if correction is None:
        raise InvalidInput(correction_id="There is no such correction.")
    return correction


def _wait_for_turn(actor: Actor, flagged_id: UUID) -> None:
    # Two phones of one person, or one that sends again under a new id, would each find nothing.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{actor.person_id} {flagged_id}"])
