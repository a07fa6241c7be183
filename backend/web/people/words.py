"""How pages name what the domain has one word for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backend.domain.actor import Role

ROLES = {
    Role.TECHNICIAN: _("Technician"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.CURATOR: _("Curator"),
    Role.ADMIN: _("Admin"),
}
