"""The people of the organisation, and one of them. Everybody looks; supervisors and admins arrange."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from backend.domain.accounts.models import Person
from backend.domain.accounts.queries import find_person
from backend.domain.accounts.roles import roles_to_give
from backend.domain.accounts.staffing import list_people
from backend.domain.actor import Role
from backend.domain.asking.certifying import list_certifications, still_holds
from backend.domain.asking.communities import communities_of, list_communities
from backend.domain.asking.models import Certification
from backend.domain.asking.skills import KnownFamily, known_families
from backend.web.page import Page
from backend.web.people.forms import CertificationForm, CommunityForm, RoleForm
from backend.web.people.words import ROLES

_PER_PAGE = 50


class PeoplePage(Page):
    section = "people"

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "")[:200].replace("\0", "")
        with_left = "left" in request.GET and self.actor.may_lead
        people = list_people(actor=self.actor, words=words, with_those_who_left=with_left).order_by("name", "id")
        shown = Paginator(people, _PER_PAGE).get_page(request.GET.get("page"))
        rows = [(person, ROLES[Role(person.role)]) for person in shown]
        context = {"page": shown, "rows": rows, "q": words, "with_left": with_left, "may_lead": self.actor.may_lead}
        return self.show("web/people/people.html", context, fragment="web/people/_rows.html")


class PersonPage(Page):
    """One person. What can be changed of them is on it, each with a form of its own."""

    section = "people"

    def get(self, _request: HttpRequest, person_id: UUID) -> HttpResponse:
        return self.person_page(person_id)

    def person_page(
        self,
        person_id: UUID,
        *,
        role_form: RoleForm | None = None,
        certification_form: CertificationForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Return the page of one person; a form with mistakes stands in the place of an empty one."""
        person = find_person(actor=self.actor, person_id=person_id)
        joined = list(communities_of(actor=self.actor, person_id=person_id))
        others = list_communities(actor=self.actor).exclude(pk__in=[one.pk for one in joined]).order_by("name")
        context = {
            "person": person,
            "role": ROLES[Role(person.role)],
            "known": self._known(person),
            "certifications": [(held, still_holds(held, now=self.now)) for held in self._held(person)],
            "communities": joined,
            "may_lead": self.actor.may_lead,
            "may_change": self._may_change(person),
            "may_let_in": self._may_let_in(person),
            "role_form": role_form or RoleForm(actor=self.actor, initial={"role": person.role}),
            "certification_form": certification_form or CertificationForm(),
            "community_form": CommunityForm(communities=others),
        }
        return self.show("web/people/person.html", context, status=status)

    def _known(self, person: Person) -> list[KnownFamily]:
        return known_families(actor=self.actor, person_id=person.pk) if person.is_active else []

    def _held(self, person: Person) -> list[Certification]:
        held = list_certifications(actor=self.actor, person_id=person.pk) if person.is_active else ()
        return sorted(held, key=lambda one: one.name.casefold())

    def _may_change(self, person: Person) -> bool:
        # Only what is offered: the operations decide.
        return Role(person.role) in roles_to_give(self.actor) and person.pk != self.actor.person_id

    def _may_let_in(self, person: Person) -> bool:
        return self._may_change(person) and (person.last_login is None or self.actor.role is Role.ADMIN)
