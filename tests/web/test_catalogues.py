"""What is translated is compiled, and keeps everything that is put into a sentence in its place."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.formats import get_format

ROOT = Path(__file__).resolve().parents[2]
LOCALE, WEB = ROOT / "locale", ROOT / "backend" / "web"
TRANSLATED = [code for code, _ in settings.LANGUAGES if code != "en"]
_PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?\w+>")
_STRING = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?) (".*")$')

Entry = dict[str, str]


def read_catalogue(language: str) -> list[Entry]:
    """Return the entries of a catalogue, as `make messages` writes them: one line for each string."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    entries = []
    for block in text.split("\n\n"):
        lines = [_STRING.match(line) for line in block.splitlines()]
        entry = {found[1]: ast.literal_eval(found[3]) for found in lines if found}
        if entry.get("msgid"):
            entries.append(entry)
    return entries


def places_in(sentence: str) -> list[str]:
    return sorted(_PLACES.findall(sentence))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_with_what_is_put_into_it(language: str) -> None:
    entries = read_catalogue(language)

    untranslated = [one["msgid"] for one in entries if not all(one.values())]
    broken = [
        one["msgid"]
        for one in entries
        for key, said in one.items()
        if key in {"msgstr", "msgstr[1]"}
        and places_in(said) not in (places_in(one["msgid"]), places_in(one.get("msgid_plural", one["msgid"])))
    ]
    assert len(entries) > 1000
    assert (untranslated, broken) == ([], [])


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for one in read_catalogue(language):
        if "msgid_plural" in one:
            said = [compiled.ngettext(one["msgid"], one["msgid_plural"], count) for count in (1, 2)]
            assert said == [one["msgstr[0]"], one["msgstr[1]"]]
        elif "msgctxt" in one:
            assert compiled.pgettext(one["msgctxt"], one["msgid"]) == one["msgstr"]
        else:
            assert compiled.gettext(one["msgid"]) == one["msgstr"]


def test_the_source_holds_the_same_sentences_as_every_translation() -> None:
    english = {one["msgid"] for one in read_catalogue("en")}

    assert {language: {one["msgid"] for one in read_catalogue(language)} ^ english for language in TRANSLATED} == {
        language: set() for language in TRANSLATED
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_date_is_written_as_the_language_does(language: str) -> None:
    templates = (path.read_text(encoding="utf-8") for path in (WEB / "templates").rglob("*.html"))
    forms = {form for text in templates for form in re.findall(r'\|date:"([^"]*j [^"]*)"', text)}

    assert len(forms) > 5
    assert {form for form in forms if get_format(form, language) == form} == set()


def test_the_image_holds_the_catalogues() -> None:
    assert "COPY locale locale" in (ROOT / "backend" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "!locale" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
