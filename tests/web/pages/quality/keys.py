"""Somebody who has a keyboard and nothing else."""

from __future__ import annotations

from tests.web.browser import Tab

_WHERE = "(selector) => { const at = document.activeElement; return [at.matches(selector), at.outerHTML.slice(0, 60)] }"
_FARTHEST = 120  # presses; a page from which nobody gets there in so many is none for keys


class OutOfReach(Exception):
    """No press of Tab leads there. The text tells where they led."""


class Keys:
    """The fingers on one tab: Tab, Enter, Space and arrows."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab

    def reach(self, selector: str) -> None:
        """
        Press Tab until what fits `selector` has the focus.

        :raises OutOfReach: it never does.
        """
        been: list[str] = []
        for _ in range(_FARTHEST):
            self._tab.press("Tab")
            is_there, where = self._tab.run(_WHERE, selector)
            if is_there:
                return
            been.append(where)
        raise OutOfReach(f"{selector}, from {been[:20]}")

    def write(self, selector: str, text: str) -> None:
        """Reach a field and type into it."""
        self.reach(selector)
        self._tab.type(text)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Reach a button, a link or a fold and press it."""
        self.reach(selector)
        self._tab.press(key)

    def choose(self, name: str, *, steps: int) -> None:
        """Reach the choices called `name`, and go `steps` on with the arrow."""
        self.reach(f"[type=radio][name={name}]")
        if steps == 0:
            self._tab.press("Space")
        for _ in range(steps):
            self._tab.press("ArrowDown")
