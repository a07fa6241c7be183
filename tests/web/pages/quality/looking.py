"""What a browser can tell of a page that it shows, beside what axe judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.web.axe import violations
from tests.web.browser import Tab

_TELL = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const name = (one) => `${one.tagName.toLowerCase()}${one.id && '#' + one.id}.${[...one.classList].join('.')} `
    + `"${(one.innerText || one.value || one.getAttribute('aria-label') || '').trim().slice(0, 40)}"`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const plain = 'input:not([type=checkbox], [type=radio], [type=range], [type=file], [type=hidden]), select, textarea';
  const big = `.button, .place, .row[href], button.row, .choice, summary, ${plain}`;
  return {
    status: performance.getEntriesByType('navigation')[0].responseStatus,
    title: document.title,
    wide_px: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    sticking_out: all('main *').filter((one) => one.getBoundingClientRect().right > innerWidth + 1
      && !one.closest('.scroll, .tabs, .sample, svg, .unseen')).map(name).slice(0, 5),
    small: all(big).filter((one) => one.getBoundingClientRect().height < 47.5)
      .map((one) => `${name(one)} ${Math.round(one.getBoundingClientRect().height)} px`),
    tiny_text: all(plain).filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16).map(name),
    elsewhere: performance.getEntriesByType('resource').map((one) => one.name)
      .filter((one) => !one.startsWith(location.origin) && !/^(data|blob):/.test(one)),
  };
}"""

# What stands out of the screen, or is cut off by what it stands in, when a page is magnified or set wider.
_CUT = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const name = (one) => `${one.tagName.toLowerCase()}.${[...one.classList].join('.')} `
    + `"${(one.innerText || '').trim().slice(0, 40)}"`;
  const all = [...document.querySelectorAll('body *')]
    .filter((one) => seen(one) && !one.closest('.scroll, .tabs, .sample, svg, .unseen, .skip, select'));
  const hides = (one) => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX) && one.innerText
    && getComputedStyle(one).textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1;
  return [...new Set(all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || hides(one)).map(name))]
    .slice(0, 5);
}"""

# As WCAG 2.2, 1.4.12 has it. The policy takes no inline style; what a script adopts, it takes.
_SET_WIDER = """(isWider) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important } '
    + '* { word-spacing: .16em !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = isWider ? [sheet] : [];
}"""

# Nobody taps on paper, and its ground costs ink. What one would fill in is no part of what was said.
_ON_PAPER = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const taps = 'nav, button, .button, input, select, textarea, video';
  return [...document.querySelectorAll(taps)].filter(seen).map((one) => one.outerHTML.slice(0, 60)).slice(0, 5)
    .concat(getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)' ? [] : ['its ground']);
}"""

# The first Tab has shown that somebody uses keys; from then on every focus is a visible one.
_FOCUS = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const name = (one) => `${one.tagName.toLowerCase()}${one.id && '#' + one.id}.${[...one.classList].join('.')}`;
  const bars = [...document.querySelectorAll('.places.first, [data-tray]')].filter(seen)
    .filter((bar) => getComputedStyle(bar).position === 'fixed');
  const wrong = [];
  for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
    if (!seen(one) || one.disabled || one.type === 'hidden') continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const framed = one.matches('.button.file input') ? one.parentElement : one;
    const { outlineStyle, outlineWidth } = getComputedStyle(framed);
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) wrong.push(`${name(one)}: no visible focus`);
    const box = one.getBoundingClientRect();
    const hidden = bars.some((bar) => !bar.contains(one) && box.top >= bar.getBoundingClientRect().top);
    if (hidden) wrong.push(`${name(one)}: hidden behind a bar when it has the focus`);
  }
  return wrong;
}"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: the width of the screen, and whether it is dark."""

    width_px: int
    is_dark: bool = False

    @property
    def is_phone(self) -> bool:
        """Whether it is touched."""
        return self.width_px < 600


def mistakes_of(tab: Tab, look: Look) -> list[str]:
    """Return what is wrong with the page that the tab shows, a line each."""
    tab.look(width_px=look.width_px, is_dark=look.is_dark)
    told: dict[str, Any] = tab.run(_TELL)
    wrong = [f"axe: {one}" for one in violations(tab)]
    if told["wide_px"] > 0:
        wrong.append(f"{told['wide_px']} px wider than the screen: {told['sticking_out']}")
    if look.is_phone:
        wrong += [f"smaller than a glove: {one}" for one in told["small"]]
        wrong += [f"phones zoom in on text below 16 px: {one}" for one in told["tiny_text"]]
    wrong += [f"asked elsewhere: {one}" for one in told["elsewhere"]]
    return wrong


def mistakes_of_large_text(tab: Tab) -> list[str]:
    """Return what a phone cuts off for who reads text twice as large, or set wider (WCAG 1.4.4, 1.4.10, 1.4.12)."""
    tab.look(width_px=180, is_dark=False)  # what a phone of 360 px has left at 200 %
    wrong = [f"cut off at 200 %: {one}" for one in tab.run(_CUT)]
    tab.look(width_px=360, is_dark=False)
    tab.run(_SET_WIDER, True)
    wrong += [f"cut off where text is set wider: {one}" for one in tab.run(_CUT)]
    tab.run(_SET_WIDER, False)
    return wrong


def mistakes_on_paper(tab: Tab) -> list[str]:
    """Return what is printed that no paper can do, though the screen is a dark one."""
    tab.look(width_px=360, is_dark=True)
    tab.look_at_paper()
    wrong = [f"printed: {one}" for one in tab.run(_ON_PAPER)]
    tab.look_at_paper(is_paper=False)
    tab.look(width_px=360, is_dark=False)
    return wrong


def mistakes_of_keys(tab: Tab) -> list[str]:
    """Return what is wrong for who uses keys: the way past the navigation, and where the focus is."""
    tab.press("Tab")
    skip = tab.run("() => document.activeElement.matches('.skip') && document.activeElement.offsetWidth > 40")
    wrong = [] if skip else ["the first Tab shows no way past the navigation"]
    tab.press("Enter")
    if not tab.run("() => document.activeElement.id === 'main'"):
        wrong.append("the skip link leads nowhere")
    return wrong + list(tab.run(_FOCUS))


def complaints_of(tab: Tab) -> list[str]:
    """Return what the console has said since the last time, but that the page itself is a refusal."""
    said = [one for one in tab.complaints if not (one.startswith("Failed to load resource") and _is_refusal(tab))]
    tab.complaints.clear()
    return [f"console: {one}" for one in said]


def _is_refusal(tab: Tab) -> bool:
    return int(tab.run("() => performance.getEntriesByType('navigation')[0].responseStatus")) >= 400
