"""The e-mail of one push: plain text, and the same as simple HTML. It loads nothing from anywhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from notifications.discreet import body_of, page_of, title_of
from notifications.outgoing import OutgoingPush

_FOOTER = _("You chose to be told of this by e-mail. You can change that in Cuppa, under Notifications.")


def letter(push: OutgoingPush) -> EmailMultiAlternatives:
    """
    Return the e-mail, in the language of who is told.

    Its Message-ID is the push's own, so that a repeat is the same e-mail to a mail program.
    """
    with translation.override(push.language):
        title, opens, footer = title_of(push), gettext("Open it in Cuppa"), gettext(_FOOTER)
    body, page = body_of(push), page_of(push)
    mail = EmailMultiAlternatives(
        subject=title,
        body="\n\n".join(part for part in (body, f"{opens}: {page}", f"-- \n{footer}") if part),
        from_email=settings.EMAIL_FROM,
        to=[push.address.value],
        headers={"Message-ID": message_id(push), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(_html(title, body, page, opens, footer), "text/html")
    return mail


def message_id(push: OutgoingPush) -> str:
    """Return the name of this e-mail, the same at every attempt."""
    return f"<{push.push_id}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _html(title: str, body: str, page: str, opens: str, footer: str) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>\n" for line in body.splitlines() if line.strip())
    return (
        "<!doctype html>\n"
        f'<html><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>\n'
        f"<h1>{escape(title)}</h1>\n{paragraphs}"
        f'<p><a href="{escape(page)}">{escape(opens)}</a></p>\n'
        f"<p><small>{escape(footer)}</small></p>\n"
        "</body></html>\n"
    )
