"""Who acts. Every operation and query of the domain takes one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may do. A curator may also do what a technician may; an admin everything in the organisation."""

    TECHNICIAN = "technician"
    SUPERVISOR = "supervisor"
    CURATOR = "curator"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    person_id: UUID
    organisation_id: UUID
    role: Role

    @property
    def may_curate(self) -> bool:
        """Whether the actor may release how-tos and correct advice."""
        return self.role in {Role.SUPERVISOR, Role.CURATOR, Role.ADMIN}

    @property
    def may_lead(self) -> bool:
        """Whether the actor may arrange who answers for what, and when: communities, duty, holidays, certifications."""
        return self.role in {Role.SUPERVISOR, Role.ADMIN}
