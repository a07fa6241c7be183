"""An S3 that speaks HTTP: moto in server mode, on a free port of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from moto.server import ThreadedMotoServer


@contextmanager
def s3_server(bucket: str) -> Iterator[str]:
    """Serve an S3 that holds one empty bucket; yield its endpoint address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint_url = f"http://{host}:{port}"
    httpx.put(f"{endpoint_url}/{bucket}").raise_for_status()
    try:
        yield endpoint_url
    finally:
        server.stop()
