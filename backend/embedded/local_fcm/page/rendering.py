"""The page's HTML, by Django's template language outside of Django: it escapes whatever it is given."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.template import Context, Engine

from backend.embedded.local_fcm.page.phones import LockScreen, Push
from backend.embedded.local_fcm.scripted import BY_NAME

HERE = Path(__file__).parent
_PLATFORMS = {"android": "Android", "ios": "iPhone", "web": "Browser"}


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(HERE / "templates")])


def render_page(screens: list[LockScreen], *, backend_url: str) -> str:
    """Return the whole page."""
    told = {
        "screens": [_screen(screen) for screen in screens],
        "answers": list(BY_NAME),
        "addresses": [(screen.phone.address, screen.phone.owner) for screen in screens],
        "backend_url": backend_url,
    }
    return _engine().get_template("phones.html").render(Context(told))


def render_screen(screen: LockScreen) -> str:
    """Return one phone, as it stands in the page."""
    return _engine().get_template("screen.html").render(Context({"screen": _screen(screen)}))


def _screen(screen: LockScreen) -> dict[str, object]:
    # Text only: numbers and times would ask Django's settings how to be written, and there are none here.
    phone = screen.phone
    return {
        "number": str(screen.number),
        "owner": phone.owner,
        "job_title": phone.job_title,
        "platform": phone.platform,
        "platform_name": _PLATFORMS[phone.platform],
        "pushes": [_push(push) for push in screen.pushes],
    }


def _push(push: Push) -> dict[str, object]:
    drawn = push.drawn
    return {
        "id": drawn.push_id,
        "kind": drawn.kind.replace("_", " "),
        "urgency": drawn.urgency,
        "title": drawn.title,
        "body": drawn.body,
        "time": push.received_at.astimezone().strftime("%H:%M"),
        "receipts": ", ".join(push.receipts),
        "told": push.told,
        "is_answered": push.is_answered,
        "quick": [button for button in drawn.buttons if button.action not in {"answer", "open"}],
        "takes_text": any(button.action == "answer" for button in drawn.buttons),
        "opens": any(button.action == "open" for button in drawn.buttons),
        "body_bytes": str(push.body_bytes),
        "message": push.message,
    }
