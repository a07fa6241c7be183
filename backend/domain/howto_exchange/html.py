"""How-tos as one HTML page that needs nothing else: no request leaves it, and nothing in it runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final
from uuid import UUID

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from backend.domain.howto_exchange.json_ld import film_name
from backend.domain.howto_exchange.sheet import Front, Sheet, SheetStep

# Whatever a text may say, the page fetches nothing and runs nothing.
_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d1d1f; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
header, article { break-after: page; margin-bottom: 4rem }
h1 { line-height: 1.2; margin-bottom: .25rem } h2 { font-size: 1rem; margin: 1.5rem 0 .25rem }
.said { white-space: pre-line; overflow-wrap: anywhere; margin: 0 } .quiet { color: #5a5a60; margin: 0 }
.hazards { border: 3px solid #b3261e; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0 }
.hazards h2 { color: #b3261e; margin-top: 0 }
li { margin: .5rem 0; break-inside: avoid } img { max-width: 20rem; max-height: 20rem; display: block; margin: .5rem 0 }
"""


def html_page(
    sheets: Iterable[Sheet], *, with_films: Collection[UUID] = (), front: Front | None = None
) -> Iterator[str]:
    """
    Yield the page piece by piece, a how-to at a time: its posters are never all in memory.

    Every text is escaped. `with_films`: clips whose MP4 lies beside the page; their steps link into them.
    """
    films = frozenset(with_films)
    yield format_html(
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title>'
        "<style>{}</style></head><body>\n",
        _POLICY,
        front.title if front else "How-tos",
        mark_safe(_STYLE),  # noqa: S308 - ours, and nobody's text is in it
    )
    if front:
        yield _cover(front)
    for sheet in sheets:
        yield _article(sheet, films)
    yield "</body></html>\n"


def _cover(front: Front) -> SafeString:
    return format_html(
        '<header><h1 dir="auto">{}</h1><p class="said" dir="auto">{}</p><ol>\n{}</ol></header>\n',
        front.title,
        front.description,
        format_html_join("", '<li dir="auto">{}</li>\n', ((title,) for title in front.contents)),
    )


def _article(sheet: Sheet, films: Collection[UUID]) -> SafeString:
    return format_html(
        '<article lang="{}" dir="auto">\n<h1 dir="auto">{}</h1><p class="quiet">{}</p><p class="quiet">{}</p>\n'
        '{}{}{}{}<h2>Steps</h2><ol>\n{}</ol>\n<p class="quiet">{}</p></article>\n',
        sheet.language,
        sheet.title,
        sheet.machine,
        sheet.standing,
        _warning("Corrected", sheet.corrections),
        _warning("Hazards", sheet.hazards),
        format_html_join("", '<h2>{}</h2><p class="said" dir="auto">{}</p>\n', sheet.sections),
        _needed(sheet.needed),
        format_html_join("", "{}", ((_step(step, films),) for step in sheet.steps)),
        f"Learnt by {sheet.credited}." if sheet.credited else "",
    )


def _warning(heading: str, text: str) -> str:
    block = '<section class="hazards"><h2>{}</h2><p class="said" dir="auto">{}</p></section>\n'
    return format_html(block, heading, text) if text else ""


def _needed(needed: list[str]) -> str:
    lines = format_html_join("", '<li dir="auto">{}</li>', ((line,) for line in needed))
    return format_html("<h2>Parts and tools</h2><ul>{}</ul>\n", lines) if needed else ""


def _step(step: SheetStep, films: Collection[UUID]) -> SafeString:
    poster = format_html('<img alt="" src="{}">', step.poster_uri) if step.poster else ""
    return format_html('<li><p class="said" dir="auto">{}</p>{}{}</li>\n', step.text, poster, _moment(step, films))


def _moment(step: SheetStep, films: Collection[UUID]) -> str:
    if step.clip_id is None:
        return ""
    said = format_html('<p class="quiet">Film {}</p>', step.when)
    if step.clip_id not in films:
        return said
    moment = f"#t={step.start_ms / 1000},{step.end_ms / 1000}"
    return format_html('<a href="{}">{}</a>', escape(film_name(step.clip_id) + moment), said)
