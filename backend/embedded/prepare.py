"""
Migrate the database, load the demo organisation, print who may sign in: `python -m backend.embedded.prepare`.

A push key that cannot be used is printed, too: whoever gave it looks here, and not into the processes' logs.

With `--phones`, its people get the phones whose screens the local FCM shows.

One process for the three commands: each of its own would load Django again, and the person waits.
"""

from __future__ import annotations

import sys

import django
from django.core.management import call_command

from backend.domain.search.embedders import embedder_problem

if __name__ == "__main__":
    django.setup()
    if problem := embedder_problem():
        sys.exit(problem)
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=sys.stderr)
    if "--phones" in sys.argv:
        call_command("register_demo_phones", stdout=sys.stderr)
    call_command("demo_sign_ins")
    from notifications import service as notifications  # models are not there before `setup`

    if problem := notifications.firebase_key_problem():
        print(f"\n{problem}")
