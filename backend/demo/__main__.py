"""`python -m backend.demo`: play the story on the Cuppa that runs, or on one started for it."""

from __future__ import annotations

import argparse
import sys

import httpx

from backend.demo.killing import PARTS, killer
from backend.demo.step_failed import StepFailed
from backend.demo.story import Kill, play
from backend.demo.timeline import Timeline
from backend.embedded.checks import chosen_port
from backend.embedded.failure import UnableToStart
from backend.embedded.ownership import find_owner
from backend.embedded.places import find_places
from backend.embedded.stack import is_healthy, running_stack

_TIMEOUT_S = 30.0


def main(arguments: list[str]) -> int:
    """Play the story, and return the exit code; a failure is one sentence on the error stream."""
    asked = _parser().parse_args(arguments)
    try:
        _play_where_asked(asked.url, set(asked.kill))
    except (StepFailed, UnableToStart) as error:
        _say(f"The story broke: {error}", to_errors=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make demo", description="Play the whole story over HTTP, on the running Cuppa or one started for it."
    )
    parser.add_argument("--url", help="play it on this Cuppa, which must have the demo organisation")
    parser.add_argument(
        "--kill",
        action="append",
        default=[],
        choices=sorted(PARTS),
        help="kill this part once in the middle; may be given twice; only on a Cuppa started for the demo",
    )
    return parser


def _play_where_asked(url: str | None, wanted: set[str]) -> None:
    places = find_places()
    running = find_owner(places)
    address = url or (running.public_url if running else None)
    if address and wanted:
        raise UnableToStart("--kill needs a Cuppa started for the demo; stop the running one with `make stop` first.")
    if address:
        if not is_healthy(address):
            raise UnableToStart(f"No Cuppa answers at {address}.")
        phones_url = running.phones_url if running and running.public_url == address else None
        _play(address, Timeline(_say), kill=lambda _part: None, phones_url=phones_url)
        return
    with running_stack(places, port=chosen_port(), say=_say) as stack:
        timeline = Timeline(_say)
        _play(stack.public_url, timeline, kill=killer(stack, wanted, timeline), phones_url=stack.phones_url)


def _play(url: str, timeline: Timeline, *, kill: Kill, phones_url: str | None) -> None:
    _say(f"\nThe story, on {url}:\n")
    # A proxy set for the outside world must not come between us and this machine.
    with httpx.Client(base_url=url, timeout=_TIMEOUT_S, trust_env=False) as http:
        play(http, timeline, kill, phones_url=phones_url)
    _say(f"\nThe whole story took {timeline.elapsed_s:.1f} s.")


def _say(line: str, *, to_errors: bool = False) -> None:
    (sys.stderr if to_errors else sys.stdout).write(f"{line}\n")
    (sys.stderr if to_errors else sys.stdout).flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
