"""Which role people have, and whether they belong here still."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from api_schema.events import PersonRemoved
from backend.domain import tenancy
from backend.domain.accounts.leading import lead_alone, require_leader
from backend.domain.accounts.models import DeviceSession, Membership, Person
from backend.domain.accounts.roles import check_may_give, require_over
from backend.domain.accounts.sign_in_links import withdraw_links
from backend.domain.actor import Actor, Role
from backend.domain.errors import NotAllowed
from backend.domain.saying import Said, said
from backend.outbox.append import append


def list_people(*, actor: Actor, words: str = "", with_those_who_left: bool = False) -> QuerySet[Person]:
    """Return the people of the organisation whose name, job, address or site has all of `words`."""
    people = tenancy.within(actor, Person).select_related("site")
    if not with_those_who_left:
        people = people.filter(is_active=True)
    for word in words.split():
        people = people.filter(
            Q(name__icontains=word)
            | Q(job_title__icontains=word)
            | Q(email__icontains=word)
            | Q(site__name__icontains=word)
        )
    return people


@transaction.atomic
def change_role(*, actor: Actor, person_id: UUID, role: Role) -> Person:
    """
    Give a person another role.

    Transaction: opens its own. Idempotent. One after the other in an organisation, so that two admins cannot
    take each other's role at the same time.

    :raises NotFound: there is no such person, or they left.
    :raises NotAllowed: the actor leads nobody, the role or the person is an admin's, or it is the actor's own.
    """
    person = _person_to_change(actor, person_id, to=said("change roles"))
    check_may_give(actor, role)
    person.role = role
    person.save(update_fields=["role"])
    return person


@transaction.atomic
def remove_person(*, actor: Actor, person_id: UUID, now: datetime) -> Person:
    """
    Let a person belong here no longer: they are signed out everywhere, asked nothing and told nothing.

    What they wrote stays, under their name. Their communities lose them; duty, communities to look after and what
    waited for them go to others, as each looks only for who is here.

    Transaction: opens its own; appends `person.removed`. Idempotent: once they left, it looks as if there were nobody.

    :raises NotFound: there is no such person, or they left.
    :raises NotAllowed: as `change_role`.
    """
    person = _person_to_change(actor, person_id, to=said("remove people"))
    person.is_active = False
    person.save(update_fields=["is_active"])
    withdraw_links(person=person, now=now)
    tenancy.within(actor, Membership).filter(person=person).delete()
    sessions = tenancy.across_organisations(DeviceSession, why="a session belongs to a person").filter(person=person)
    session_ids = tuple(sessions.values_list("session_key", flat=True))
    sessions.delete()
    append(PersonRemoved(actor.organisation_id, person.pk, session_ids), now=now)
    return person


@transaction.atomic
def take_back(*, actor: Actor, person_id: UUID) -> Person:
    """
    Let somebody who left belong here again, in their old role. They come in by a new link, or their password.

    Transaction: opens its own. Idempotent.

    :raises NotFound: there never was such a person.
    :raises NotAllowed: the actor leads nobody, or the person was an admin and the actor is none.
    """
    require_leader(actor, to=said("take people back"))
    lead_alone(actor)
    person = tenancy.find_in(tenancy.within(actor, Person).select_related("site"), person_id)
    require_over(actor, person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


def _person_to_change(actor: Actor, person_id: UUID, *, to: Said) -> Person:
    require_leader(actor, to=to)
    lead_alone(actor)
    # Read again behind the lock: a moment ago the actor may have been an admin still.
    present = tenancy.find(actor, Person, actor.person_id).actor
    require_leader(present, to=to)
    person = tenancy.find_in(tenancy.within(actor, Person).filter(is_active=True).select_related("site"), person_id)
    if person.pk == actor.person_id:
        raise NotAllowed("Somebody else has to do that: nobody changes their own role, or removes themselves.")
    require_over(present, person)
    return person
