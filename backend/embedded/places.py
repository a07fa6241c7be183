"""Where one embedded Cuppa keeps everything: all of it under one directory, `var/` unless VAR_DIR says otherwise."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from backend.embedded.failure import UnableToStart
from backend.embedded.postgres import PostgresPlace
from backend.embedded.redis import RedisPlace
from backend.embedded.sockets import make_socket_dir

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Places:
    """The paths of one installation. Two with different `var_dir` share nothing and may run side by side."""

    var_dir: Path
    socket_dir: Path

    @property
    def log_dir(self) -> Path:
        return self.var_dir / "log"

    @property
    def run_dir(self) -> Path:
        return self.var_dir / "run"

    @property
    def object_dir(self) -> Path:
        return self.var_dir / "objects"

    @property
    def upload_dir(self) -> Path:
        return self.var_dir / "uploads"

    @property
    def media_work_dir(self) -> Path:
        return self.var_dir / "media-work"

    @property
    def model_dir(self) -> Path:
        """Return where `make models` lays speech models; it may be missing."""
        return self.var_dir / "models"

    @property
    def secrets_file(self) -> Path:
        return self.var_dir / "secrets.env"

    @property
    def fcm_key_file(self) -> Path:
        """Return where the made-up service account of the local FCM lies."""
        return self.var_dir / "local-fcm.json"

    @property
    def supervisor_socket(self) -> Path:
        return self.socket_dir / "supervisor.sock"

    @property
    def postgres(self) -> PostgresPlace:
        return PostgresPlace(self.var_dir / "postgres", self.socket_dir / "postgres")

    @property
    def redis(self) -> RedisPlace:
        return RedisPlace(self.var_dir / "redis", self.socket_dir / "redis.sock")

    @property
    def media_redis(self) -> RedisPlace:
        """Return the media worker's own broker: as in production, it must not see the other queues."""
        return RedisPlace(self.var_dir / "media-redis", self.socket_dir / "media-redis.sock")


def find_places(var_dir: Path | None = None) -> Places:
    """
    Return the places under `var_dir`, or under VAR_DIR, or under `var/` beside the code; made when missing.

    :raises UnableToStart: the directory cannot be written.
    """
    chosen = (var_dir or Path(os.environ.get("VAR_DIR") or ROOT / "var")).expanduser().resolve()
    try:
        places = Places(chosen, make_socket_dir(chosen))
        for directory in (places.log_dir, places.run_dir, places.object_dir, places.upload_dir, places.media_work_dir):
            directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnableToStart(f"{chosen} cannot be written: {error.strerror}.") from error
    return places
