"""Lists of entries as rows on a page: form fields whose value is a list, with one small form for each entry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Entry: TypeAlias = Mapping[str, Any]
if TYPE_CHECKING:
    RowFormSet = BaseFormSet["EntryForm"]
else:
    RowFormSet = BaseFormSet

MARKED: Final = "Nothing was saved yet. Look at the rows marked below."
CHANGED_MEANWHILE: Final = "Somebody else changed these rows meanwhile. Load the page again and repeat your change."


class EntryForm(forms.Form):
    """One row. ``of`` tells which stored entry it shows, by its digest; a new row shows none."""

    of = forms.CharField(required=False, widget=forms.HiddenInput)
    entry_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that make up the entry, in order."""
    before: Entry | None = None
    """The stored entry that the row shows; none for a new row."""

    @classmethod
    def show(cls, entry: Entry) -> dict[str, Any]:
        """What the fields show of a stored entry."""
        return {name: entry.get(name) or "" for name in cls.entry_fields} | {"of": digest_entry(entry)}

    def read(self) -> dict[str, Any]:
        """The entry as the cleaned fields give it."""
        return {name: self.cleaned_data.get(name) for name in self.entry_fields}

    def is_as_before(self) -> bool:
        """Tell whether the cleaned fields say what the stored entry says."""
        before = self.before
        return before is not None and all(
            (before.get(name) or None) == (value or None) for name, value in self.read().items()
        )


class RowsWidget(forms.Widget):
    """Shows the rows; more can be added with the script of the admin's own inlines."""

    template_name = "admin/governance/rows.html"

    def __init__(self, row: type[EntryForm], *, add_text: str) -> None:
        super().__init__()
        self.formset_class: Any = formset_factory(row, extra=0, can_delete=True, max_num=200, absolute_max=400)
        self.row = row
        self.add_text = add_text
        self._sent: RowFormSet | None = None
        self.remarks: Sequence[str] = ()
        """What the page says of each stored entry, in their order."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> RowFormSet | None:
        """The rows as sent, always the same ones for the same data; None where the page had none of this field."""
        if self.value_omitted_from_data(data, files, name):
            return None
        if self._sent is None or self._sent.data is not data:
            self._sent = self.formset_class(data, prefix=name)
        return self._sent

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether the page that was sent had none of this field."""
        del files
        return f"{name}-TOTAL_FORMS" not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """All rows with their errors, and an empty one to add from."""
        del attrs, renderer
        formset = self.make_formset(name, value)
        remarks = [*self.remarks, *[""] * len(formset.forms)]
        context = {
            "formset": formset,
            "rows": list(zip(formset.forms, remarks, strict=False)),
            "script": json.dumps(
                {
                    "name": f"#{name}",
                    "options": {"prefix": name, "addText": self.add_text, "deleteText": "Remove"},
                }
            ),
        }
        return render_to_string(self.template_name, context)

    def make_formset(self, name: str, value: Any) -> RowFormSet:
        """The rows as they were sent, or those of the stored entries."""
        if isinstance(value, BaseFormSet):
            return value
        shown = [self.row.show(entry) for entry in value or ()]
        formset: RowFormSet = self.formset_class(initial=shown, prefix=name)
        return formset


class RowsField(forms.Field):
    """A list of entries. An entry whose row was left alone stays exactly as it was stored.

    A row that was added or changed becomes an entry of the row's fields with the marks of ``added``.
    """

    widget: RowsWidget

    def __init__(self, *, row: type[EntryForm], add_text: str, added: Entry, **options: Any) -> None:
        super().__init__(required=False, widget=RowsWidget(row, add_text=add_text), **options)
        self.added = added
        self.stored: Sequence[Entry] = ()

    def clean(self, value: Any) -> list[dict[str, Any]] | None:
        """The entries, or None where the page had none of this field; refuses all rows where one is wrong."""
        if value is None:
            return None
        _attach(value, self.stored)
        is_valid = value.is_valid()
        shown = {form["of"].value() for form in value.forms} - {None, ""}
        if shown != {digest_entry(entry) for entry in self.stored}:
            raise ValidationError(CHANGED_MEANWHILE, code="changed_meanwhile")
        entries = self._read(value) if is_valid else []
        if not is_valid or any(form.errors for form in _kept(value)):
            raise ValidationError(MARKED, code="rows")
        return entries

    def _read(self, formset: Any) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        said: list[dict[str, Any]] = []
        for form in _kept(formset):
            now = form.read()
            if now in said:
                form.add_error(None, "The same stands in a row above; remove one of the two.")
            said.append(now)
            entries.append(dict(form.before) if form.is_as_before() else {**now, **self.added})
        return entries

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether a row was added, changed or removed."""
        if data is None:
            return False
        _attach(data, initial or ())
        return not data.is_valid() or self._read(data) != list(initial or ())


def _attach(formset: Any, stored: Sequence[Entry]) -> None:
    """Give each row the stored entry it shows."""
    by_digest = {digest_entry(entry): entry for entry in stored}
    for form in formset.forms:
        form.before = by_digest.get(form["of"].value() or "")


def _kept(formset: Any) -> list[Any]:
    return [form for form in formset.forms if form.has_changed() and form not in formset.deleted_forms]


def digest_entry(entry: Entry) -> str:
    """What tells one stored entry from another."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True, default=str).encode()).hexdigest()[:16]
