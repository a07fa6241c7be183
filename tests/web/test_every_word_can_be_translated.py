"""Nothing is said outside the marks that translators work by: in no template, and in no script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

WEB = Path(__file__).resolve().parents[2] / "backend" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static" / "web").rglob("*.js"))

SAID_BY_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
NAMES = {"Cuppa", "CSV", "PDF", "JSON-LD", "QR", "MB", "kB", "GB"}  # the same in every language
_SILENT = {"script", "style", "pre", "code"}  # programs, and examples of what a program takes
_TAG_IN_ITS_PLACE = "\x01"
_NOT_SAID = ("blocktranslate", "comment", "block main_class", "block body_class")  # marked, or never shown
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
_SENTENCE = re.compile(r"""(["'`])(?:[A-Z][\w']+(?: [\w'’,.-]+)+[.:?!]?|[A-Z][a-z]+[.:?!])\1""")


class Said(HTMLParser):
    """What a person reads or hears of a piece of HTML, in its order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        values = dict(attrs)
        self.texts += [text for name, text in attrs if text and name in SAID_BY_ATTRIBUTES]
        if tag == "input" and values.get("type") in {"submit", "button"}:
            self.texts.append(values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def words_outside_marks(template: str) -> list[str]:
    """Return the words of a template that no translator would see."""
    pieces, is_marked = [], False
    for token in Lexer(template).tokenize():
        if token.token_type is TokenType.BLOCK and token.contents.startswith(_NOT_SAID):
            is_marked = True
        elif token.token_type is TokenType.BLOCK and token.contents.startswith("end"):
            is_marked = False
        elif token.token_type is TokenType.TEXT and not is_marked:
            pieces.append(token.contents)
        else:
            pieces.append(_TAG_IN_ITS_PLACE)
    said = Said()
    said.feed("".join(pieces))
    return [word for text in said.texts for word in _WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_says_a_word_outside_the_marks(template: Path) -> None:
    assert words_outside_marks(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(WEB / "static")))
def test_no_script_holds_a_sentence_of_its_own(script: Path) -> None:
    """Scripts are handed what they say by their page. What an exception says is for whoever reads the console."""
    lines = script.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("//", "*", "/*")) and "new Error(" not in line]

    assert [line.strip() for line in code if _SENTENCE.search(line)] == []


def test_the_walk_through_templates_sees_words() -> None:
    told = '<p title="Hint {{ x }}">{% translate "A" %} bare<b>{% blocktranslate %}Seen{% endblocktranslate %}</b></p>'

    assert words_outside_marks(told) == ["Hint", "bare"]
    assert _SENTENCE.search('say("Try again.")')
