"""Links that sign in: a new one for somebody, one for another device of one's own, and what an app makes of them."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from backend.api.endpoint import Endpoint, operation
from backend.api.redeeming import RedemptionThrottle, redeem
from backend.api.v1.invitations import OfferedLinkSerializer, private
from backend.api.v1.shapes import PersonSerializer, values_of
from backend.domain.accounts.inviting import invite_again
from backend.domain.accounts.models import LinkPurpose, SignInLink
from backend.domain.accounts.sign_in_links import look_at_link, offer_own_device

_MAX_TOKEN_LENGTH = 200


class TokenInput(serializers.Serializer[object]):
    token = serializers.CharField(max_length=_MAX_TOKEN_LENGTH, help_text="The last part of the link's address")


class SignInLinkSerializer(serializers.Serializer[SignInLink]):
    """Whom a link signs in, to be shown before its button is pressed."""

    person = PersonSerializer()
    organisation = serializers.CharField(source="person.organisation.name")
    purpose = serializers.ChoiceField(choices=values_of(LinkPurpose))
    made_by = PersonSerializer()
    expires_at = serializers.DateTimeField()


class SignedInSerializer(serializers.Serializer[object]):
    session_token = serializers.CharField(help_text="To be sent as X-Session-Token from now on")
    person = PersonSerializer()


class PersonsLinkView(Endpoint):
    @operation(
        "A new sign-in link for somebody, for supervisors and admins; the one before is over",
        answers=OfferedLinkSerializer,
        status=201,
        problems=["not_found", "not_allowed"],
    )
    def post(self, _request: Request, person_id: UUID) -> Response:
        offered = invite_again(actor=self.actor, person_id=person_id, now=timezone.now())
        return private(self.answer(OfferedLinkSerializer, offered, status=201))


class OwnLinkView(Endpoint):
    @operation(
        "A link that signs another device of mine in, within ten minutes; the one before is over",
        answers=OfferedLinkSerializer,
        status=201,
    )
    def post(self, _request: Request) -> Response:
        offered = offer_own_device(actor=self.actor, now=timezone.now())
        return private(self.answer(OfferedLinkSerializer, offered, status=201))


class _OpenEndpoint(Endpoint):
    """For who is not signed in yet. Tries are counted for each caller."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = ()
    permission_classes = (AllowAny,)
    throttle_classes: tuple[type[BaseThrottle], ...] = (RedemptionThrottle,)


class LinkLookView(_OpenEndpoint):
    @operation(
        "Whom a link signs in; it stays unused",
        takes=TokenInput,
        answers=SignInLinkSerializer,
        problems=["sign_in_link_over", "too_many_requests"],
        is_open=True,
    )
    def post(self, _request: Request) -> Response:
        link = look_at_link(token=self.body(TokenInput)["token"], now=timezone.now())
        return private(self.answer(SignInLinkSerializer, link))


class LinkRedemptionView(_OpenEndpoint):
    @operation(
        "Sign this device in by a link, which is used up; `X-Device-Name` says what it is called",
        takes=TokenInput,
        answers=SignedInSerializer,
        problems=["sign_in_link_over", "too_many_requests"],
        is_open=True,
    )
    def post(self, request: Request) -> Response:
        signed_in = redeem(request._request, token=self.body(TokenInput)["token"], now=timezone.now())  # noqa: SLF001
        return private(self.answer(SignedInSerializer, signed_in))
