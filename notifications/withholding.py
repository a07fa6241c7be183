"""What is written of a push that is not sent any more."""

from __future__ import annotations

from django.db.models import Case, F, Value, When

from notifications.answers import FOR_SOMEBODY_TO_REPAIR
from notifications.states import Withheld


def reason_of(why: Withheld) -> Case:
    """
    Return the reason that stands in a delivery which ends for `why`, for an UPDATE.

    What a broken key held up goes on saying so: its person sees why their phone stays silent, and whoever runs the
    installation which key it is.
    """
    return Case(When(reason__in=FOR_SOMEBODY_TO_REPAIR, then=F("reason")), default=Value(why.value))
