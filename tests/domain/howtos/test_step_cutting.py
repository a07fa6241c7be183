from __future__ import annotations

from api_schema.ids import uuid7
from backend.domain.clips.models import Cue
from backend.domain.howtos.step_cutting import steps_from_cues, steps_from_text

CLIP = uuid7()


def cue(start_ms: int, end_ms: int, text: str, words: list[tuple[str, int, int]] | None = None) -> Cue:
    timed = [{"text": text, "start_ms": start, "end_ms": end, "confidence": 0.3} for text, start, end in words or []]
    return Cue(clip_id=CLIP, start_ms=start_ms, end_ms=end_ms, text=text, words=timed)


class TestStepsFromCues:
    def test_cuts_at_the_end_of_a_sentence_inside_a_caption(self) -> None:
        cues = [cue(0, 4_000, "I close both valves. Then the"), cue(4_000, 6_000, "strainer comes out.")]

        steps = steps_from_cues(CLIP, cues)

        assert [(step.text, step.start_ms, step.end_ms) for step in steps] == [
            ("I close both valves.", 0, 2_667),
            ("Then the strainer comes out.", 2_667, 6_000),
        ]
        assert {step.clip_id for step in steps} == {CLIP}

    def test_cuts_at_a_pause_when_the_recogniser_writes_no_full_stops(self) -> None:
        words = [("i", 0, 100), ("close", 100, 400), ("both", 400, 700), ("valves", 700, 1_000)]
        later = [("then", 2_500, 2_700), ("the", 2_700, 2_800), ("strainer", 2_800, 3_300), ("out", 3_300, 3_500)]
        cues = [cue(0, 3_500, "i close both valves then the strainer out", [*words, *later])]

        steps = steps_from_cues(CLIP, cues)

        assert [(step.text, step.start_ms, step.end_ms) for step in steps] == [
            ("i close both valves", 0, 1_000),
            ("then the strainer out", 2_500, 3_500),
        ]

    def test_keeps_a_word_of_praise_with_the_step_it_praises(self) -> None:
        steps = steps_from_cues(CLIP, [cue(0, 4_000, "Circuit two is back. Lovely. Now the other one runs.")])

        assert [step.text for step in steps] == ["Circuit two is back. Lovely.", "Now the other one runs."]

    def test_cuts_an_endless_sentence_at_a_caption(self) -> None:
        cues = [cue(start, start + 5_000, "and so on and on") for start in range(0, 50_000, 5_000)]

        steps = steps_from_cues(CLIP, cues)

        assert [(step.start_ms, step.end_ms) for step in steps] == [(0, 25_000), (25_000, 50_000)]

    def test_spreads_words_evenly_over_a_caption_that_somebody_corrected(self) -> None:
        cues = [cue(0, 4_000, "Head changed to TX-77. Bulb strapped and lagged.", [("head", 0, 500)])]

        steps = steps_from_cues(CLIP, cues)

        assert [(step.start_ms, step.end_ms) for step in steps] == [(0, 2_000), (2_000, 4_000)]

    def test_gives_no_step_without_captions(self) -> None:
        assert steps_from_cues(CLIP, []) == ()


class TestStepsFromText:
    def test_takes_each_sentence_and_line_as_a_step(self) -> None:
        steps = steps_from_text("Close both valves.  Is 4.1 bar left? Bleed it!\nClean the strainer")

        assert [step.text for step in steps] == [
            "Close both valves.",
            "Is 4.1 bar left?",
            "Bleed it!",
            "Clean the strainer",
        ]
