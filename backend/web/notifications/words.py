"""How the page of one's notifications names what the code has one word for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.service import DeliveryState, TellingMode

MODES = {
    TellingMode.PUSH: _("push"),
    TellingMode.DIGEST: _("in the digest"),
    TellingMode.INBOX: _("inbox only"),
}
PLATFORMS = {"android": _("Android phone"), "ios": _("iPhone or iPad"), "web": _("Browser")}
CHANNELS = {"fcm": _("Push"), "email": _("E-mail"), "sms": _("Text message")}
STEPS = {
    "created": _("written down"),
    "sent": _("on its way"),
    "accepted": _("taken by the push service"),
    "delivered": _("shown on the device"),
    "opened": _("opened"),
    "acted": _("answered"),
}
# In place of the last step, while the device has not said that it showed anything.
ENDS = {
    DeliveryState.REQUEUED: _("waits for the next try"),
    DeliveryState.LOGGED: _("in Cuppa's log alone"),
    DeliveryState.FAILED: _("did not arrive"),
    DeliveryState.DEAD: _("did not arrive"),
    DeliveryState.CANCELLED: _("taken back"),
}
