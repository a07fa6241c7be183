"""Why a push did not arrive, in a sentence for the person whose phone stayed silent."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from notifications.answers import Fault
from notifications.models import Delivery
from notifications.states import DeliveryState, Withheld

_OF_A_FAULT: dict[Fault, str] = {
    Fault.UNREGISTERED: _("The app was removed from that phone, or not opened for long. Open it to register again."),
    Fault.BAD_REGISTRATION: _("The address of that phone or mailbox is not valid. Sign in again there, or correct it."),
    Fault.SENDER_ID_MISMATCH: _(
        "That app belongs to another installation of Cuppa. Install the right one and sign in."
    ),
    Fault.BAD_PAYLOAD: _("The message itself was refused. That is our mistake; the operator has been told."),
    Fault.QUOTA_EXCEEDED: _("The push service has too much to do. It is tried again by itself."),
    Fault.UNAVAILABLE: _("The service that delivers it was not reachable. It is tried again by itself."),
    Fault.AMBIGUOUS: _(
        "The service that delivers it did not answer. It may have arrived, and is tried again by itself."
    ),
    Fault.THIRD_PARTY_AUTH: _("The key for this kind of phone does not work. The operator has been told."),
    Fault.CREDENTIALS: _("Cuppa's own key is refused. The operator has been told; the inbox has everything meanwhile."),
    Fault.UNKNOWN: _("The service that delivers it gave an answer that nobody expected. The operator has been told."),
}
_OF_A_WITHHELD: dict[Withheld, str] = {
    Withheld.WITHDRAWN: _("It was withdrawn before it was sent: nobody needs to act on it any more."),
    Withheld.READ: _("You had read it before it was sent."),
    Withheld.DEVICE_GONE: _("The phone was signed out before it was sent."),
    Withheld.PERSON_GONE: _("The person is no longer in the organisation."),
    Withheld.NO_ADDRESS: _("There was no e-mail address or phone number any more when it was to be sent."),
    Withheld.EXPIRED: _("It was too old to matter when it could have been sent."),
    Withheld.TOO_MANY_ATTEMPTS: _("It was tried many times in vain, and given up."),
}
_NO_SERVICE = _("No push service is set up at your Cuppa, so it was written to the log only. The inbox has everything.")


def sentence_of(delivery: Delivery) -> str | None:
    """Return why this delivery did not arrive, or has not yet; None when nothing went wrong."""
    if delivery.state == DeliveryState.LOGGED:
        return gettext(_NO_SERVICE)
    return sentence_of_reason(delivery.reason) if delivery.reason else None


def sentence_of_reason(reason: str) -> str:
    """Return the sentence of a `Fault` or a `Withheld`, in the language that is spoken."""
    if reason in set(Fault):
        return gettext(_OF_A_FAULT[Fault(reason)])
    return gettext(_OF_A_WITHHELD[Withheld(reason)])
