"""An open thread that nobody touches: its owner is told once, then a supervisor gets it. Nothing lies for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext, gettext_noop

from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.asking.covering import supervisor_for
from backend.domain.asking.models import Ask, AskRound
from backend.domain.asking.pushes import due_push
from backend.domain.asking.standing import Standing, next_working_day, standing_of
from backend.domain.threads.models import Thread
from backend.domain.threads.owning import own
from backend.domain.threads.states import ThreadStatus
from backend.outbox.append import append

_SOON = timedelta(hours=1)
_LONGEST = timedelta(days=7)  # between two looks at a thread that nobody touches
_HANDED_OVER_AT = 2  # reminders that its owner let pass
_TO_ASKER = {
    ThreadStatus.ASKED: gettext_noop(
        "%(tag)s, %(site)s: it is asked and nothing happened for a while. Try it, park it, or close it."
    ),
    ThreadStatus.ANSWERED: gettext_noop(
        "%(tag)s, %(site)s: it is answered and nothing happened for a while. Try it, park it, or close it."
    ),
    ThreadStatus.TRYING: gettext_noop(
        "%(tag)s, %(site)s: it is trying and nothing happened for a while. Try it, park it, or close it."
    ),
}
_TO_OWNER = {
    ThreadStatus.ASKED: gettext_noop(
        "%(tag)s, %(site)s: %(name)s asked and it is asked; nothing happened for a while."
    ),
    ThreadStatus.ANSWERED: gettext_noop(
        "%(tag)s, %(site)s: %(name)s asked and it is answered; nothing happened for a while."
    ),
    ThreadStatus.TRYING: gettext_noop(
        "%(tag)s, %(site)s: %(name)s asked and it is trying; nothing happened for a while."
    ),
}


def remind_owner(thread: Thread, *, now: datetime) -> None:
    """
    Tell the owner of a thread past its due time, and give it a new one, later each time.

    First a push, and an hour; then in the inbox only, until their next working day; then a supervisor owns it and is
    told. From then on it comes up again in silence, after twice as many days each time, a week at most.
    Transaction: joins the caller's, which holds the thread; appends `push.requested`.
    """
    count = thread.reminders_count
    owner = _owner(thread, count, now=now)
    is_new_owner = owner.pk != thread.next_owner_id
    due_at = _due_at(owner, count, now=now)
    with in_their_language(owner.language):
        title, body = gettext("Waiting for you: %(title)s") % {"title": thread.title}, _says(thread, owner)
    append(
        due_push(
            thread.organisation_id,
            thread.pk,
            recipient_id=owner.pk,
            dedupe_key=f"due:{thread.pk}:{thread.version}:{count}",
            title=title,
            body=body,
            version=thread.version,
            now=now,
            is_silent=bool(count) and not is_new_owner,
        ),
        now=now,
    )
    thread.reminders_count = count + 1
    tenancy.same_row(thread).update(reminders_count=count + 1)
    own(thread, Standing(owner.pk, due_at), now=now)


def take_from_claimer(thread: Thread, round_: AskRound, *, now: datetime) -> bool:
    """
    Give a thread on the gap list back to whoever looks after it, if the claim of its owner has run out. Return whether.

    Transaction: joins the caller's, which holds the thread and its round.
    """
    claims = tenancy.within_organisation(thread.organisation_id, Ask).filter(round=round_, claimed_until__lte=now)
    if thread.next_owner_id not in claims.values_list("person_id", flat=True):
        return False
    was_handed_over = thread.reminders_count > _HANDED_OVER_AT
    leader = supervisor_for(round_, now=now) if was_handed_over else None
    standing = Standing(leader.pk, next_working_day(leader, now=now)) if leader else standing_of(round_, now=now)
    if standing.owner_id == thread.next_owner_id:
        return False
    own(thread, standing, now=now)
    return True


def _owner(thread: Thread, count: int, *, now: datetime) -> Person:
    """Return whose it is now: the supervisor's, once its owner let it lie or left."""
    people = tenancy.within_organisation(thread.organisation_id, Person)
    owner = people.get(pk=thread.next_owner_id or thread.asker_id)
    if owner.is_active and count != _HANDED_OVER_AT:
        return owner
    return _supervisor(thread, now=now) or (owner if owner.is_active else thread.asker)


def _supervisor(thread: Thread, *, now: datetime) -> Person | None:
    rounds = tenancy.within_organisation(thread.organisation_id, AskRound).filter(thread_id=thread.pk)
    latest = rounds.select_related("asset__asset_model").order_by("-opened_at", "-pk").first()
    return supervisor_for(latest, now=now) if latest else None


def _due_at(owner: Person, count: int, *, now: datetime) -> datetime:
    if not count:
        return now + _SOON
    days = timedelta(days=2 ** max(0, count - _HANDED_OVER_AT) - 1)
    return next_working_day(owner, now=now + min(days, _LONGEST))


def _says(thread: Thread, owner: Person) -> str:
    said = (_TO_ASKER if owner.pk == thread.asker_id else _TO_OWNER)[ThreadStatus(thread.status)]
    return gettext(said) % {"tag": thread.asset.tag, "site": thread.asset.site.name, "name": thread.asker.name}
