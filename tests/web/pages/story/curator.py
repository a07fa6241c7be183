"""A supervisor at a desk: lets people in, looks through what was solved, makes how-tos."""

from __future__ import annotations

import json

from tests.web.browser import Profile
from tests.web.pages.story.hand import Hand, button, link

_HOWTO = "The how-to that came of it"


class Curator(Hand):
    """At a screen of 1280 pixels."""

    def __init__(self, desk: Profile, *, origin: str) -> None:
        super().__init__(desk.open_tab(), origin=origin)

    def link_for(self, name: str) -> str:
        """Make a link that signs this colleague in, and return it."""
        self.go_to("/people")
        self.follow(name)
        self.press("New sign-in link")
        return self._link()

    def invite(self, name: str, *, email: str, job_title: str, site: str) -> str:
        """Invite a newcomer, and return the link for them."""
        self.go_to("/people/invite")
        self.write("Name", name)
        self.write("E-mail", email)
        self.write("Job", job_title)
        self.choose("Site", site)
        self.press("Invite")
        return self._link()

    def open_what_came_of_it(self) -> None:
        """From a thread, open its how-to; with the films of its steps, once what was said in the try has been heard."""
        self.look_again_until(link(_HOWTO), within_s=60)
        self.follow(_HOWTO)
        self.look_again_until(button("Play step 1"), within_s=300)

    def cut(self, step: int, *, film: str, first: int, last: int) -> None:
        """Give a step the moment from one cue of a film (the last of this name) to another, counted from 0."""
        self.tab.tap(f"role=group[name='Step {step}'] >> role=textbox >> nth=0")
        cues = f"section:has(h2:text({json.dumps(film)})) >> nth=-1 >> role=list >> role=button"
        for number in (first, last):
            self.tab.tap(f"{cues} >> nth={number}")

    def seconds_of(self, step: int) -> tuple[float, float]:
        """Return where the moment of a step begins and ends, as its fields say."""
        begins, ends = (
            self.tab.run("(id) => document.getElementById(id).value", f"id_steps-{step - 1}-{name}")
            for name in ("start_s", "end_s")
        )
        return float(begins), float(ends)

    def _link(self) -> str:
        self.tab.wait_until_shown("input[aria-label=Link]")
        return str(self.tab.run("() => document.querySelector('input[aria-label=Link]').value"))
