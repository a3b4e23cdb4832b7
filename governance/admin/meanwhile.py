"""What a page showed when it was opened, so that a save from it never undoes what somebody changed meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from governance.models import AuditEvent
from governance.services.registering import read_fields

if TYPE_CHECKING:
    PlainAdmin = admin.ModelAdmin[Any]
else:
    PlainAdmin = admin.ModelAdmin

SHOWN: Final = "_shown"
"""The name under which a page sends back what it showed."""

_EDITS: Final = ("added", "changed", "deleted")


class MeanwhileMixin(PlainAdmin):
    """Refuses, once, a save from a page that no longer shows what is stored: its row's fields and the rows below it.

    The page that comes back keeps what was typed and shows the row of now: whoever saves again means it.
    """

    history_by: str = ""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Give the form, which compares what the page showed if it says so."""
        made: Any = super().get_form(request, obj, change=change, **options)
        if obj is None or SHOWN not in request.POST:
            return made
        return _comparing(made, lambda names: self._find_change_meanwhile(request, obj.pk, names))

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Let the page carry what it shows."""
        if obj is not None and self.has_change_permission(request, obj):
            context["shown"] = self._digest(request, obj.pk, set(context["adminform"].form.fields))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _find_change_meanwhile(self, request: HttpRequest, key: object, names: set[str]) -> str:
        """Who changed what the page showed, in words; empty where nobody did."""
        if request.POST[SHOWN] == self._digest(request, key, names):
            return ""
        about = {self.history_by: key} if self.history_by else {"object_type": self.opts.model_name, "object_id": key}
        last = AuditEvent.objects.filter(**about, action__in=_EDITS).order_by("-id").first()
        who = f"{last.actor}, at {timezone.localtime(last.at):%H:%M}," if last else "Somebody"
        return (
            f"Nothing was saved yet: {who} changed this entry while your page was open. "
            "Load the page again to see what it holds now; or save again to put what stands here in its place."
        )

    def _digest(self, request: HttpRequest, key: object, names: set[str]) -> str:
        """What tells the stored row and the rows below it from what they were."""
        row = self.model._default_manager.filter(pk=key).first()
        if row is None:
            return ""
        fields = {name: value for name, value in read_fields(row).items() if name in names}
        links = {
            field.name: sorted(getattr(row, field.name).values_list("pk", flat=True))
            for field in row._meta.many_to_many
            if field.name in names
        }
        told = json.dumps([fields, links, *self._rows_below(request, row)], sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def _rows_below(self, request: HttpRequest, row: models.Model) -> Iterator[list[object]]:
        """The stored rows of each inline, in a fixed order."""
        for formset, inline in self.get_formsets_with_inlines(request, row):
            below = inline.model._default_manager.filter(**{formset.fk.name: row}).order_by("pk")
            yield [inline.model._meta.model_name, *([each.pk, read_fields(each)] for each in below)]


def _comparing(made: Any, find: Callable[[set[str]], str]) -> Any:
    """Give the form, which tells what was changed while its page was open."""

    class Comparing(made):  # type: ignore[misc]  # made at run time by the admin
        def clean(self) -> dict[str, Any]:
            data: dict[str, Any] = super().clean() or {}
            if problem := find(set(self.fields)):
                self.add_error(NON_FIELD_ERRORS, ValidationError(problem, code="changed_meanwhile"))
            return data

    Comparing.__name__ = made.__name__
    return Comparing
