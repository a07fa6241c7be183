"""Days on which nobody is asked: mine, and those of sites and of the organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import SiteSerializer
from backend.domain.asking.holidays import (
    Days,
    cancel_holiday,
    declare_holiday,
    not_over,
    own_holidays,
    public_holidays,
    revoke_holiday,
    take_holiday,
)
from backend.domain.asking.models import Holiday

_SOONEST_FIRST = ("first_date", "id")


class OwnHolidaySerializer(serializers.Serializer[Holiday]):
    """Days off, both included, by the calendar of my time zone."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    first_date = serializers.DateField()
    last_date = serializers.DateField()


class HolidaySerializer(OwnHolidaySerializer):
    """Days off of everybody at a site, or in the organisation."""

    site = SiteSerializer(allow_null=True, help_text="null: everybody's")


class OwnHolidayInput(serializers.Serializer[object]):
    name = serializers.CharField(default="", allow_blank=True, max_length=100)
    first_date = serializers.DateField()
    last_date = serializers.DateField(required=False, help_text="Left out: one day")


class HolidayInput(OwnHolidayInput):
    site_id = serializers.UUIDField(default=None, allow_null=True, help_text="null or left out: everybody's")


def days_of(body: dict[str, Any]) -> Days:
    """Return the days that a checked body names."""
    return Days(body["first_date"], body.get("last_date", body["first_date"]), body["name"])


class OwnHolidaysView(Endpoint):
    @operation("My holidays that are not over, soonest first", query=PageQuery, answers=page_of(OwnHolidaySerializer))
    def get(self, _request: Request) -> Response:
        holidays = not_over(own_holidays(actor=self.actor), now=timezone.now())
        page = cut_page(holidays, self.query(PageQuery), order=_SOONEST_FIRST)
        return self.answer(page_of(OwnHolidaySerializer), page)

    @operation(
        "Be asked nothing on these days",
        takes=OwnHolidayInput,
        answers=OwnHolidaySerializer,
        status=201,
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        days = days_of(self.body(OwnHolidayInput))
        holiday = take_holiday(actor=self.actor, days=days, now=timezone.now())
        return self.answer(OwnHolidaySerializer, holiday, status=201)


class OwnHolidayView(Endpoint):
    @operation("Cancel a holiday of mine", answers=None, problems=["not_found"])
    def delete(self, _request: Request, holiday_id: UUID) -> Response:
        cancel_holiday(actor=self.actor, holiday_id=holiday_id)
        return Response(status=204)


class HolidaysView(Endpoint):
    @operation(
        "Holidays of sites and of the organisation that are not over, soonest first",
        query=PageQuery,
        answers=page_of(HolidaySerializer),
    )
    def get(self, _request: Request) -> Response:
        holidays = not_over(public_holidays(actor=self.actor), now=timezone.now())
        page = cut_page(holidays, self.query(PageQuery), order=_SOONEST_FIRST)
        return self.answer(page_of(HolidaySerializer), page)

    @operation(
        "Declare a holiday, for supervisors and admins",
        takes=HolidayInput,
        answers=HolidaySerializer,
        status=201,
        problems=["not_allowed"],
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        body = self.body(HolidayInput)
        holiday = declare_holiday(actor=self.actor, days=days_of(body), site_id=body["site_id"], now=timezone.now())
        return self.answer(HolidaySerializer, holiday, status=201)


class HolidayView(Endpoint):
    @operation(
        "Take a holiday of a site or of the organisation back", answers=None, problems=["not_found", "not_allowed"]
    )
    def delete(self, _request: Request, holiday_id: UUID) -> Response:
        revoke_holiday(actor=self.actor, holiday_id=holiday_id)
        return Response(status=204)
