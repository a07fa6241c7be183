"""What can be judged of a page without a browser: its marks, as the server sends them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_ELSEWHERE = ("http://", "https://", "//")
_VOID = frozenset({"input", "img", "br", "hr", "meta", "link", "source", "track", "use", "path", "wbr"})
_LOADS = {
    "script": "src",
    "link": "href",
    "img": "src",
    "use": "href",
    "video": "src",
    "source": "src",
    "iframe": "src",
}


@dataclass
class Markup(HTMLParser):
    """A page that was read. `mistakes`: sentences."""

    title: str = ""
    headings: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    _fields: list[str] = field(default_factory=list)
    _labelled: set[str] = field(default_factory=set)
    _described: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "h1":
            self.headings.append("")
        self._note_names(tag, given)
        self._note_policy(tag, given)
        if tag in {"input", "select", "textarea"}:
            self._note_field(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        if "h1" in self._open:
            self.headings[-1] += data

    def _note_names(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given and "template" not in self._open:
            self.ids[given["id"]] += 1
        if tag == "label":
            self._labelled.add(given.get("for", ""))
        self._described.update(given.get("aria-describedby", "").split())

    def _note_policy(self, tag: str, given: dict[str, str]) -> None:
        if "style" in given or any(name.startswith("on") for name in given):
            self.mistakes.append(f"<{tag}> has an inline style or script, which the policy refuses: {given}")
        if given.get(_LOADS.get(tag, ""), "").startswith(_ELSEWHERE):
            self.mistakes.append(f"<{tag}> loads from elsewhere: {given}")
        if tag == "script" and "nonce" not in given:
            self.mistakes.append(f"<script> without a nonce: {given}")
        if tag == "form" and given.get("method", "get").lower() == "get" and "hx-post" in given:
            self.mistakes.append(f"<form> that only a script can send: {given}")

    def _note_field(self, given: dict[str, str]) -> None:
        is_named = "aria-label" in given or "aria-labelledby" in given or "label" in self._open
        if given.get("type") not in {"hidden", "submit", "button"} and not is_named:
            self._fields.append(given.get("id", f"(without an id) {given.get('name')}"))

    def finish(self) -> list[str]:
        """Return everything that is wrong."""
        twice = sorted(name for name, count in self.ids.items() if count > 1)
        unnamed = [one for one in self._fields if one not in self._labelled]
        lost = sorted(self._described - self.ids.keys())
        return [
            *self.mistakes,
            *([f"{len(self.headings)} h1: {self.headings}"] if len(self.headings) != 1 else []),
            *([f"ids that stand there twice: {twice}"] if twice else []),
            *([f"fields without a label: {unnamed}"] if unnamed else []),
            *([f"aria-describedby that leads nowhere: {lost}"] if lost else []),
            *([] if self.ids["main"] else ["there is no #main for the skip link"]),
        ]


def read(html: str) -> Markup:
    """Return the page, read to its end."""
    page = Markup()
    page.feed(html)
    page.close()
    return page
