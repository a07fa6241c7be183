"""Who listens behind the brokers right now."""

from __future__ import annotations

from collections import Counter

from celery import Celery
from kombu.exceptions import OperationalError

_ANSWER_WITHIN_S = 1.0


class BrokerUnreachable(Exception):
    """The broker does not answer."""


def count_listeners(asked: Celery) -> Counter[str]:
    """
    Return how many live workers consume each queue of this app's broker.

    Takes a second: a worker that answers later is not counted.

    :raises BrokerUnreachable: nobody can be asked.
    """
    try:
        answers = asked.control.inspect(timeout=_ANSWER_WITHIN_S).active_queues() or {}
    except (OperationalError, OSError) as error:
        raise BrokerUnreachable(str(error)) from error
    return Counter(queue["name"] for queues in answers.values() for queue in queues)
