"""How well something is supported, in words for those who only read: the column holds a code."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from governance.choices import EvidenceGrade

_WORDS: Final = dict(EvidenceGrade.choices)


def name_grade(grade: str) -> str:
    """A grade in words."""
    return str(_WORDS.get(grade, "Not judged yet"))


class GradedMixin:
    """For a screen or an inline with the column ``grade``: who may not change it reads it in words.

    The class names ``grade_in_words`` in its ``readonly_fields``.
    """

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """The fields, with the grade in words where it cannot be chosen."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # a mixin for ModelAdmin and its inlines
        if self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # as above
            return fieldsets
        return [(title, {**options, "fields": _in_words(options["fields"])}) for title, options in fieldsets]

    @admin.display(description="how well supported")
    def grade_in_words(self, row: Any) -> str:
        """How well what the row says is supported."""
        return name_grade(row.grade)


def _in_words(fields: Any) -> Any:
    if isinstance(fields, str):
        return "grade_in_words" if fields == "grade" else fields
    return tuple(_in_words(field) for field in fields)
