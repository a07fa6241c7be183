"""Beginning and ending a browser's session, through the same door as phones."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from allauth.account.adapter import get_adapter
from django.contrib.auth import HASH_SESSION_KEY
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from backend.domain.accounts.models import LinkPurpose, Person, SignInLink
from backend.domain.accounts.sessions import hash_token
from backend.web.signing_in.device_names import device_name
from notifications import service as notifications

_INVITED_IN_AT: Final = "invited_in_at"


class UnableToSignIn(Exception):
    """Address and password fit nobody, or there were too many tries; the text says which."""


def person_with(request: HttpRequest, *, email: str, password: str) -> Person:
    """
    Return whose address and password these are. Tries are counted, by allauth, for each address and each caller.

    :raises UnableToSignIn: with one sentence for every reason, so that nobody learns whose address is known.
    """
    try:
        person = get_adapter(request).authenticate(request, email=email, password=password)
    except ValidationError:
        raise UnableToSignIn(_("Too many tries. Wait a few minutes, then try again.")) from None
    if person is None or not person.is_active:
        raise UnableToSignIn(_("The address or the password is not right."))
    assert isinstance(person, Person)
    return person


def begin_session(request: HttpRequest, person: Person, *, by: str = "") -> None:
    """Sign the browser in, under a new session key; `by` says in the list of devices how that came about."""
    get_adapter(request).login(request, person)
    name = device_name(request.headers.get("User-Agent", ""))
    request.session["device_name"] = f"{name}, {by}"[:200] if by else name


def begin_invited(request: HttpRequest, link: SignInLink, *, now: datetime) -> None:
    """Sign the browser in as the link's person, and remember until it ends that an invitation let it in, if one did."""
    made_by = link.made_by.name if link.purpose == LinkPurpose.INVITATION else _("yourself")
    begin_session(request, link.person, by=_("by a link of %(name)s") % {"name": made_by})
    if link.purpose == LinkPurpose.INVITATION:
        request.session[_INVITED_IN_AT] = now.isoformat()


def invited_in_at(request: HttpRequest) -> datetime | None:
    """Return when an invitation let this browser in; None: something else did."""
    told = request.session.get(_INVITED_IN_AT)
    return datetime.fromisoformat(told) if told else None


def renew_session(request: HttpRequest, person: Person) -> None:
    """Keep the browser signed in after its person's password changed: under a new key, with what it registered."""
    old_key = request.session.session_key
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    request.session.pop(_INVITED_IN_AT, None)
    request.session.save()
    if old_key and request.session.session_key:
        notifications.follow_session(old_id=hash_token(old_key), new_id=hash_token(request.session.session_key))


def end_session(request: HttpRequest) -> None:
    """Sign the browser out, and push nothing to it any more."""
    get_adapter(request).logout(request)


def way_back(request: HttpRequest) -> str:
    """Return the address of ours that `next` names, else home: nobody is led elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
