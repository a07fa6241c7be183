"""Somebody who sends to the local FCM over HTTP, with an access token."""

from __future__ import annotations

from typing import Any

import httpx
import jwt

from tests.fakes.fcm import PROJECT, FakeFcm


class Sender:
    def __init__(self, fcm: FakeFcm, http: httpx.Client) -> None:
        self._http = http
        self.headers = {"Authorization": f"Bearer {jwt.encode({}, fcm.account._secret, algorithm='HS256')}"}

    def send(self, message: dict[str, Any], *, project: str = PROJECT) -> httpx.Response:
        """Send one message, and return the answer."""
        path = f"/v1/projects/{project}/messages:send"
        return self._http.post(path, json={"message": message}, headers=self.headers)
