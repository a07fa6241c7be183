"""Send pushes as text messages."""

from __future__ import annotations

from threading import Lock

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils import translation

from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.cutting import cut
from notifications.discreet import page_of, title_of
from notifications.outgoing import OutgoingPush
from notifications.side_by_side import SideBySideChannel
from notifications.sms.sns import limited_to, refused, sns_client

# With the link: three parts of a message at most, in whatever script.
_MAX_TITLE_BYTES = 280

_making_client = Lock()  # the first takes a second of processor: not one for each thread that starts with it


class SmsChannel(SideBySideChannel):
    """Hands each push to Amazon SNS: its title and the address of its page."""

    def offer(self, push: OutgoingPush, *, limit_s: float) -> Answer:
        """As `SideBySideChannel.offer`."""
        if settings.SMS_REGION is None:
            return Refused(Fault.CREDENTIALS, "SMS_REGION is not set, so no text message leaves; the inbox serves.")
        try:
            with limited_to(limit_s):
                return Accepted(_publish(push))
        except (ClientError, BotoCoreError) as error:
            return refused(error)


def _publish(push: OutgoingPush) -> str:
    with _making_client:
        client = sns_client(
            settings.SMS_REGION, settings.SMS_ENDPOINT_URL, settings.SMS_ACCESS_KEY_ID, settings.SMS_SECRET_ACCESS_KEY
        )
    answer = client.publish(
        PhoneNumber=push.address.value,
        Message=_text(push),
        MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
    )
    return str(answer["MessageId"])


def _text(push: OutgoingPush) -> str:
    with translation.override(push.language):
        title = cut(title_of(push), max_bytes=_MAX_TITLE_BYTES)
    return f"Cuppa: {title}\n{page_of(push)}"
