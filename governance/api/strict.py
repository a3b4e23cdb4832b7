"""Requests of which every key counts: one that is no field is told, with the field that is perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint
from rest_framework import serializers
from typing_extensions import override

from governance.services.checking import check_day
from governance.validators import read_iso_day


def find_unknown_keys(data: Mapping[str, Any], fields: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each key that is no field with what would be right: a misspelt one would be left out in silence."""
    for name in sorted(set(map(str, data)) - set(fields)):
        near = difflib.get_close_matches(name, fields, n=1)
        meant = f"did you mean {near[0]}?" if near else f"expected {', '.join(fields)}"
        yield name, f"is not a field of this; {meant}"


def find_columns(constraint: BaseConstraint) -> set[str]:
    """The columns that a check of the database looks at, or that make a row the same as another."""
    if isinstance(constraint, UniqueConstraint):
        return {*constraint.fields}
    return {*_columns_in(constraint.condition)} - {"id"} if isinstance(constraint, CheckConstraint) else set()


def _columns_in(condition: object) -> Iterator[str]:
    if isinstance(condition, Q):
        for child in condition.children:
            yield from _columns_in(child)
    elif isinstance(condition, tuple):
        lookup, value = condition
        yield lookup.partition("__")[0]
        if isinstance(value, F):
            yield value.name  # type: ignore[attr-defined] # the stubs leave it out


class StrictSerializer(serializers.Serializer[Any]):
    """A request whose unknown keys are told beside all else that is wrong with it."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        """Read the fields; raises ``ValidationError`` with every field's errors."""
        unknown = dict(find_unknown_keys(data, self.fields)) if isinstance(data, Mapping) else {}
        problems: dict[str, Any] = {name: [message] for name, message in unknown.items()}
        try:
            given = super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            if not isinstance(wrong.detail, dict):
                raise
            raise serializers.ValidationError(problems | wrong.detail) from None
        if problems:
            raise serializers.ValidationError(problems)
        return given


class DayField(serializers.DateField):
    """A day as YYYY-MM-DD; Python would read 20261120 and 2026-W47-5 as one, too."""

    @override
    def to_internal_value(self, value: Any) -> date:
        """The day; refuses what is none, or is written in another way."""
        if isinstance(value, str) and read_iso_day(value) is None:
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        return day


class PossibleDayField(DayField):
    """A day that can be meant: not before 1900."""

    @override
    def to_internal_value(self, value: Any) -> date:
        """The day; refuses one that is none, or that lies too far back."""
        day = super().to_internal_value(value)
        if problem := check_day(day):
            raise serializers.ValidationError(f"{problem}.")
        return day
