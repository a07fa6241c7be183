"""Whether this installation has a local FCM, where it listens, and its key."""

from __future__ import annotations

import os
import socket

from backend.embedded.checks import check_port, find_free_port, port_from
from backend.embedded.local_fcm.tokens import Account
from backend.embedded.places import Places

PROJECT = "cuppa-local"
_BESIDE_WEB = 100
_OFF = "off"


def chosen_phones_url(web_port: int) -> str | None:
    """
    Return where the local FCM is to listen, or None when pushes go elsewhere: the operator has a Firebase project.

    PHONES_PORT chooses the port, `off` does without; else it is the web port and 100, or any other when that is taken.

    :raises UnableToStart: PHONES_PORT is no port, or taken.
    """
    chosen = os.environ.get("PHONES_PORT")
    if chosen == _OFF or os.environ.get("FIREBASE_CREDENTIALS") or os.environ.get("FCM_URL"):
        return None
    if chosen:
        port = port_from("PHONES_PORT", chosen)
        check_port(port, variable="PHONES_PORT")
    else:
        port = _port_beside(web_port)
    return f"http://127.0.0.1:{port}"


def _port_beside(web_port: int) -> int:
    port = web_port + _BESIDE_WEB
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return find_free_port()
    return port


def write_local_key(places: Places, phones_url: str) -> None:
    """Write the service account of the local FCM at `phones_url`, with the key it had before. Idempotent."""
    path = places.fcm_key_file
    account = Account.load(path) if path.exists() else Account.make(PROJECT)
    account.write(path, url=phones_url)
