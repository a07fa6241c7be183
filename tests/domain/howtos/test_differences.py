from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from backend.domain.howtos.content import Content, Part, StepContent
from backend.domain.howtos.differences import Words, compare_words, differences

CONTENT = Content("Chiller", "It is off", "", "", "Clean it.", "", (StepContent("Close the valve."),))


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_words_make_up_both_texts(before: str, after: str) -> None:
    words = compare_words(before, after)

    assert "".join(run.text for run in words if run.op != "added") == before
    assert "".join(run.text for run in words if run.op != "removed") == after


def test_a_text_differs_word_by_word() -> None:
    (difference,) = differences(CONTENT, replace(CONTENT, remedy="Clean everything."))

    assert (difference.field, difference.kind) == ("remedy", "changed")
    assert difference.words == [
        Words("same", "Clean "),
        Words("removed", "it"),
        Words("added", "everything"),
        Words("same", "."),
    ]


def test_equal_contents_differ_in_nothing() -> None:
    assert differences(CONTENT, CONTENT) == []


def test_steps_are_matched_and_moves_shown() -> None:
    close, open_, bleed = (StepContent(text) for text in ("Close the valve.", "Open the lid.", "Bleed the air."))
    before = replace(CONTENT, steps=(close, open_, bleed))
    after = replace(CONTENT, steps=(bleed, close, StepContent("Open the blue lid."), StepContent("Wait")))

    found = [(d.kind, d.before_position, d.after_position, d.after) for d in differences(before, after)]

    assert found == [
        ("added", None, 4, "Wait"),
        ("moved", 3, 1, "Bleed the air."),
        ("changed", 2, 3, "Open the blue lid."),
    ]


def test_parts_and_tools_are_told() -> None:
    after = replace(CONTENT, parts=(Part("Gasket", "G-12", 2),), tools=("Torx 20",))

    assert [(d.field, d.kind, d.after) for d in differences(CONTENT, after)] == [
        ("parts", "added", "2 × Gasket G-12"),
        ("tools", "added", "Torx 20"),
    ]
