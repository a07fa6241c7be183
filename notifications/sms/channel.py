"""Send pushes as text messages."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.cutting import cut
from notifications.discreet import page_of, title_of
from notifications.outgoing import OutgoingPush
from notifications.patience import within_limit
from notifications.sms.sns import refused, sns_client

# With the link: three parts of a message at most, in whatever script.
_MAX_TITLE_BYTES = 280


class SmsChannel:
    """Hands each push to Amazon SNS: its title and the address of its page."""

    def send(self, push: OutgoingPush) -> Answer:
        """As `Channel.send`."""
        if settings.SMS_REGION is None:
            return Refused(Fault.CREDENTIALS, "SMS_REGION is not set, so no text message leaves; the inbox serves.")
        try:
            return Accepted(within_limit(lambda: _publish(push)))
        except (ClientError, BotoCoreError, TimeoutError) as error:
            return refused(error)


def _publish(push: OutgoingPush) -> str:
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
    return f"Cuppa: {cut(title_of(push), max_bytes=_MAX_TITLE_BYTES)}\n{page_of(push)}"
