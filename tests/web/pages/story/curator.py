"""A supervisor at a desk: lets people in, looks through what was solved, makes how-tos."""

from __future__ import annotations

import json

from tests.embedded.processes import wait_for
from tests.web.browser import Profile
from tests.web.pages.story.hand import Hand


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

    def invite(self, name: str, *, email: str, job_title: str) -> str:
        """Invite a newcomer, and return the link for them."""
        self.go_to("/people/invite")
        self.write("Name", name)
        self.write("E-mail", email)
        self.write("Job title", job_title)
        self.press("Invite")
        return self._link()

    def wait_for_steps(self, *, within_s: float) -> None:
        """Return once the draft has steps with films: it gets them when what was said in the try has been heard."""
        wait_for(self._has_steps, timeout_s=within_s)

    def _has_steps(self) -> bool:
        self.go_to(self.path)
        return self.tab.count('role=button[name="Play step 1"]') > 0

    def cut(self, step: int, *, film: str, first: int, last: int) -> None:
        """Give a step the moment from one cue of a film to another, counted from 0, by tapping on both."""
        self.tab.tap(f"role=group[name='Step {step}'] >> role=textbox >> nth=0")
        for number in (first, last):
            self.tab.tap(f"section:has(role=heading[name*={json.dumps(film)}]) >> ol >> role=button >> nth={number}")

    def seconds_of(self, step: int) -> tuple[float, float]:
        """Return where the moment of a step begins and ends, as its fields say."""
        begins, ends = (
            self.tab.run("(id) => document.getElementById(id).value", f"id_steps-{step - 1}-{name}")
            for name in ("start_s", "end_s")
        )
        return float(begins), float(ends)

    def _link(self) -> str:
        link = self.tab.run("(label) => document.querySelector(`input[aria-label=${label}]`).value", "Link")
        return str(link)
