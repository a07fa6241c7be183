from __future__ import annotations

import stat
from pathlib import Path

from backend.embedded.environments import media_environment
from backend.embedded.places import Places
from backend.embedded.secret_values import load_secrets


class TestLoadSecrets:
    def test_makes_them_once_and_keeps_them(self, tmp_path: Path) -> None:
        first = load_secrets(tmp_path / "secrets.env")

        again = load_secrets(tmp_path / "secrets.env")

        assert again == first
        assert set(first) == {"SECRET_KEY", "WORKER_KEY"}
        assert first["SECRET_KEY"] != first["WORKER_KEY"]

    def test_lets_only_the_owner_read_them(self, tmp_path: Path) -> None:
        load_secrets(tmp_path / "secrets.env")

        assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600

    def test_adds_a_missing_one_without_changing_the_others(self, tmp_path: Path) -> None:
        (tmp_path / "secrets.env").write_text("SECRET_KEY=kept\n")

        secrets = load_secrets(tmp_path / "secrets.env")

        assert secrets["SECRET_KEY"] == "kept"
        assert len(secrets["WORKER_KEY"]) == 64


class TestEnvironments:
    def test_give_the_media_worker_no_secret_but_its_own_key(self, places: Places) -> None:
        environment = media_environment(places, public_url="http://127.0.0.1:8000")

        assert set(environment) == {
            "TRANSCRIBER", "WHISPER_MODEL_DIR", "MEDIA_BROKER_URL", "BACKEND_URL", "WORKER_KEY", "WORK_DIR",
        }  # fmt: skip
        assert load_secrets(places.secrets_file)["SECRET_KEY"] not in str(environment)
        assert str(places.redis.socket_path) not in str(environment)
