from __future__ import annotations

from backend.domain.clips.webvtt import Caption, render_webvtt


def test_writes_times_text_and_doubt() -> None:
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


def test_keeps_a_cue_from_breaking_out() -> None:
    captions = [Caption(0, 1_000, "a < b\n\n00:00:01.000 --> 00:00:02.000\nR&D", 0.9)]

    assert render_webvtt(captions).split("\n", 2)[2] == (
        "00:00:00.000 --> 00:00:01.000\na &lt; b\n00:00:01.000 --&gt; 00:00:02.000\nR&amp;D\n"
    )


def test_is_an_empty_document_without_captions() -> None:
    assert render_webvtt([]) == "WEBVTT\n"
