"""`python -m backend.embedded.doctor [--json]`: the doctor's examination of the Cuppa that runs on `var/`."""

from __future__ import annotations

import sys

from backend.embedded.manage import manage_running

if __name__ == "__main__":
    sys.exit(manage_running("doctor", sys.argv[1:]))
