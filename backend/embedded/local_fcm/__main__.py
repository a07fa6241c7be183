"""`python -m backend.embedded.local_fcm --port N --key FILE [--backend URL]`: the local FCM as a process of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn
from starlette.routing import BaseRoute

from backend.demo.phones import list_phones
from backend.embedded.local_fcm.app import create_app
from backend.embedded.local_fcm.control import control_routes
from backend.embedded.local_fcm.page.backend_door import Backend
from backend.embedded.local_fcm.page.phones import Phone, Phones
from backend.embedded.local_fcm.page.views import PhonesPage
from backend.embedded.local_fcm.service import LocalFcm
from backend.embedded.local_fcm.tokens import Account
from backend.embedded.local_fcm.wire import ResettableHttp


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop. On loopback only: whoever reaches it could answer in anybody's name."""
    told = _parser().parse_args(arguments)
    fcm = LocalFcm(Account.load(told.key))
    app = create_app(fcm, [*control_routes(fcm), *_page_routes(fcm, told.backend)])
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=told.port,
        http=ResettableHttp,
        lifespan="off",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.embedded.local_fcm", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", type=Path, required=True, help="the service account key that senders use")
    parser.add_argument("--backend", help="where the demo people's phones answer; without it there are no phones")
    return parser


def _page_routes(fcm: LocalFcm, backend_url: str | None) -> list[BaseRoute]:
    if not backend_url:
        return []
    phones = Phones.of(
        Phone(phone.address, phone.platform, phone.owner.name, phone.owner.job_title) for phone in list_phones()
    )
    page = PhonesPage(phones, Backend(backend_url), backend_url)
    fcm.on_accepted, fcm.on_ordered = phones.receive, page.tell_orders
    return page.routes()


if __name__ == "__main__":
    main()
