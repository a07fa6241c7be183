"""The story of design.md, section 1, steps 1 to 7: one function a step, over HTTP only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from api_schema.ids import uuid7
from backend.demo import watching
from backend.demo.client import Session, sign_in
from backend.demo.filmed import send_clip, tell_captions, tell_rendering
from backend.demo.lock_screen import LockScreens
from backend.demo.sign_ins import PASSWORD, address_of
from backend.demo.step_failed import StepFailed
from backend.demo.timeline import Timeline, wait_for

ASKER, CURATOR, NEXT_TECHNICIAN = "Asha Patel", "Sam Whitlock", "Elin Sandberg"
ASSET_TAG = "CHL-A"
QUESTION = {
    "title": "Chiller will not start, display shows E4",
    "description": "The water pump is running. Off and on again changes nothing.",
    "fault_code": "E4",
}
ANSWER = (
    "With the pump running and the strainer clean it is the flow switch: dirt holds the paddle back. "
    "Isolate, clean the paddle, then hold reset for five seconds."
)
OUTCOME = {
    "outcome": "fixed",
    "minutes": 21,
    "problem": "Chiller does not start and shows E4 while the water pump is running",
    "cause": "Dirt held the paddle of the flow switch back",
    "remedy": "Cleaned the flow switch and reset the chiller",
}
SEARCH_WORDS = "E4 chiller dead"
PEERS_IN_WAVE_1 = 3
_SHORT_S, _LONG_S = 60.0, 240.0

Kill = Callable[[str], None]
"""Kill the named part, if the person at the keyboard wanted that."""


class Story:
    """What the people of the story know so far. Steps are called in the order of `STEPS`."""

    def __init__(self, http: httpx.Client, timeline: Timeline, kill: Kill, screens: LockScreens | None) -> None:
        self.http, self.timeline, self.kill, self.screens = http, timeline, kill, screens
        self.asker, self.curator = self._sign_in(ASKER), self._sign_in(CURATOR)
        self.thread_id, self.ask_clip_id, self.try_clip_id = uuid7(), uuid7(), uuid7()
        self.asked: list[dict[str, Any]] = []
        self.peer = self.asker  # until one answers
        self.suggestion_id, self.try_id = uuid7(), uuid7()
        self.howto: dict[str, Any] = {}

    def _sign_in(self, name: str) -> Session:
        return sign_in(self.http, name=name, address=address_of(name), password=PASSWORD)

    def thread(self) -> dict[str, Any]:
        thread: dict[str, Any] = self.asker.get(f"/threads/{self.thread_id}")
        return thread

    def ask(self) -> None:
        """1 and 2. The thread is there at once, without its video; similar solved faults come in the same answer."""
        asset = watching.only(self.asker.get("/assets", tag=ASSET_TAG)["items"], f"asset {ASSET_TAG}")
        began_s = self.timeline.elapsed_s
        body = {"id": str(self.thread_id), "asset_id": asset["id"], "clip_id": str(self.ask_clip_id), **QUESTION}
        answer = self.asker.post("/threads", body)
        took_ms = (self.timeline.elapsed_s - began_s) * 1000
        watching.expect(answer["thread"]["status"], "asked", "the thread's status after asking")
        self.timeline.tell("asked", f"{ASKER}, {ASSET_TAG}: “{QUESTION['title']}”")
        similar = [f"“{hit['title']}”" for hit in answer["similar"]]
        if not similar:
            raise StepFailed("No similar solved fault came with the answer to asking.")
        self.timeline.tell("similar found", f"{len(similar)} in {took_ms:.0f} ms, none fits:", *similar)

    def wave_1(self) -> None:
        """3. Three peers are asked by name, each told why; it stands in their inbox whatever becomes of the push."""
        self.asked = wait_for("Asking three peers", self._asked_peers, deadline_s=_SHORT_S)
        for ask in self.asked:
            peer = self._sign_in(ask["person"]["name"])
            entry = wait_for(
                f"The push to {peer.name}",
                lambda peer=peer: watching.inbox_entry(peer, "ask", self.thread_id),  # type: ignore[misc]
                deadline_s=_SHORT_S,
            )
            ask["body"] = entry["body"]
        lines = [f"{ask['person']['name']}: {ask['reason']}" for ask in self.asked]
        self.timeline.tell("wave 1 pushed", f"to {len(lines)} peers, who are told why:", *lines)

    def _asked_peers(self) -> list[dict[str, Any]] | None:
        asked = [ask for ask in self.thread()["asked"] if ask["wave"] == 1]
        return asked if len(asked) == PEERS_IN_WAVE_1 else None

    def film_the_fault(self) -> None:
        """3. The video follows over a link that drops, plays while it is rendered, and gets captions."""
        send_clip(self, self.ask_clip_id, "ask.mp4", drop_at=0.4)
        tell_rendering(self, self.ask_clip_id, disturb=lambda: self.kill("media-worker"))
        tell_captions(self, self.ask_clip_id)

    def answer(self) -> None:
        """4. One peer answers from the lock screen; the others need not any more; the asker is told at once."""
        self.peer = self._sign_in(self.asked[0]["person"]["name"])
        came = self._send_answer()
        wait_for(
            "Telling the asker of the answer",
            lambda: watching.inbox_entry(self.asker, "answer", self.thread_id),
            deadline_s=_SHORT_S,
        )
        thread = self.thread()
        watching.expect(thread["status"], "answered", "the thread's status after the answer")
        statuses = {ask["person"]["name"]: ask["status"] for ask in thread["asked"]}
        watching.expect(statuses.pop(self.peer.name), "answered", f"the ask of {self.peer.name}")
        freed = sorted(statuses)  # where rendering takes long, those of the next wave, too
        watching.expect(set(statuses.values()), {"cancelled"}, "what became of the other asks")
        self.timeline.tell("answered", f"{self.peer.name}: “{ANSWER}”", came, f"{' and '.join(freed)} need not answer")

    def _send_answer(self) -> str:
        """Return by which way the answer went. The reply's id is the suggestion's."""
        if self.screens is None:
            self.peer.post(f"/threads/{self.thread_id}/suggestions", {"id": str(self.suggestion_id), "text": ANSWER})
            return "sent in the app: no phones of ours hear this Cuppa's pushes"
        push = self.screens.wait_for_ask(self.peer.name, self.thread_id, deadline_s=_SHORT_S)
        told = self.screens.answer(push, reply_id=self.suggestion_id, text=ANSWER)
        watching.expect(told["result"], "answered", "what came of the reply")
        return f"sent from the lock screen, by the token in the push; told there: “{told['message']}”"

    def try_it(self) -> None:
        """5. The asker tries it, films the try, and says that it is fixed."""
        body = {"id": str(self.try_id), "clip_id": str(self.try_clip_id)}
        self.asker.post(f"/suggestions/{self.suggestion_id}/tries", body)
        watching.expect(self.thread()["status"], "trying", "the thread's status during the try")
        self.timeline.tell("try", f"{ASKER} tries what {self.peer.name} suggested")
        send_clip(self, self.try_clip_id, "try.mp4", drop_at=0.7)
        self.kill("broker")
        self.asker.post(f"/tries/{self.try_id}/outcome", OUTCOME)
        thread = self.thread()
        watching.expect(thread["status"], "fixed", "the thread's status after the try")
        self.timeline.tell("fixed", f"{thread['cause']}. {thread['remedy']}.")
        tell_rendering(self, self.try_clip_id, disturb=None)
        tell_captions(self, self.try_clip_id)

    def release_howto(self) -> None:
        """6. A how-to was drafted, its steps cut from the try's words; a curator releases it."""
        howto = self.howto = wait_for("Drafting the how-to", self._drafted_howto, deadline_s=_LONG_S)
        credited = [f"{credit['person']['name']} {credit['contribution']}" for credit in howto["credits"]]
        steps = [f"{step['position']}. {_clock(step['start_ms'])}  {step['text']}" for step in howto["steps"]]
        self.timeline.tell("how-to drafted", f"“{howto['title']}”, credits: {', '.join(credited)}", *steps)
        version = howto["version"]["number"]
        released = self.curator.post(f"/howtos/{howto['id']}/release", {"version": version})
        watching.expect(released["version"]["publication"], "released", "the how-to's publication")
        self.timeline.tell("how-to released", f"version {version}, by {CURATOR}")

    def _drafted_howto(self) -> dict[str, Any] | None:
        howto_id = self.thread()["howto_id"]
        howto = self.curator.get(f"/howtos/{howto_id}") if howto_id else None
        filmed = howto and [step for step in howto["steps"] if step["clip_id"] == str(self.try_clip_id)]
        return howto if filmed else None

    def find_again(self) -> None:
        """7. The next technician types what they see, and the how-to opens at the second that matters."""
        technician = self._sign_in(NEXT_TECHNICIAN)
        place, hit = wait_for(
            f"Finding the how-to by “{SEARCH_WORDS}”", lambda: self._found_howto(technician), deadline_s=_SHORT_S
        )
        moment = hit["moment"]
        if not moment:
            raise StepFailed("The how-to was found, but without the moment that matters.")
        picture = watching.play(self.http, technician, UUID(moment["clip_id"]), at_ms=moment["start_ms"])
        self.timeline.tell(
            "found again",
            f"{NEXT_TECHNICIAN} types “{SEARCH_WORDS}”: the how-to is hit {place}, by {hit['matched']}",
            f"it opens at {_clock(moment['start_ms'])} of the clip, and plays there"
            f" ({picture.width_px} × {picture.height_px})",
        )

    def _found_howto(self, technician: Session) -> tuple[int, dict[str, Any]] | None:
        hits = technician.get("/search", q=SEARCH_WORDS, limit=50)["items"]
        return next(((place, hit) for place, hit in enumerate(hits, 1) if hit["id"] == self.howto["id"]), None)


STEPS = (
    Story.ask,
    Story.wave_1,
    Story.film_the_fault,
    Story.answer,
    Story.try_it,
    Story.release_howto,
    Story.find_again,
)


def play(http: httpx.Client, timeline: Timeline, kill: Kill, *, phones_url: str | None) -> None:
    """
    Play the whole story, telling each step. `phones_url`: of the local FCM that this Cuppa sends to, if any.

    :raises StepFailed: a step did not do what it promises, or not in time.
    """
    screens = LockScreens(phones_url, backend=http) if phones_url else None
    story = Story(http, timeline, kill, screens)
    for step in STEPS:
        step(story)


def _clock(at_ms: int | None) -> str:
    return "-:--.-" if at_ms is None else f"{at_ms // 60_000}:{at_ms % 60_000 / 1000:04.1f}"
