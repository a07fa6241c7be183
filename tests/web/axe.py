"""axe-core 4.14.1 (MPL-2.0, npm, kept for tests only): what a program can judge of WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path

from tests.web.browser import Tab

_SOURCE = Path(__file__).parent / "axe_core" / "4.14.1" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(tab: Tab) -> list[str]:
    """Return what axe finds, a line each: the rule, and where. Nothing: it found nothing."""
    tab.run(_SOURCE.read_text())
    found = tab.run("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", _RULES)
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]
