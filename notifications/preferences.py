"""How each person wants to hear of each kind of thing. The inbox has everything in any case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.models import DigestMark, Preference, TellingMode


@dataclass(frozen=True)
class Choice:
    """`by_email`, `by_sms`: beside the push or in its place, where there is an address and the channel is set up."""

    kind: PushKind
    mode: TellingMode
    by_email: bool = False
    by_sms: bool = False


class UnableToSetPreferences(ValueError):
    """A choice that nobody can be told by; the text is a sentence for the person."""


CHOOSABLE = tuple(kind for kind in PushKind if kind is not PushKind.TEST)  # a test answers a press: it always comes

_BY_EMAIL_UNASKED = frozenset({PushKind.DUTY})  # nobody else is left to ask: two ways are better than one

# What a digest would bring too late, and the digest itself.
NEVER_IN_A_DIGEST = frozenset({PushKind.ASK, PushKind.DUTY, PushKind.RECALL, PushKind.DIGEST, PushKind.TEST})

# A machine, or advice, that may hurt somebody: these come as a push, whatever was chosen.
SAFETY_PUSHES = frozenset({PushKind.ASK, PushKind.DUTY, PushKind.RECALL})


def default_choice(kind: PushKind) -> Choice:
    """Return what holds for a person who chose nothing."""
    return Choice(kind, TellingMode.PUSH, by_email=kind in _BY_EMAIL_UNASKED)


def modes_of(kind: PushKind) -> tuple[TellingMode, ...]:
    """Return the ways one can choose for this kind."""
    return tuple(mode for mode in TellingMode if mode is not TellingMode.DIGEST or kind not in NEVER_IN_A_DIGEST)


def list_choices(*, organisation_id: UUID, person_id: UUID) -> list[Choice]:
    """Return one choice a kind, the person's own or the default, in the order of `PushKind`. One query."""
    rows = Preference.objects.filter(organisation_id=organisation_id, person_id=person_id)
    chosen = {row.kind: _choice(row) for row in rows}
    return [chosen.get(kind) or default_choice(kind) for kind in CHOOSABLE]


def set_choices(*, organisation_id: UUID, person_id: UUID, choices: Collection[Choice], now: datetime) -> None:
    """
    Keep these choices; kinds that are left out stay as they are.

    Transaction: joins the caller's. Idempotent.

    :raises UnableToSetPreferences: a kind stands twice or cannot be chosen, or its mode does not fit it.
    """
    _check(choices)
    rows = [
        Preference(
            organisation_id=organisation_id,
            person_id=person_id,
            kind=choice.kind,
            mode=choice.mode,
            by_email=choice.by_email,
            by_sms=choice.by_sms,
        )
        for choice in choices
    ]
    fields = ["organisation_id", "mode", "by_email", "by_sms"]
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person_id", "kind"], update_fields=fields
    )
    if any(choice.mode is TellingMode.DIGEST for choice in choices):
        _begin_digests(organisation_id, person_id, now)


def choices_of(person_ids: Collection[UUID], *, kind: PushKind, urgency: PushUrgency) -> dict[UUID, Choice]:
    """Return what holds for each of these people when they are told of such a thing. One query."""
    rows = {row.person_id: _choice(row) for row in Preference.objects.filter(person_id__in=person_ids, kind=kind)}
    return {person_id: _for_safety(rows.get(person_id, default_choice(kind)), urgency) for person_id in person_ids}


def _for_safety(choice: Choice, urgency: PushUrgency) -> Choice:
    if urgency is PushUrgency.SAFETY and choice.kind in SAFETY_PUSHES:
        return replace(choice, mode=TellingMode.PUSH)
    return choice


def _choice(row: Preference) -> Choice:
    return Choice(PushKind(row.kind), TellingMode(row.mode), by_email=row.by_email, by_sms=row.by_sms)


def _check(choices: Iterable[Choice]) -> None:
    for kind, count in Counter(choice.kind for choice in choices).items():
        if count > 1:
            said = gettext("%(kind)s stands here %(count)d times; choose once.")
            raise UnableToSetPreferences(said % {"kind": kind, "count": count})
    for choice in choices:
        if choice.kind not in CHOOSABLE:
            said = gettext("%(kind)s always comes when you press for it; there is nothing to choose.")
            raise UnableToSetPreferences(said % {"kind": choice.kind})
        if choice.mode not in modes_of(choice.kind):
            said = gettext("%(kind)s cannot wait for a digest; choose push or inbox.")
            raise UnableToSetPreferences(said % {"kind": choice.kind})


def _begin_digests(organisation_id: UUID, person_id: UUID, now: datetime) -> None:
    # Chosen in the middle of a shift: the first digest comes with the next one.
    DigestMark.objects.get_or_create(
        person_id=person_id, defaults={"organisation_id": organisation_id, "told_until": now}
    )
