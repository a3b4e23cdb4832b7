"""What all screens of the register share: recorded changes, three-state fields, days, and plain permissions."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from governance.admin.fields import NOT_KNOWN, DayField, PlainDecimalField, ThreeStateSelect
from governance.admin.meanwhile import MeanwhileMixin
from governance.admin.paging import EstimatingPaginator
from governance.services.registering import delete_row, record_links, save_row

if TYPE_CHECKING:
    PlainAdmin = admin.ModelAdmin[Any]
    PlainStackedInline = admin.StackedInline[Any, Any]
    PlainTabularInline = admin.TabularInline[Any, Any]
else:
    PlainAdmin, PlainStackedInline, PlainTabularInline = admin.ModelAdmin, admin.StackedInline, admin.TabularInline


_WORDED: Final = {
    "required": "Please fill this in.",
    "unique": "This is in the register already; it can stand there once.",
    "min_value": "This cannot be negative; give 0 or more.",
}
_WORDED_KEY: Final = {
    "invalid": "A key has letters without accents, digits, hyphens and underscores, such as gpt-4-0613."
}


class FormFieldsMixin:
    """Fields as officers need them: “not known yet” instead of an empty line, the browser's day picker."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest | None, **options: Any
    ) -> forms.Field | None:
        """Choose the form field for a column."""
        if isinstance(db_field, models.BooleanField) and db_field.null:
            options["widget"] = ThreeStateSelect
        elif isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
            return db_field.formfield(form_class=DayField, widget=DayField.widget)
        elif isinstance(db_field, models.DecimalField):
            options |= {"form_class": PlainDecimalField, "min_value": 0}  # prices, costs and quantities
        elif isinstance(db_field, models.TextField) and not db_field.choices:
            options["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 70})
        field: forms.Field | None = super().formfield_for_dbfield(  # type: ignore[misc]  # a mixin for ModelAdmin
            db_field, request, **options
        )
        if field is not None:
            field.error_messages |= _WORDED | (_WORDED_KEY if isinstance(db_field, models.SlugField) else {})
        if field is not None and field.help_text:
            field.help_text = _without_repetition(str(field.help_text))
        if field is not None and db_field.choices and db_field.blank and hasattr(field, "choices"):
            field.choices = [
                (value, NOT_KNOWN if label == BLANK_CHOICE_DASH[0][1] else label) for value, label in field.choices
            ]
        return field


class NamedAdmin(PlainAdmin):
    """A screen that calls lists and rows by their plain names, and counts no more than it must."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    plain_name: str = ""
    plain_name_plural: str = ""
    """What officers call a row and its list, where the model has another name."""
    history_by: str = ""
    """The column of the history by which events concern a row, where more do than its own."""

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.plain_name:
            self.opts = copy(self.opts)
            self.opts.verbose_name = self.plain_name
            self.opts.verbose_name_plural = self.plain_name_plural

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> Paginator[Any]:
        """Estimate on the first page how many there are; who turns pages is told exactly."""
        is_first = request.GET.get(PAGE_VAR, "1") == "1"
        kind: type[Paginator[Any]] = EstimatingPaginator if is_first else self.paginator
        return kind(queryset, per_page, orphans, allow_empty_first_page)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Give the list the plain name as well."""
        found = super().get_changelist_instance(request)
        found.opts = self.opts
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Give the list the plain name of what it lists."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Give the page the name of its row."""
        context["title"] = str(obj) if obj is not None else f"Add {self.opts.verbose_name}"
        context["subtitle"] = None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **options: Any) -> None:
        """Call the row in what was done by its plain name too; markup that is safe stays so."""
        if self.plain_name:
            kind = type(message) if isinstance(message, str) else str
            told = str(message).replace(f"The {self.model._meta.verbose_name} ", f"The {self.plain_name} ", 1)
            message = kind(told)
        super().message_user(request, message, *args, **options)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the recorded history of this row."""
        row = {"object_type": str(self.opts.model_name), "object_id": object_id}
        query = urlencode({self.history_by: object_id} if self.history_by else row)
        return HttpResponseRedirect(f"{reverse('admin:governance_auditevent_changelist')}?{query}")


class RecordedAdmin(FormFieldsMixin, MeanwhileMixin, NamedAdmin):
    """A screen whose changes go through the register's services, so that each is recorded and announced."""

    is_catalogued = False
    """Whether the catalogue writes these rows as well, so that an officer's change is a correction."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save the row through the service."""
        save_row(instance=obj, actor=request.user.get_username(), is_correction=self.is_catalogued)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save links to other rows and the rows below, each recorded."""
        super().save_related(request, form, formsets, change)
        _record_changed_links(form, request.user.get_username())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save and delete the rows of an inline through the services."""
        actor = request.user.get_username()
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            delete_row(instance=row, actor=actor)
        # The main component last: until the former one is saved without its tick, two would stand in the table.
        for row in sorted(rows, key=lambda row: bool(getattr(row, "is_primary", False))):
            save_row(instance=row, actor=actor, is_correction=self.is_catalogued)
        formset.save_m2m()
        for changed in formset.forms:
            if changed.instance.pk is not None and changed not in formset.deleted_forms:
                _record_changed_links(changed, actor)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete the row through the service."""
        delete_row(instance=obj, actor=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete each chosen row through the service."""
        for row in queryset:
            delete_row(instance=row, actor=request.user.get_username())


class ReadOnlyAdmin(NamedAdmin):
    """A screen on which nothing can be changed by anybody."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a row."""
        return False


class StackedRows(FormFieldsMixin, PlainStackedInline):
    """Rows below one another, closed until opened, under a heading that counts them; none is offered empty."""

    extra = 0
    show_change_link = False
    classes: Sequence[str] = ("collapse",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Count the rows in the heading."""
        made: Any = super().get_formset(request, obj, **options)
        if obj is not None and obj.pk:
            count = self.model._default_manager.filter(**{made.fk.name: obj}).count()
            self.verbose_name_plural = f"{self.verbose_name_plural} ({count})"
        return made


class TabularRows(FormFieldsMixin, PlainTabularInline):
    """Rows as a table; none is offered empty."""

    extra = 0


def _without_repetition(help_text: str) -> str:
    """The help without what the field itself says by offering “not known yet”."""
    for phrase in ("Empty: not known yet.", "Empty: not known."):
        help_text = help_text.replace(phrase, "").strip()
    return help_text


def _record_changed_links(form: Any, actor: str) -> None:
    """Record which other rows a saved row is linked to now, such as a control's evidence."""
    for field in form.instance._meta.many_to_many:
        if field.name in form.changed_data:
            before = _keys(form.initial.get(field.name) or ())
            after = getattr(form.instance, field.name).values_list("pk", flat=True)
            record_links(instance=form.instance, field=field.name, before=before, after=after, actor=actor)


def _keys(rows: Sequence[Any]) -> list[int]:
    return [row.pk if isinstance(row, models.Model) else int(row) for row in rows]
