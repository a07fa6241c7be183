"""Organisations, sites, people and their sessions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from backend.domain.actor import Actor, Role
from backend.domain.rows import Row, TenantRow, one_of


class Organisation(Row):
    """The tenant; nothing crosses it."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    asks_per_week = models.PositiveSmallIntegerField(default=6)
    asks_per_shift = models.PositiveSmallIntegerField(default=2)
    upload_bytes_per_day = models.PositiveBigIntegerField(default=20 * 1024**3)  # of each person; ten full clips
    keeps_locations = models.BooleanField(default=False)  # of where its clips were filmed
    pushes_details = models.BooleanField(default=False)  # else a push says that somebody asks, and no more
    created_at = models.DateTimeField()


class Site(TenantRow):
    """A place where machines stand and people work."""

    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64)  # IANA name

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "name"], name="site_name_once_per_organisation")
        ]


class PersonManager(BaseUserManager["Person"]):
    """What Django's and allauth's sign-in need; domain code goes through `tenancy`."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, TenantRow):
    """Somebody of one organisation, under their real name."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    time_zone = models.CharField(max_length=64)  # IANA name
    language = models.CharField(max_length=16, default="en")  # BCP 47
    phone = models.CharField(max_length=16, blank=True)  # E.164
    shows_phone = models.BooleanField(default=False)  # to colleagues who look for somebody to call
    is_active = models.BooleanField(default=True)
    ground_rules_version = models.PositiveSmallIntegerField(default=0)  # 0: not accepted yet
    ground_rules_accepted_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("role", Role), name="person_role_is_known"),
            models.CheckConstraint(
                condition=models.Q(ground_rules_version=0, ground_rules_accepted_at__isnull=True)
                | models.Q(ground_rules_version__gt=0, ground_rules_accepted_at__isnull=False),
                name="person_ground_rules_have_a_time",
            ),
        ]

    @property
    def actor(self) -> Actor:
        """The person as the one who acts."""
        return Actor(person_id=self.id, organisation_id=self.organisation_id, role=Role(self.role))


class Community(TenantRow):
    """
    A community of practice: it answers for a family of machines, for a site, for both, or (neither) for everything.
    """

    name = models.CharField(max_length=200)
    family = models.CharField(max_length=100, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    champion = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "communities"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "name"], name="community_name_once_per_organisation")
        ]


class Membership(TenantRow):
    """A person belongs to a community."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["community", "person"], name="member_once")
        ]


class LinkPurpose(StrEnum):
    """Why somebody is given a link that signs in."""

    INVITATION = "invitation"
    OWN_DEVICE = "own_device"  # another one of theirs


class SignInLink(TenantRow):
    """
    A link, also drawn as a QR code, that signs one person in, once. `token_hash` is the SHA-256 of its token.

    Rows stay: they tell who let whom in.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # a newer one took its place, or the person left

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("purpose", LinkPurpose), name="sign_in_link_purpose_is_known"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="sign_in_link_ends_once",
            ),
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="sign_in_link_open_once",
            ),
        ]


class DeviceSession(AbstractBaseSession):
    """
    One signed-in device. `session_key` holds the SHA-256 of the token, never the token.

    Listed and revoked by its person; see `sessions.py`.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    device_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from backend.domain.accounts.sessions import SessionStore  # noqa: PLC0415 - the engine imports this model

        return SessionStore
