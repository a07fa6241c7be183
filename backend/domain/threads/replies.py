"""The durable reply inbox: what people say from a notification is kept, once, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor, Role
from backend.domain.asking.reaching import Reachable, everybody
from backend.domain.creation import Created, create_once
from backend.domain.errors import DomainError, NotFound
from backend.domain.threads.models import Reply, ReplyAction
from backend.domain.threads.reply_actions import HANDLERS, Became, Handler, Heard, Notified, Said


class ReplyTokenInvalid(DomainError):
    """The notification answers nothing any more, or its person may no longer act."""

    code = "reply_token_invalid"


@transaction.atomic(savepoint=False)  # whatever it raises ends its caller's transaction, too
def take_reply(
    *,
    reply_id: UUID,
    notified: Notified,
    said: Said,
    reachable: Reachable = everybody,
    handlers: Mapping[ReplyAction, Handler] = HANDLERS,
    now: datetime,
) -> Created[Reply]:
    """
    Take what a person said from a notification, and do it.

    The caller has verified that the phone holds the token of this push, and that the push offers this action.
    What comes too late (the thread is fixed, withdrawn, answered) is kept all the same, and the answer says so: a
    phone's queue never sticks.
    Tenancy: everything is looked up in the organisation of the push. `reachable`: as `respond` has it.
    `handlers`: what each action does, also those of areas above this one.
    Transaction: joins the caller's or opens its own; the reply and what follows from it are one.
    Idempotent: the same reply a hundred times, also at once, is one reply with one answer, `Reply.answer`, in the
    language of the person's profile.

    :raises ReplyTokenInvalid: the person was removed.
    :raises InvalidInput: an answer without words, or the id is not a UUIDv7.
    :raises IdTaken: the id names another reply.
    :raises LostRace: somebody moved the thread at the same moment; the same reply may be sent again.
    """
    actor, language = _who_replies(notified)

    def insert() -> Reply:
        heard = Heard(actor, reply_id, notified, said, reachable, now)
        return _keep(heard, handlers[said.action](heard), language)

    same = {
        "organisation_id": notified.organisation_id,
        "person_id": notified.person_id,
        "push_id": notified.push_id,
        "device_id": notified.device_id,
        "action": said.action,
        "text": said.text,
        "refer_to_id": said.refer_to_id,
        "seen_version": said.seen_version,
    }
    return create_once(Reply, reply_id, same=same, insert=insert)


def replying_actor(notified: Notified) -> Actor:
    """
    Return the person who was told, as the one who acts.

    :raises ReplyTokenInvalid: they were removed.
    """
    actor, _ = _who_replies(notified)
    return actor


def _who_replies(notified: Notified) -> tuple[Actor, str]:
    """As `replying_actor`, and the language in which they are answered (BCP 47)."""
    people = tenancy.within_organisation(notified.organisation_id, Person)
    found = people.filter(pk=notified.person_id, is_active=True).values_list("role", "language").first()
    if found is None:
        raise ReplyTokenInvalid("You are not a member of this organisation any more.")
    role, language = found
    return Actor(notified.person_id, notified.organisation_id, Role(role)), language


def check_is_own_voice_note(notified: Notified, *, clip_id: UUID | None) -> None:
    """
    Accept the id of a voice note that was announced by a reply to this very push from this very phone.

    :raises NotFound: there is no such reply, or its note is not wanted.
    """
    notes = tenancy.within_organisation(notified.organisation_id, Reply).filter(
        push_id=notified.push_id,
        device_id=notified.device_id,
        person_id=notified.person_id,
        action=ReplyAction.VOICE,
        suggestion__isnull=False,
    )
    if clip_id is None or not notes.filter(pk=clip_id).exists():
        raise NotFound("This notification waits for no such voice note. Send the reply with `voice` first.")


def _keep(heard: Heard, became: Became, language: str) -> Reply:
    said, notified = heard.said, heard.notified
    return tenancy.create(
        Reply,
        id=heard.reply_id,
        organisation_id=notified.organisation_id,
        person_id=notified.person_id,
        thread_id=notified.thread_id,
        push_id=notified.push_id,
        device_id=notified.device_id,
        action=said.action,
        text=said.text,
        refer_to_id=said.refer_to_id,
        seen_version=said.seen_version,
        suggestion=became.suggestion,
        result=became.result,
        answer=became.told(heard.reply_id, language=language),
        received_at=heard.now,
    )
