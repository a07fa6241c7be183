"""A page asks for all modules that it needs at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.templatetags.static import static
from django.test import RequestFactory

from backend.web.static_files.modules import needed_by

_TEMPLATES = Path(__file__).resolve().parents[2] / "backend" / "web" / "templates"


class TestModules:
    def test_are_fetched_together_with_what_they_import_level_by_level(self) -> None:
        request = RequestFactory().get("/")
        request.csp_nonce = "n0nce"  # type: ignore[attr-defined]

        tags = Template("{% load modules %}{% module 'web/threads/thread.js' %}").render(Context({"request": request}))

        fetched = re.findall(r'<link rel="modulepreload" href="([^"]+)" nonce="n0nce">', tags)
        assert {static("web/page.js"), static("web/clips/player.js"), static("web/clips/kept.js")} <= set(fetched)
        assert tags.count(f'<script type="module" src="{static("web/threads/thread.js")}" nonce="n0nce">') == 1
        assert static("web/threads/thread.js") not in fetched

    def test_that_come_late_are_left_for_later(self) -> None:
        pages = (path.read_text() for path in _TEMPLATES.rglob("*.html"))
        run = {name for page in pages for name in re.findall(r"{% module '([^']+)' %}", page)}

        needed = {one for name in run for one in needed_by(name)}

        assert "web/threads/thread.js" in run
        assert not {name for name in needed if "/hls.js/" in name or "/tus-js-client/" in name}

    def test_that_import_what_is_missing_are_a_mistake(self) -> None:
        with pytest.raises(LookupError, match=r"web/none\.js"):
            needed_by("web/none.js")
