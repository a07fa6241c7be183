"""Who may look at every organisation."""

from __future__ import annotations

from django.db import models

from backend.domain.accounts.models import Person


class Operator(models.Model):
    """
    A person who runs this installation. No page and no API writes this row: only a command on the machine does.

    It says nothing about their role in their own organisation.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since_at = models.DateTimeField()
