"""Reading what pages and programs of this machine ask for, and refusing what makes no sense, in a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.embedded.local_fcm.scripted import Json

Endpoint = Callable[[Request], Awaitable[Response]]


class BadOrder(ValueError):
    """The order makes no sense; the text says what was expected."""


async def json_of(request: Request) -> Json:
    """
    Return the JSON object that was sent.

    :raises BadOrder: it is none, or not called JSON: a page of somebody else's cannot send that here unasked.
    """
    if request.headers.get("Content-Type", "").split(";")[0] != "application/json":
        raise BadOrder("Content-Type: application/json was expected")
    try:
        body = await request.json()
    except ValueError:
        raise BadOrder("a JSON object was expected") from None
    if not isinstance(body, dict):
        raise BadOrder("a JSON object was expected")
    return body


def number_in(body: Json, name: str, *, default: int, most: int) -> int:
    """
    Return the whole number `name` of `body`.

    :raises BadOrder: it is none, or not within 0 and `most`.
    """
    try:
        value = int(body.get(name, default))
    except (TypeError, ValueError, OverflowError):
        raise BadOrder(f"{name}: a whole number was expected") from None
    if not 0 <= value <= most:
        raise BadOrder(f"{name}: 0 to {most} was expected")
    return value


def refusing(endpoint: Endpoint) -> Endpoint:
    """Return `endpoint`, which answers 400 with the sentence of a `BadOrder`."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadOrder as error:
            return JSONResponse({"problem": str(error)}, status_code=400)

    return answer
