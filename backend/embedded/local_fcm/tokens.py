"""
A made-up service account, and the token endpoint that gives access tokens for what its key signed.

Source: RFC 7523; the file is what Firebase's console calls a service account key.
"""

from __future__ import annotations

import json
import os
import time
from hashlib import sha256
from pathlib import Path
from typing import Self

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.embedded.local_fcm.scripted import Scripted

_LIFE_S = 3600
_AUDIENCE = "https://oauth2.googleapis.com/token"  # what Google's libraries sign for, whatever the `token_uri`
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Account:
    """
    The key of one project. Two with the same key know each other's access tokens, so a restart ends none.
    """

    def __init__(self, key: rsa.RSAPrivateKey, *, project: str) -> None:
        self.project = project
        self._email = f"push@{project}.iam.gserviceaccount.com"
        self._private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._public = key.public_key()
        self._secret = sha256(self._private).hexdigest()

    @classmethod
    def make(cls, project: str) -> Self:
        """Return an account with a key that nobody has seen."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048), project=project)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the account that `write` wrote to `path`."""
        written = json.loads(path.read_text())
        key = serialization.load_pem_private_key(written["private_key"].encode(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return cls(key, project=written["project_id"])

    def write(self, path: Path, *, url: str) -> None:
        """Write the key file, for its owner's eyes only; whoever uses it fetches access tokens at `url`."""
        account = {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": "1",
            "private_key": self._private.decode(),
            "client_email": self._email,
            "client_id": "1",
            "token_uri": f"{url}/token",
        }
        beside = path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(account, file)
        beside.replace(path)

    def exchange(self, form: dict[str, str]) -> Scripted:
        """Answer one request to the token endpoint: grant type, signature, issuer, life and scope must be right."""
        if form.get("grant_type") != _GRANT:
            return Scripted(400, {"error": "unsupported_grant_type"})
        try:
            self._check_assertion(form["assertion"])
        except (jwt.InvalidTokenError, KeyError, ValueError) as error:
            return Scripted(400, {"error": "invalid_grant", "error_description": str(error)})
        token = jwt.encode({"exp": int(time.time()) + _LIFE_S}, self._secret, algorithm="HS256")
        return Scripted(200, {"access_token": token, "expires_in": _LIFE_S - 1, "token_type": "Bearer"})

    def _check_assertion(self, assertion: str) -> None:
        claims = jwt.decode(
            assertion,
            self._public,
            algorithms=["RS256"],
            audience=_AUDIENCE,
            issuer=self._email,
            options={"require": ["exp", "iat"]},
        )
        if claims["exp"] - claims["iat"] > _LIFE_S:
            raise ValueError("an assertion lives one hour at most")
        if not any("firebase" in scope or "cloud-platform" in scope for scope in claims["scope"].split()):
            raise ValueError("the scope does not cover messaging")

    def is_signed_in(self, authorization: str) -> bool:
        """Return whether the header carries an access token of ours that still lives."""
        try:
            jwt.decode(authorization.removeprefix("Bearer "), self._secret, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return False
        return True
