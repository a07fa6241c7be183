from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.clips.webvtt import Caption, render_webvtt


def body_of(*captions: Caption) -> str:
    """Return the document without its first line."""
    return render_webvtt(captions).split("\n", 2)[2]


class TestRenderWebvtt:
    def test_writes_times_text_and_doubt(self) -> None:
        captions = [
            Caption(1_050, 3_500, "This chiller will\nnot start.", 0.9),
            Caption(3_600_000, 3_601_000, "E4", 0.4),
        ]

        assert render_webvtt(captions) == (
            "WEBVTT\n"
            "\n"
            "00:00:01.050 --> 00:00:03.500\n"
            "This chiller will\n"
            "not start.\n"
            "\n"
            "01:00:00.000 --> 01:00:01.000\n"
            "<c.doubtful>E4</c>\n"
        )

    def test_marks_the_doubtful_words_and_no_others(self) -> None:
        words = (("the", 0.9), ("hill", 0.2), ("air", 0.3), ("will", 0.4), ("stop", 0.8))

        assert body_of(Caption(0, 1_000, "the hill air\nwill stop", 0.5, words)) == (
            "00:00:00.000 --> 00:00:01.000\nthe <c.doubtful>hill air</c>\n<c.doubtful>will</c> stop\n"
        )

    def test_doubts_a_whole_caption_whose_words_are_others(self) -> None:
        assert body_of(Caption(0, 1_000, "it stops", 0.4, (("it", 0.9),))) == (
            "00:00:00.000 --> 00:00:01.000\n<c.doubtful>it stops</c>\n"
        )

    def test_keeps_a_cue_from_breaking_out(self) -> None:
        captions = Caption(0, 1_000, "a < b\n\n00:00:01.000 --> R&D", 0.9)

        assert body_of(captions) == "00:00:00.000 --> 00:00:01.000\na &lt; b\n00:00:01.000 --&gt; R&amp;D\n"

    def test_shows_a_long_text_two_lines_of_42_letters_at_a_time(self) -> None:
        text = " ".join(["nine more"] * 12)  # four words and three spaces more a line: 39 letters

        assert body_of(Caption(0, 3_000, text, 1.0)) == (
            "00:00:00.000 --> 00:00:02.000\n"
            "nine more nine more nine more nine more\n"
            "nine more nine more nine more nine more\n"
            "\n"
            "00:00:02.000 --> 00:00:03.000\n"
            "nine more nine more nine more nine more\n"
        )

    def test_shows_nothing_where_nothing_is_said(self) -> None:
        assert render_webvtt([Caption(0, 1_000, "", 1.0)]) == "WEBVTT\n"

    def test_is_an_empty_document_without_captions(self) -> None:
        assert render_webvtt([]) == "WEBVTT\n"

    @given(text=st.text(max_size=200), confidence=st.floats(0, 1))
    @settings(max_examples=200, deadline=None)
    def test_is_two_lines_after_its_time_whatever_was_said(self, text: str, confidence: float) -> None:
        _, *blocks = render_webvtt([Caption(0, 7_000, text, confidence)]).split("\n\n")

        for block in blocks:
            times, *lines = block.strip("\n").split("\n")
            assert times.count("-->") == 1
            assert 1 <= len(lines) <= 2
            assert not any("-->" in line for line in lines)
