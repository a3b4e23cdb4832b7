"""The forms of the law on a system's page: how far each is, and the buttons that begin them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from audit.services.law_forms import OfferedForm, list_forms, start_form
from governance.admin.law_records import address_of
from governance.models import AISystem
from governance.selectors.law_records import MODELS, RecordKind
from governance.services.law_records import RecordError


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form as the system's page shows it: where its versions are, and whether the person may fill it in."""

    form: OfferedForm
    address: str
    may_begin: bool


def show_forms(request: HttpRequest, system: AISystem) -> list[ShownForm]:
    """The forms that the person may see."""
    shown = []
    for form in list_forms(system=system, as_of=timezone.localdate()):
        name = MODELS[form.kind]._meta.model_name
        if request.user.has_perm(f"governance.view_{name}"):
            may_begin = request.user.has_perm(f"governance.change_{name}")
            shown.append(ShownForm(form, f"admin:governance_{name}_change", may_begin))
    return shown


def begin_form(request: HttpRequest, system_id: int, kind: str) -> HttpResponse:
    """Begin a form of a system, or go on with its draft."""
    if kind not in list(RecordKind):
        raise Http404(f"There is no form {kind}; there are {', '.join(RecordKind)}.")
    chosen = RecordKind(kind)
    permission = f"governance.change_{MODELS[chosen]._meta.model_name}"
    if request.method != "POST" or not request.user.has_perm(permission):
        raise PermissionDenied
    system = get_object_or_404(AISystem, pk=system_id)
    actor = request.user.get_username()
    try:
        record = start_form(kind=chosen, system=system, actor=actor, as_of=timezone.localdate())
    except RecordError as wrong:
        messages.error(request, "; ".join(problem.message for problem in wrong.problems))
        return HttpResponseRedirect(reverse("admin:governance_aisystem_change", args=[system_id]))
    return HttpResponseRedirect(address_of(record))
