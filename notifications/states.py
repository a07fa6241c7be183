"""The states of one delivery, as in docs/states/delivery.md: one push to one device."""

from __future__ import annotations

from enum import StrEnum


class DeliveryState(StrEnum):
    CREATED = "created"
    SENDING = "sending"  # a sender holds it under a lease
    REQUEUED = "requeued"  # waits until `available_at`
    ACCEPTED = "accepted"  # FCM has it
    LOGGED = "logged"  # no push service is configured: written to the log
    FAILED = "failed"  # this device cannot be reached any more
    DEAD = "dead"  # given up: our message is wrong, its time is over, or too many attempts
    CANCELLED = "cancelled"  # withdrawn before it was sent


_FROM_UNSENT = frozenset({DeliveryState.SENDING, DeliveryState.REQUEUED, DeliveryState.CANCELLED, DeliveryState.DEAD})

DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.CREATED: _FROM_UNSENT,
    DeliveryState.REQUEUED: _FROM_UNSENT,
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.SENDING,
            DeliveryState.REQUEUED,
            DeliveryState.ACCEPTED,
            DeliveryState.LOGGED,
            DeliveryState.FAILED,
            DeliveryState.DEAD,
            DeliveryState.CANCELLED,
        }
    ),
    DeliveryState.ACCEPTED: frozenset(),
    DeliveryState.LOGGED: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.DEAD: frozenset({DeliveryState.REQUEUED}),  # by whoever runs the installation; see sending_again
    DeliveryState.CANCELLED: frozenset(),
}

# Nothing happens to these by itself.
FINAL = frozenset(state for state, nexts in DELIVERY_MOVES.items() if not nexts) | {DeliveryState.DEAD}
UNSENT = frozenset({DeliveryState.CREATED, DeliveryState.REQUEUED})


class Withheld(StrEnum):
    """Why a delivery was never offered to the push service, or not again."""

    WITHDRAWN = "withdrawn"
    READ = "read"  # in the app, or on another device
    DEVICE_GONE = "device_gone"  # signed out, pruned, or somebody else signed in on it
    PERSON_GONE = "person_gone"  # removed from the organisation
    NO_ADDRESS = "no_address"  # no e-mail address or phone number any more
    EXPIRED = "expired"
    TOO_MANY_ATTEMPTS = "too_many_attempts"


# Nothing went wrong: there is nobody to tell, or nothing to tell any more. The others are deaths.
MOOT = frozenset({Withheld.WITHDRAWN, Withheld.READ, Withheld.DEVICE_GONE, Withheld.PERSON_GONE, Withheld.NO_ADDRESS})
