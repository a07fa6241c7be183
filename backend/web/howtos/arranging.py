"""A how-to gets another language, an owner, or other rules."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.domain.howtos.arranging import arrange
from backend.domain.howtos.queries import WholeHowTo
from backend.domain.howtos.translating import start_translation
from backend.web.howtos.forms import ArrangeForm, TranslateForm
from backend.web.howtos.views import HowToPage


class TranslateAction(HowToPage):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        """Begin a translation, and lead to where it is written; one that is under way is led to."""
        form = TranslateForm(request.POST, auto_id="translate-%s")
        begun = self.attempt(
            form, lambda said: start_translation(actor=self.actor, howto_id=howto_id, now=self.now, **said)
        )
        if begun is None:
            return self.show_howto(self.read(howto_id), refused={"translate": form}, status=400)
        return self.go_to(f"{reverse('web:howto-edit', args=[howto_id])}?version={begun.version.number}")


class ArrangeAction(HowToPage):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        form = ArrangeForm(request.POST, auto_id="arrange-%s")
        for name in ("governance", "requires_certification"):
            form.fields[name].required = form.fields[name].required and name in request.POST
        if self.attempt(form, lambda said: self._arrange(howto_id, said, request)) is None:
            return self.show_howto(self.read(howto_id), refused={"arrange": form}, status=400)
        messages.success(request, _("Arranged."))
        return self.go_to(reverse("web:howto", args=[howto_id]))

    def _arrange(self, howto_id: UUID, said: dict[str, object], request: HttpRequest) -> WholeHowTo:
        sent = {name: value for name, value in said.items() if name in request.POST}
        return arrange(actor=self.actor, howto_id=howto_id, **sent)  # type: ignore[arg-type]
