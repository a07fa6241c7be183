"""A person at the player page: what they do, see and hear."""

from __future__ import annotations

from dataclasses import dataclass, fields

from playwright.async_api import TimeoutError as WaitedTooLong

from tests.web.browser import Tab

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Standing:
    """What the page says of its video. `faults`: what hls.js gave up about."""

    faults: list[str]
    ended: bool
    at_s: float
    duration_s: float
    width_px: int
    height_px: int
    error: str | None
    decoded_sound_bytes: int
    heights_px: list[int]
    sounds: list[str]
    captions: list[str]


class Player:
    def __init__(self, tab: Tab, *, origin: str) -> None:
        self.tab = tab
        tab.show(f"{origin}/player/player.html")

    def play(self, hls_url: str) -> None:
        """Return once the clip runs."""
        self.tab.run("play", hls_url)
        self.wait_for("() => video.currentTime > 0")

    def play_without_script(self, url: str) -> None:
        """Leave the address to the browser alone; return once it runs."""
        self.tab.run("playWithoutScript", url)
        self.wait_for("() => video.currentTime > 0")

    def wait_for(self, script: str, argument: object = None) -> None:
        """Return once the function `script` returns something true; else fail with how the video stands."""
        try:
            self.tab.wait_for(script, argument)
        except WaitedTooLong:
            raise AssertionError(f"{script} did not come true: {self.standing()} {self.tab.complaints}") from None

    def wait_for_the_end(self) -> None:
        self.wait_for("() => video.ended")

    def stop_at(self, at_s: float) -> None:
        """Return once the frame of this time is shown and stands still."""
        self.tab.run("() => video.pause()")
        self.tab.run("seek", at_s)

    def choose_height(self, height_px: int) -> None:
        """Return once the clip, from its beginning again, has this height, as after a tap on "720p"."""
        self.tab.run("chooseHeight", height_px)
        self.wait_for("(px) => video.videoHeight === px", height_px)

    def switch_captions_on(self) -> None:
        self.wait_for("() => hls.subtitleTracks.length > 0")
        self.tab.run("() => { hls.subtitleTrack = 0; hls.subtitleDisplay = true }")
        self.wait_for("() => [...video.textTracks].some((track) => track.cues && track.cues.length)")

    def captions(self) -> list[str]:
        """Return the cues that are shown now, as they are written."""
        return list(self.tab.run("shownCaptions"))

    def corners(self) -> list[Colour]:
        """Return the colours near the upper left, upper right, lower left and lower right corner."""
        return [(red, green, blue) for red, green, blue in self.tab.run("corners")]

    def standing(self) -> Standing:
        told = self.tab.run("standing")
        return Standing(**{field.name: told[field.name] for field in fields(Standing)})
