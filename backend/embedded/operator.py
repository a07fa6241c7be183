"""`python -m backend.embedded.operator [EMAIL] [--end]`: who may see every organisation of the Cuppa that runs."""

from __future__ import annotations

import sys

from backend.embedded.manage import manage_running

if __name__ == "__main__":
    sys.exit(manage_running("operator", sys.argv[1:]))
