"""What each button of a notification does: those of threads, and those of the areas above them."""

from __future__ import annotations

from collections.abc import Mapping

from backend.domain.corrections.replying import acknowledge
from backend.domain.threads.models import ReplyAction
from backend.domain.threads.reply_actions import HANDLERS, Handler

REPLY_HANDLERS: Mapping[ReplyAction, Handler] = {**HANDLERS, ReplyAction.ACKNOWLEDGE: acknowledge}
