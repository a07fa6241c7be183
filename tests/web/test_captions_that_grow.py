"""Somebody opens a clip while the recogniser has heard its first seconds only."""

from __future__ import annotations

import pytest

from api_schema.media_jobs import JobKind, Progress, SpeechOutcome, TimedCue, TranscribeResult
from tests.web.conftest import Arrive, Footage
from tests.web.player import Player

EARLY = (
    TimedCue(2_000, 4_000, "This chiller", 0.9),
    TimedCue(9_000, 11_000, "over the edge", 0.9),
    TimedCue(12_000, 14_000, "shows E4.", 0.9),
)
LATE = TimedCue(24_000, 26_000, "and that was it.", 0.9)


def said(*cues: TimedCue) -> TranscribeResult:
    return TranscribeResult(SpeechOutcome.SPEECH, engine="pocketsphinx", language="en", cues=cues)


@pytest.mark.slow  # the player asks again for what has come every ten seconds
class TestCaptionsThatGrow:
    def test_are_shown_to_the_end_to_whoever_came_early(self, arrive: Arrive, films: Footage, player: Player) -> None:
        clip = arrive(films.long)
        clip.render.finish()
        session = clip.render._claim(JobKind.TRANSCRIBE)
        session.report_progress(Progress(40, transcript=said(*EARLY)))
        player.play(clip.links()["hls_url"])
        player.switch_captions_on()
        player.stop_at(3)
        early = player.captions()

        session.report_result(said(*EARLY, LATE))
        shown = []
        for at_s in (10.5, 13, 25):
            player.tab.run("() => video.play()")
            player.stop_at(at_s)
            player.wait_for("() => shownCaptions().length > 0")
            shown.append(player.captions())

        assert early == ["This chiller"]
        assert shown == [["over the edge"], ["shows E4."], ["and that was it."]]
        assert player.standing().faults == []
