"""A technician with a phone: films, asks, answers, tries."""

from __future__ import annotations

import json

from tests.web.browser import Profile
from tests.web.pages.story.hand import Hand

_CLOCK_IS = "(at_least) => document.querySelector('[data-part=clock]')?.textContent >= at_least"
_SENT = "(at_least) => parseInt(document.querySelector('[data-part=percent]')?.textContent) >= at_least"


class Technician(Hand):
    """On a phone; its tabs may be closed and opened again."""

    def __init__(self, phone: Profile, *, origin: str) -> None:
        super().__init__(phone.open_tab(), origin=origin)
        self.phone = phone

    def close_the_page(self) -> None:
        """Close it, whatever it was doing."""
        self.tab.close()

    def open_again(self, path: str) -> None:
        """Open Cuppa in a new page."""
        self.tab = self.phone.open_tab()
        self.go_to(path)

    def press_film_a_fault(self) -> None:
        """Tap the symbol in the middle of the lower edge."""
        self.tab.tap('role=navigation[name="Main"] >> role=link[name="Film a fault"]')

    def search(self, words: str) -> str:
        """Search, and return what the first hit says."""
        self.tab.tap('role=navigation[name="Main"] >> role=link[name="Search"]')
        self.write_search("What would you tell a colleague?", words)
        self.press("Search")
        self.tab.wait_until_shown(_FIRST_HIT)
        return self.tab.text_of(_FIRST_HIT)

    def open_first_hit(self) -> None:
        """Follow the first hit of the search."""
        self.tab.tap(_FIRST_HIT)

    def film(self, *, until_s: int, how: str = "Film it") -> None:
        """Film, or say it, for so long."""
        self.press(how)
        self.tab.wait_for(_CLOCK_IS, f"0:{until_s:02d}")
        self.press("Stop")
        self.tab.wait_until_shown("role=button[name='Take it away']")

    def wait_for_the_clock(self) -> None:
        """Return once the question is out: its page tells how long one waits."""
        self.tab.wait_until_shown('role=region[name="Waiting for an answer"]')

    def wait_until_sent(self, *, percent: int) -> None:
        """Return once the box at the lower edge says that the server has so much."""
        self.tab.wait_for(_SENT, percent)

    def wait_until_safe(self) -> None:
        """Return once the box at the lower edge says that all of it arrived."""
        self.wait_to_read("Safe: all of it arrived")

    def clip_id(self) -> str:
        """Return the id of the newest clip on the page."""
        return str(self.tab.run("() => [...document.querySelectorAll('#thread [data-clip]')].at(-1).dataset.clip"))

    def watch(self, name: str) -> dict[str, float]:
        """Play the clip that is called `name`; return how it stands once it runs."""
        self.tab.tap(f"role=button[name={json.dumps(f'Play: {name}')}]")
        return self.watched(name)

    def watched(self, name: str) -> dict[str, float]:
        """Return how the clip that is called `name` stands, once it runs: size, length, and how dark to how bright."""
        video = f"video[aria-label={json.dumps(name)}]"
        self.tab.wait_for(_RUNS, video)
        standing: dict[str, float] = self.tab.run(_STANDING, video)
        return standing

    def wait_for_film(self, name: str) -> None:
        """Return once the clip that is called `name` can be played."""
        self.tab.wait_until_shown(f"role=button[name={json.dumps(f'Play: {name}')}]")


_FIRST_HIT = "#found >> role=listitem >> nth=0 >> role=link"
# A moment begins at its second before its first picture is there.
_RUNS = """(selector) => [...document.querySelectorAll(selector)].some((one) =>
    one.currentTime > 0.3 && !one.seeking && one.getVideoPlaybackQuality().totalVideoFrames > 2)"""
_STANDING = """(selector) => {
    const video = [...document.querySelectorAll(selector)].find((one) => one.currentTime > 0);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    let [darkest, brightest] = [255, 0];
    for (let at = 0; at < pixels.length; at += 4 * 97) {
        const luma = (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
        darkest = Math.min(darkest, luma);
        brightest = Math.max(brightest, luma);
    }
    return { width_px: video.videoWidth, height_px: video.videoHeight, duration_s: video.duration,
             at_s: video.currentTime, contrast: brightest - darkest };
}"""
