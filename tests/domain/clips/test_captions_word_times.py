from __future__ import annotations

from backend.domain.clips.word_times import StoredWord, time_words


def heard(*words: tuple[str, int, int], spoken: str = "") -> list[StoredWord]:
    return [
        {"text": text, "start_ms": start_ms, "end_ms": end_ms, "confidence": 0.3, "spoken": spoken}
        for text, start_ms, end_ms in words
    ]


def times(words: list[StoredWord]) -> list[tuple[str, int, int]]:
    return [(word["text"], word["start_ms"], word["end_ms"]) for word in words]


class TestTimeWords:
    def test_keeps_the_times_of_words_that_stay_whatever_their_case_and_punctuation(self) -> None:
        before = heard(("the", 100, 200), ("hill", 250, 500), ("air", 500, 700), ("stops", 800, 1_000))

        timed = time_words("The chiller stops.", heard=before, start_ms=100, end_ms=1_500)

        assert times(timed) == [("The", 100, 200), ("chiller", 250, 700), ("stops.", 800, 1_000)]

    def test_spreads_new_words_over_the_gap(self) -> None:
        before = heard(("open", 0, 300), ("valve", 900, 1_200))

        timed = time_words("open the red valve", heard=before, start_ms=0, end_ms=1_200)

        assert times(timed) == [("open", 0, 300), ("the", 300, 600), ("red", 600, 900), ("valve", 900, 1_200)]

    def test_spreads_all_words_over_a_cue_whose_words_have_no_times(self) -> None:
        timed = time_words("open it", heard=[], start_ms=1_000, end_ms=2_000)

        assert times(timed) == [("open", 1_000, 1_500), ("it", 1_500, 2_000)]

    def test_leaves_no_doubt_and_keeps_what_was_said_for_a_code(self) -> None:
        before = heard(("E4", 0, 300), spoken="e four")

        assert time_words("E4", heard=before, start_ms=0, end_ms=300) == [
            {"text": "E4", "start_ms": 0, "end_ms": 300, "confidence": 1.0, "spoken": "e four"}
        ]

    def test_has_nothing_to_time_where_nothing_is_said(self) -> None:
        assert time_words("", heard=heard(("uh", 0, 300)), start_ms=0, end_ms=300) == []
