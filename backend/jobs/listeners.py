"""Who listens behind the brokers right now."""

from __future__ import annotations

from collections import Counter

from kombu.exceptions import OperationalError

from backend.jobs.app import app, media_app

_ANSWER_WITHIN_S = 1.0


class BrokerUnreachable(Exception):
    """The broker does not answer."""


def count_listeners(*, media: bool) -> Counter[str]:
    """
    Return how many live workers consume each queue of the broker: the media one, or the backend's own.

    Takes a second: a worker that answers later is not counted.

    :raises BrokerUnreachable: nobody can be asked.
    """
    asked = media_app if media else app
    try:
        answers = asked.control.inspect(timeout=_ANSWER_WITHIN_S).active_queues() or {}
    except (OperationalError, OSError) as error:
        raise BrokerUnreachable(str(error)) from error
    return Counter(queue["name"] for queues in answers.values() for queue in queues)
