"""Inviting one person, or a list of them. Links are shown once, in the answer that made them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from backend.domain.accounts.inviting import Newcomer, invite_people, invite_person
from backend.domain.accounts.leading import require_leader
from backend.domain.accounts.newcomer_lists import COLUMNS, Line, read_newcomers
from backend.domain.accounts.sign_in_links import OfferedLink
from backend.domain.actor import Role
from backend.domain.errors import InvalidInput
from backend.domain.saying import in_words, said
from backend.web.page import Page
from backend.web.people.forms import InviteForm, ListForm
from backend.web.signing_in.links import shown_link


class InvitePage(Page):
    section = "people"

    def get(self, _request: HttpRequest) -> HttpResponse:
        require_leader(self.actor, to=said("invite people"))
        return self.show("web/people/invite.html", {"form": InviteForm(actor=self.actor)})

    def post(self, request: HttpRequest) -> HttpResponse:
        require_leader(self.actor, to=said("invite people"))
        form = InviteForm(request.POST, actor=self.actor)
        offered = self.attempt(form, self._invite)
        if offered is None:
            return self.show("web/people/invite.html", {"form": form}, status=400)
        return links_page(self, [offered])

    def _invite(self, told: dict[str, Any]) -> OfferedLink:
        newcomer = Newcomer(told["name"], told["email"], told["job_title"], Role(told["role"]), told["site"])
        return invite_person(actor=self.actor, person_id=told["id"], newcomer=newcomer, now=self.now)


class InviteListPage(Page):
    """A list: it is read and shown, line by line with what is wrong, before anybody is invited."""

    section = "people"

    def get(self, _request: HttpRequest) -> HttpResponse:
        require_leader(self.actor, to=said("invite people"))
        return self._form(ListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ListForm(request.POST, request.FILES)
        lines = self.attempt(form, lambda told: read_newcomers(actor=self.actor, text=told["text"]))
        if lines is None:
            return self._form(form, status=400)
        newcomers = [line.newcomer for line in lines if line.newcomer is not None]
        if "invite" not in request.POST or len(newcomers) != len(lines):
            return self._preview(form.cleaned_data["text"], lines)
        try:
            offered = invite_people(actor=self.actor, newcomers=newcomers, now=self.now)
        except InvalidInput:  # somebody else invited one of them meanwhile: read it again
            return self._preview(
                form.cleaned_data["text"], read_newcomers(actor=self.actor, text=form.cleaned_data["text"])
            )
        return links_page(self, offered)

    def _form(self, form: ListForm, *, status: int = 200) -> HttpResponse:
        return self.show("web/people/invite_list.html", {"form": form, "columns": COLUMNS}, status=status)

    def _preview(self, text: str, lines: list[Line]) -> HttpResponse:
        wrong = [line for line in lines if line.problems]
        context = {
            "lines": [(line, [_cell(line, name) for name in COLUMNS]) for line in lines],
            "wrong": wrong,
            "columns": COLUMNS,
            "form": ListForm(initial={"text": text}),
            "text": text,
        }
        return self.show("web/people/invite_preview.html", context, status=400 if wrong else 200)


def _cell(line: Line, name: str) -> tuple[str, str, str]:
    """Return the name of a column, what stands there, and what is wrong with it."""
    return name, line.told[name], in_words(line.problems.get(name, ""))


def links_page(page: Page, offered: list[OfferedLink]) -> HttpResponse:
    """Return the page with links that were just made. No cache keeps it."""
    answer = page.show("web/people/invited.html", {"links": [shown_link(one) for one in offered]})
    answer["Cache-Control"] = "no-store"
    return answer
