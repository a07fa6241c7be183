"""A server that takes connections and never comes to an end: it is silent, or says one byte now and then."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_DRIP_EVERY_S = 0.05


@contextmanager
def stuck_server(how: str, *, line: bytes) -> Iterator[int]:
    """
    Serve on a free port of this machine, and yield it.

    `how`: `silent` or `dripping`. `line`: what drips, over and over, until the client has gone.
    """
    is_over = threading.Event()

    class Stuck(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                while how == "silent":
                    if not self.request.recv(4096):
                        return
                while True:
                    for byte in line:
                        self.request.sendall(bytes([byte]))
                        if is_over.wait(_DRIP_EVERY_S):
                            return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", 0), Stuck)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        is_over.set()
        server.shutdown()
        server.server_close()
