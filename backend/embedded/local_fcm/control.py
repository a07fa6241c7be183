"""
Telling the local FCM what to answer, and asking what it took: JSON over HTTP.

    POST   /control/orders    {"answer": "UNREGISTERED", "address": null, "times": 1, "seconds": 5}
    DELETE /control/orders    accept everything again
    PUT    /control/latency   {"ms": 50}
    GET    /control           what is ordered
    GET    /control/messages?after=0

`address` null: whoever comes; `times` null: until told otherwise; `seconds`: of Retry-After, or of the silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from backend.embedded.local_fcm.messages import Received
from backend.embedded.local_fcm.requests import BadOrder, json_of, number_in, refusing
from backend.embedded.local_fcm.scripted import BY_NAME, Json
from backend.embedded.local_fcm.service import LocalFcm, Order

_LONGEST_S = 3600
_MOST_TIMES = 100_000


def control_routes(fcm: LocalFcm) -> list[BaseRoute]:
    """Return the control endpoints of `fcm`."""
    control = _Control(fcm)
    return [
        Route("/control", control.show),
        Route("/control/orders", refusing(control.order), methods=["POST"]),
        Route("/control/orders", control.cancel, methods=["DELETE"]),
        Route("/control/latency", refusing(control.slow_down), methods=["PUT"]),
        Route("/control/messages", refusing(control.messages)),
    ]


@dataclass(frozen=True)
class _Control:
    fcm: LocalFcm

    async def show(self, _request: Request) -> Response:
        return JSONResponse(self._told())

    async def order(self, request: Request) -> Response:
        self.fcm.orders.append(order_from(await json_of(request)))
        self.fcm.on_ordered()
        return JSONResponse(self._told(), status_code=201)

    async def cancel(self, _request: Request) -> Response:
        self.fcm.orders.clear()
        self.fcm.on_ordered()
        return JSONResponse(self._told())

    async def slow_down(self, request: Request) -> Response:
        self.fcm.latency_s = number_in(await json_of(request), "ms", default=0, most=60_000) / 1000
        return JSONResponse(self._told())

    async def messages(self, request: Request) -> Response:
        after = number_in(dict(request.query_params), "after", default=0, most=10**9)
        return JSONResponse({"messages": [_told(one) for one in self.fcm.received if one.number > after]})

    def _told(self) -> Json:
        return {
            "answers": list(BY_NAME),
            "orders": [{"answer": each.name, "address": each.address, "times": each.left} for each in self.fcm.orders],
            "latency_ms": round(self.fcm.latency_s * 1000),
            "received_count": self.fcm.received_count,
        }


def order_from(body: Json) -> Order:
    """
    Return the order that a request asks for.

    :raises BadOrder: an unknown answer, or a number out of its range.
    """
    name = body.get("answer")
    if not isinstance(name, str) or name not in BY_NAME:
        raise BadOrder(f"answer: one of {', '.join(BY_NAME)} was expected")
    address = body.get("address")
    if address is not None and not isinstance(address, str):
        raise BadOrder("address: a registration token or installation id was expected, or null for everybody")
    times = None if body.get("times", 1) is None else number_in(body, "times", default=1, most=_MOST_TIMES)
    if times == 0:
        raise BadOrder("times: at least 1 was expected, or null for always")
    seconds = number_in(body, "seconds", default=5, most=_LONGEST_S)
    return Order(BY_NAME[name](seconds), address or None, times, name)


def _told(received: Received) -> Json:
    return {
        "number": received.number,
        "received_at": received.received_at.isoformat(),
        "answered": received.answered,
        "body_bytes": received.body_bytes,
        "address": received.address,
        "message": received.message,
    }
