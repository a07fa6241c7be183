"""What every view stands on: who acts, what came in, and what the OpenAPI document says about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from api_schema.error_codes import ERROR_CODES
from backend.api.auth import GroundRulesAccepted
from backend.api.idempotency import HEADER_PARAMETER, once_per_key
from backend.api.parsing import StrictJsonParser
from backend.api.problem_schema import ProblemSerializer
from backend.api.problems import MEDIA_TYPE
from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.actor import Actor

Method = TypeVar("Method", bound=Callable[..., Any])
Serializers = type[Serializer[Any]]

_ALWAYS = ("internal_error", "unavailable")
_SIGNED_IN = ("not_signed_in", "session_expired")
_CHANGING = ("cross_site_request",)
_WRITING = ("ground_rules_not_accepted",)
_WITH_BODY = ("malformed_request", "invalid_input", "unsupported_media_type")
_WITH_KEY = ("idempotency_key_missing", "idempotency_key_reused", "idempotency_in_progress")


# One address. Each method reads its input, makes one domain call, and writes the result out.
# (No docstring: drf-spectacular would print it under every address.)
class Endpoint(APIView):
    permission_classes: Sequence[type[BasePermission]] = (IsAuthenticated, GroundRulesAccepted)
    parser_classes: Sequence[type[BaseParser]] = (StrictJsonParser,)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:  # noqa: ARG002
        """Answer in JSON whatever `Accept` says: there is nothing else to choose."""
        return super().perform_content_negotiation(request, force=True)

    @property
    def person(self) -> Person:
        """The person who is signed in."""
        return cast(Person, self.request.user)

    @property
    def actor(self) -> Actor:
        """The person who is signed in, as the domain knows them."""
        return self.person.actor

    @property
    def session(self) -> DeviceSession:
        """The device that is signed in."""
        return cast(DeviceSession, self.request.auth)

    def body(self, serializer: Serializers) -> dict[str, Any]:
        """
        Return the checked body.

        :raises ValidationError: answered as `invalid_input`, with the fields.
        """
        return _checked(serializer(data=self.request.data))

    def query(self, serializer: Serializers) -> dict[str, Any]:
        """
        Return the checked query string.

        :raises ValidationError: answered as `invalid_input`, with the fields.
        """
        return _checked(serializer(data=self.request.query_params))

    def answer(self, serializer: Serializers, result: object, *, status: int = 200) -> Response:
        """Return `result`, written out."""
        return Response(serializer(result, context={"session": self.request.auth}).data, status=status)


def _checked(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


def operation(
    summary: str,
    *,
    answers: Serializers | OpenApiResponse | None,
    status: int = 200,
    also: dict[int, Serializers] | None = None,
    takes: Serializers | Mapping[str, Any] | None = None,
    query: Serializers | None = None,
    problems: Iterable[str] = (),
    needs_key: bool = False,
    is_open: bool = False,
    needs_ground_rules: bool = True,
) -> Callable[[Method], Method]:
    """
    Say what a method of an endpoint takes and answers, for the OpenAPI document; `answers=None` is 204.
    What is no JSON is told by its media type.

    `problems` are the codes beyond those of every operation. `needs_key`: a POST without a phone-chosen id;
    it demands an Idempotency-Key and runs once a key. `is_open`: no session is asked for.
    `needs_ground_rules`: what the endpoint's permissions say of its writes.
    """
    codes = [*_ALWAYS, *problems, *(_WITH_BODY if takes else ()), *(_WITH_KEY if needs_key else ())]
    codes += () if is_open else _SIGNED_IN
    codes += ("invalid_input",) if query else ()
    successes: dict[Any, Any] = {status if answers else 204: answers, **(also or {})}
    parameters: list[Any] = [query] if query else []
    parameters += [HEADER_PARAMETER] if needs_key else []

    def decorate(method: Method) -> Method:
        changes = not is_open and method.__name__ != "get"
        writes = (*(_CHANGING if changes else ()), *(_WRITING if changes and needs_ground_rules else ()))
        described = extend_schema(
            operation_id=_operation_id(method),
            summary=summary,
            request=takes,
            responses={**successes, **_documented([*codes, *writes])},
            parameters=parameters,
            auth=[] if is_open else None,
        )
        return cast(Method, described(once_per_key(method) if needs_key else method))

    return decorate


def _operation_id(method: Callable[..., Any]) -> str:
    """Return `get_thread` for `ThreadView.get`: generated clients name their functions so."""
    view, name = method.__qualname__.split(".")[-2:]
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", view.removesuffix("View")).lower()
    return f"{name}_{words}"


def _documented(codes: Iterable[str]) -> dict[tuple[int, str], OpenApiResponse]:
    """Return one response a status, which lists its codes."""
    by_status: dict[int, list[str]] = {}
    for code in sorted(set(codes)):
        by_status.setdefault(ERROR_CODES[code].status, []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer, description="; ".join(f"`{code}`: {ERROR_CODES[code].title}" for code in listed)
        )
        for status, listed in sorted(by_status.items())
    }
