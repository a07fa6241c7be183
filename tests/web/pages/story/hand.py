"""How a person finds things on a page: by what they are and what they are called, as a screen reader does."""

from __future__ import annotations

import json
import time

from tests.web.browser import Tab


def button(name: str) -> str:
    """Return the selector of a button that is called `name`."""
    return f"role=button[name={json.dumps(name)}]"


def link(name: str) -> str:
    """Return the selector of a link whose name holds `name`."""
    return f"role=link[name*={json.dumps(name)}]"


def field(name: str) -> str:
    """Return the selector of a field to write in."""
    return f"role=textbox[name={json.dumps(name)}]"


def read(words: str) -> str:
    """Return the selector of whatever can be seen to say `words`."""
    return f":text({json.dumps(words)}) >> visible=true"


class Hand:
    """One person before one tab."""

    def __init__(self, tab: Tab, *, origin: str) -> None:
        self.tab = tab
        self.origin = origin

    def go_to(self, path: str) -> None:
        """Open a page by its address, which may be a whole one."""
        self.tab.show(path if path.startswith("http") else f"{self.origin}{path}")

    def press(self, name: str) -> None:
        """Press a button."""
        self.tab.tap(button(name))

    def follow(self, name: str) -> None:
        """Follow a link whose name holds `name`."""
        self.tab.tap(link(name))

    def write(self, name: str, text: str) -> None:
        """Write into the field that is called `name`."""
        self.tab.write(field(name), text)

    def write_search(self, name: str, text: str) -> None:
        """Write into the field to search in that is called `name`."""
        self.tab.write(f"role=searchbox[name={json.dumps(name)}]", text)

    def write_code(self, name: str, text: str) -> None:
        """Write into the field with proposals that is called `name`."""
        self.tab.write(f"role=combobox[name={json.dumps(name)}]", text)

    def write_number(self, name: str, text: str) -> None:
        """Write into the field for a number that is called `name`."""
        self.tab.write(f"role=spinbutton[name={json.dumps(name)}]", text)

    def choose(self, name: str, label: str) -> None:
        """Choose what is called `label` in the list that is called `name`."""
        self.tab.choose(f"role=combobox[name={json.dumps(name)}]", label)

    def tick(self, name: str) -> None:
        """Choose one of several, or tick a box."""
        self.tab.tap(f"role=radio[name={json.dumps(name)}]")

    def unfold(self, name: str) -> None:
        """Open what is folded under `name`."""
        self.tab.tap(f"summary:has-text({json.dumps(name)})")

    def wait_to_read(self, words: str) -> None:
        """Return once the page says `words`."""
        self.tab.wait_until_shown(read(words))

    def look_again_until(self, selector: str, *, within_s: float) -> None:
        """Load the page again until there is what `selector` finds: pages of the desk do not change by themselves."""
        path = self.path
        deadline_s = time.monotonic() + within_s
        while self.tab.count(selector) == 0:
            assert time.monotonic() < deadline_s, f"{selector} was not there within {within_s} s"
            self.go_to(path)

    @property
    def path(self) -> str:
        """Where the tab is, without the host."""
        return str(self.tab.run("() => location.pathname"))

    def reads(self, words: str) -> bool:
        """Return whether the page says `words` now."""
        return self.tab.count(read(words)) > 0

    def sign_in_by_link(self, address: str) -> None:
        """Open the link and press its button; accept the ground rules, where they are asked for."""
        self.tab.show(address)
        self.tab.tap("role=button[name=/^Sign in as/]")
        self._accept_the_rules()

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by password."""
        self.go_to("/sign-in")
        self.write("E-mail", email)
        self.tab.write("input[type=password]", password)  # it has no role
        self.press("Sign in")
        self._accept_the_rules()

    def _accept_the_rules(self) -> None:
        home = 'role=navigation[name="Main"]'
        self.tab.wait_for("() => location.pathname !== '/sign-in' && !location.pathname.startsWith('/sign-in/')")
        if self.tab.run("() => location.pathname") == "/ground-rules":
            self.press("I accept the ground rules")
        self.tab.wait_until_shown(home)
