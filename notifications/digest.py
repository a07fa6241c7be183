"""The digest: what waited for it, told once a day at the start of the person's shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from notifications.delivering import deliver
from notifications.models import DigestMark, InboxItem
from notifications.policy import PushPolicy, Telling, policies_for

# Shorter than from the start of a late shift to that of the next early one, longer than any shift.
AT_MOST_EVERY = timedelta(hours=14)
MAX_LINES = 20
_CHUNK = 500


def send_digests(*, now: datetime) -> int:
    """
    Tell everybody whose shift has begun what waited for their digest; return how many were told.

    A shift without anything new is passed over in silence, and what comes during it waits for the next one.
    What was read or withdrawn meanwhile is left out. Transaction: opens one for each person.
    Idempotent: the mark and the digest are written together, so that two sweeps tell it once.
    """
    return sum(_send_digest(telling, policy, now) for telling, policy in _who_may_be_told(now))


def _who_may_be_told(now: datetime) -> Iterator[tuple[Telling, PushPolicy]]:
    due = DigestMark.objects.filter(told_until__lte=now - AT_MOST_EVERY).order_by("person_id")
    people = list(due.values_list("organisation_id", "person_id"))
    for first in range(0, len(people), _CHUNK):
        chunk = people[first : first + _CHUNK]
        tellings = [Telling(*person, PushKind.DIGEST, PushUrgency.NORMAL) for person in chunk]
        policies = policies_for(tellings, now)
        yield from ((telling, policy) for telling, policy in policies.items() if policy.push_at <= now)


def _send_digest(telling: Telling, policy: PushPolicy, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        mark = DigestMark.objects.select_for_update().get(person_id=telling.person_id)
        if mark.told_until > now - AT_MOST_EVERY:
            return False  # another sweep was faster
        news = _take_news(telling)
        since, mark.told_until = mark.told_until, now
        mark.save(update_fields=["told_until"])
        if news:
            deliver(push=_push(telling, policy, news, since, now), now=now)
    return bool(news)


def _take_news(telling: Telling) -> list[InboxItem]:
    """Return what the digest is to name, the oldest first; nothing of it waits any more."""
    waiting = InboxItem.objects.filter(
        organisation_id=telling.organisation_id, recipient_id=telling.person_id, waits_for_digest=True
    )
    # Locked: what is delivered at this moment waits for the next digest, and is in no two.
    items = list(waiting.order_by("id").select_for_update())
    InboxItem.objects.filter(pk__in=[item.pk for item in items]).update(waits_for_digest=False)
    return [item for item in items if item.read_at is None and item.cancelled_at is None]


def _push(telling: Telling, policy: PushPolicy, news: list[InboxItem], since: datetime, now: datetime) -> PushRequested:
    with translation.override(policy.language):
        title = _title(len(news), since, now, ZoneInfo(policy.time_zone))
        body = "\n".join(_lines(news))
    return PushRequested(
        organisation_id=telling.organisation_id,
        recipient_id=telling.person_id,
        kind=PushKind.DIGEST,
        subject_id=telling.person_id,
        dedupe_key=f"digest:{since.isoformat()}",
        title=title,
        body=body,
        requested_at=now,
    )


def _lines(news: list[InboxItem]) -> Iterator[str]:
    yield from (f"- {' '.join(item.title.split())}" for item in news[:MAX_LINES])
    if len(news) > MAX_LINES:
        more_count = len(news) - MAX_LINES
        more = ngettext("and %(count)d more in the inbox", "and %(count)d more in the inbox", more_count)
        yield f"- {more % {'count': more_count}}"


def _title(count: int, since: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return how much came since then, and name the day as people say it at `now`."""
    things = ngettext("%(count)d thing", "%(count)d things", count) % {"count": count}
    then = since.astimezone(zone)
    return _since((now.astimezone(zone).date() - then.date()).days) % {
        "things": things,
        "weekday": date_format(then, "l"),
        "day": date_format(then, "j F"),
    }


def _since(days: int) -> str:
    if days == 0:
        return gettext("%(things)s since this morning")
    if days == 1:
        return gettext("%(things)s since yesterday")
    return gettext("%(things)s since %(weekday)s") if days < 7 else gettext("%(things)s since %(day)s")
