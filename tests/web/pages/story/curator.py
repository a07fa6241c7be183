"""A supervisor at a desk: lets people in, looks through what was solved, makes how-tos."""

from __future__ import annotations

import json

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

    def cut(self, step: int, *, first: str, last: str) -> None:
        """Give a step the moment from the cue that holds `first` to the one that holds `last`, by tapping on both."""
        self.tab.tap(f"role=group[name='Step {step}'] >> role=textbox >> nth=0")
        for words in (first, last):
            self.tab.tap(f"aside >> role=button[name*={json.dumps(words)}]")

    def seconds_of(self, step: int) -> tuple[str, str]:
        """Return where the moment of a step begins and ends, as its fields say."""
        begins, ends = (
            self.tab.run("(selector) => document.querySelector(selector).value", f"#id_steps-{step - 1}-{name}")
            for name in ("start_s", "end_s")
        )
        return str(begins), str(ends)

    def _link(self) -> str:
        link = self.tab.run("(label) => document.querySelector(`input[aria-label=${label}]`).value", "Link")
        return str(link)
