"""What the supervisor is told about the processes that it starts, restarts and stops."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from backend.embedded.places import ROOT, Places
from backend.embedded.programs import Program

# After this many quick deaths in a row, each waited for a second longer, a program is given up.
START_RETRIES = 5


def write_configuration(places: Places, programs: Iterable[Program]) -> Path:
    """Write the supervisor's configuration, secrets included, so that only its owner can read it."""
    path = places.run_dir / "supervisord.conf"
    path.unlink(missing_ok=True)
    sections = [_supervisor_section(places)]
    sections += [_program_section(places, program, order) for order, program in enumerate(programs)]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(sections))
    return path


def _supervisor_section(places: Places) -> str:
    user = "user=root\n" if os.geteuid() == 0 else ""
    return f"""\
[unix_http_server]
file={_plain(places.supervisor_socket)}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisord]
nodaemon=true
silent=true
{user}directory={_plain(ROOT)}
pidfile={_plain(places.run_dir / "supervisord.pid")}
logfile={_plain(places.log_dir / "supervisor.log")}
logfile_maxbytes=5MB
logfile_backups=2
"""


def _program_section(places: Places, program: Program, order: int) -> str:
    account = f"user={program.account}\n" if program.account else ""
    environment = ",".join(f"{name}={_quoted(value)}" for name, value in program.environment.items())
    return f"""\
[program:{program.name}]
command={" ".join(_quoted(part) for part in program.command)}
{account}environment={environment}
priority={order}
autostart=false
autorestart=true
startsecs={program.settle_s}
startretries={START_RETRIES}
stopsignal={program.stop_signal}
stopwaitsecs={program.stop_timeout_s}
killasgroup=true
redirect_stderr=true
stdout_logfile={_plain(places.log_dir / program.name)}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=2
"""


def _plain(value: object) -> str:
    # % starts an expansion in the supervisor's configuration.
    return str(value).replace("%", "%%")


def _quoted(value: str) -> str:
    escaped = _plain(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
