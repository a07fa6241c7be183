"""Collections: how-tos in the order in which to learn them, and how far their reader is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from api_schema.ids import uuid7
from backend.domain.errors import NotAllowed
from backend.domain.howtos.collecting import MAX_HOWTOS, change_collection, create_collection, remove_collection
from backend.domain.howtos.learning import LearningPath, get_collection, list_collections
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.queries import list_howtos
from backend.domain.howtos.states import Publication
from backend.web.forms import PageForm
from backend.web.howtos.decisions import MAX_TEXT_LENGTH
from backend.web.page import Page
from backend.web.paging import page_of

_MOST_CHOICES = 200


class CollectionForm(PageForm):
    title = forms.CharField(max_length=200, label=gettext_lazy("What is it called?"))
    description = forms.CharField(
        required=False,
        max_length=MAX_TEXT_LENGTH,
        label=gettext_lazy("For whom, and what for?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BeginForm(CollectionForm):
    collection_id = forms.UUIDField(widget=forms.HiddenInput)


class ChangeForm(CollectionForm):
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class OrderForm(PageForm):
    """One button of the list: the how-to, and what is done with it."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    howto_id = forms.UUIDField(
        label=gettext_lazy("Add a how-to"),
        widget=forms.Select,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    move = forms.ChoiceField(choices=[(one, one) for one in ("up", "down", "out", "in")], widget=forms.HiddenInput)


class CollectionsPage(Page):
    section = "collections"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, BeginForm(initial={"collection_id": uuid7()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin a collection, and lead to where how-tos are put into it."""
        form = BeginForm(request.POST)
        begun = self.attempt(form, lambda said: create_collection(actor=self.actor, howto_ids=[], now=self.now, **said))
        if begun is None:
            return self._page(request, form, status=400)
        return self.go_to(reverse("web:edit-collection", args=[begun.path.collection.pk]))

    def _page(self, request: HttpRequest, form: PageForm, *, status: int = 200) -> HttpResponse:
        page = page_of(list_collections(actor=self.actor).order_by("title", "pk"), request)
        context = {"page": page, "collections": page.items, "form": form if self.actor.may_curate else None}
        return self.show("web/howtos/collections.html", context, status=status)


class CollectionPage(Page):
    section = "collections"

    def get(self, _request: HttpRequest, collection_id: UUID) -> HttpResponse:
        path = self.read(collection_id)
        context = {
            "path": path,
            "collection": path.collection,
            "steps": [(one, _shown(one.howto)) for one in path.steps],
        }
        return self.show("web/howtos/collection.html", context)

    def read(self, collection_id: UUID) -> LearningPath:
        """Return the collection as its reader would read it."""
        return get_collection(actor=self.actor, collection_id=collection_id, own_languages=[self.person.language])


class EditCollectionPage(CollectionPage):
    """Title and order. Each button of the list is one change, so that it works without a script, and by keyboard."""

    def get(self, _request: HttpRequest, collection_id: UUID) -> HttpResponse:
        path = self.read(collection_id)
        if not self.actor.may_curate:
            raise NotAllowed("Only a curator or supervisor may arrange collections.")
        return self._page(path)

    def post(self, request: HttpRequest, collection_id: UUID) -> HttpResponse:
        path = self.read(collection_id)
        if "move" in request.POST:
            order = OrderForm(request.POST, auto_id="order-%s")
            done = self.attempt(order, lambda said: self._change(path, said, howto_ids=_moved(path, said)))
            if done is None:
                return self._page(path, order=order, status=400)
            return self.go_to(f"{request.path}#howto-{order.cleaned_data['howto_id']}")
        form = ChangeForm(request.POST)
        texts = ("title", "description")
        if self.attempt(form, lambda said: self._change(path, said, **{name: said[name] for name in texts})) is None:
            return self._page(path, form=form, status=400)
        messages.success(request, _("Saved."))
        return self.go_to(reverse("web:collection", args=[collection_id]))

    def _change(self, path: LearningPath, said: dict[str, Any], **changes: Any) -> LearningPath:
        return change_collection(
            actor=self.actor,
            collection_id=path.collection.pk,
            seen_version=said["seen_version"],
            now=self.now,
            **changes,
        )

    def _page(
        self, path: LearningPath, *, form: PageForm | None = None, order: PageForm | None = None, status: int = 200
    ) -> HttpResponse:
        seen = {"seen_version": path.collection.version}
        texts = {"title": path.collection.title, "description": path.collection.description}
        order = order or OrderForm(initial=seen, auto_id="order-%s")
        choices = self._to_add(path)
        order.fields["howto_id"].widget.choices = [("", _("Choose")), *choices]
        context = {
            "collection": path.collection,
            "steps": [(one, _shown(one.howto)) for one in path.steps],
            "form": form or ChangeForm(initial=texts | seen),
            "order": order,
            "is_full": len(path.steps) >= MAX_HOWTOS,
            "may_add": bool(choices),
        }
        return self.show("web/howtos/edit_collection.html", context, status=status)

    def _to_add(self, path: LearningPath) -> list[tuple[str, str]]:
        there = [one.howto.pk for one in path.steps]
        others = list_howtos(actor=self.actor, publication=Publication.RELEASED).exclude(pk__in=there)
        told = [(str(one.pk), f"{_shown(one).title} · {one.asset_model}") for one in others[:_MOST_CHOICES]]
        return sorted(told, key=lambda one: one[1])


class RemoveCollection(Page):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, collection_id: UUID) -> HttpResponse:
        remove_collection(actor=self.actor, collection_id=collection_id)
        messages.success(request, _("The collection is removed; its how-tos stay."))
        return self.go_to(reverse("web:collections"))


def _moved(path: LearningPath, said: dict[str, Any]) -> Sequence[UUID]:
    """Return the how-tos in their new order."""
    howto_id, move = said["howto_id"], said["move"]
    ids = [one.howto.pk for one in path.steps]
    if move == "in":
        return [*ids, howto_id]
    if howto_id not in ids:
        return ids
    place = ids.index(howto_id)
    ids.remove(howto_id)
    if move != "out":
        ids.insert(max(0, place + (-1 if move == "up" else 1)), howto_id)
    return ids


def _shown(howto: HowTo) -> Any:
    return howto.shown_versions[0]  # type: ignore[attr-defined]  # prefetched
