"""The phones: whose they are, and what stands on each lock screen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from backend.embedded.local_fcm.messages import Received
from backend.embedded.local_fcm.page.drawing import Drawn, draw, retracts

_MOST_PUSHES = 20  # on one screen


@dataclass(frozen=True)
class Phone:
    """One phone. `address`: its registration token or installation id; `platform`: android, ios or web."""

    address: str
    platform: str
    owner: str
    job_title: str


@dataclass(frozen=True)
class Told:
    """What the backend answered. `is_refused`: it took nothing, or could not be reached."""

    sentence: str
    is_refused: bool = False


@dataclass
class Push:
    """One notification on a lock screen, and what came of it. `told`: what the backend answered, newest last."""

    drawn: Drawn
    received_at: datetime
    body_bytes: int
    message: str  # as it came, for people to read
    receipts: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    is_answered: bool = False


@dataclass
class LockScreen:
    """Newest first. `number`: where it stands on the page."""

    number: int
    phone: Phone
    pushes: list[Push] = field(default_factory=list)

    def find(self, push_id: str) -> Push | None:
        """Return the push with this id, if it still stands there."""
        return next((push for push in self.pushes if push.drawn.push_id == push_id), None)

    def show(self, received: Received) -> Push | None:
        """Show what was received, in the place of what it collapses with. Return it unless it was shown before."""
        drawn = draw(received.message)
        if drawn is None or self.find(drawn.push_id):
            return None
        message = json.dumps(received.message, indent=2, ensure_ascii=False)
        push = Push(drawn, received.received_at, received.body_bytes, message)
        others = [each for each in self.pushes if each.drawn.collapse_id != drawn.collapse_id]
        self.pushes = [push, *others][:_MOST_PUSHES]
        return push

    def take_away(self, push_id: str) -> None:
        """Take the push with this id off the screen, if it stands there."""
        self.pushes = [push for push in self.pushes if push.drawn.push_id != push_id]


@dataclass
class Phones:
    """Every phone this page has. `on_shown`: what a phone does when it shows a push; `on_change`: the screen did."""

    screens: list[LockScreen]
    on_shown: Callable[[LockScreen, Push], None] = lambda _screen, _push: None
    on_change: Callable[[LockScreen], None] = lambda _screen: None

    @classmethod
    def of(cls, phones: Iterable[Phone]) -> Phones:
        """Return these phones, with nothing on their screens."""
        return cls([LockScreen(number, phone) for number, phone in enumerate(phones, 1)])

    def receive(self, received: Received) -> None:
        """Let the phone with this address show the message; an address that nobody has is passed over."""
        screen = next((each for each in self.screens if each.phone.address == received.address), None)
        if screen is None:
            return
        if push_id := retracts(received.message):
            screen.take_away(push_id)
        elif push := screen.show(received):
            self.on_shown(screen, push)
        self.on_change(screen)
