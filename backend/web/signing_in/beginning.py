"""Beginning and ending a browser's session, through the same door as phones."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from backend.domain.accounts.models import Person
from backend.web.signing_in.device_names import device_name


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


def end_session(request: HttpRequest) -> None:
    """Sign the browser out, and push nothing to it any more."""
    get_adapter(request).logout(request)


def way_back(request: HttpRequest) -> str:
    """Return the address of ours that `next` names, else home: nobody is led elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
