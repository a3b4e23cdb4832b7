"""Filters of the list of systems: all on columns with choices, so that the list stays fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.models import Rating
from audit.selectors.standings import list_vendors_in_use
from governance.models import AISystem
from governance.vocabulary import load_vocabulary

UNDECIDED = "undecided"


class _StandingFilter(SimpleListFilter):
    """A filter on one column of the standing; what is not judged yet can be asked for as well."""

    column: ClassVar[str] = ""
    nothing: ClassVar[str] = "Not judged yet"

    def values(self) -> Sequence[tuple[str, str]]:
        """The values of the column with their words."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """All values, and nothing judged."""
        return [*self.values(), (UNDECIDED, self.nothing)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AISystem]) -> QuerySet[AISystem]:
        """Keep the systems with the chosen value."""
        chosen = self.value()
        if chosen is None:
            return queryset
        return queryset.filter(**{f"standing__{self.column}": "" if chosen == UNDECIDED else chosen})


class ClassFilter(_StandingFilter):
    """By class under the AI Act."""

    title = "class under the AI Act"
    parameter_name = "aia_class"
    column = "aia_class"
    nothing = "Undecided"

    def values(self) -> Sequence[tuple[str, str]]:
        """The classes of the vocabulary."""
        return [(choice.value, choice.label) for choice in load_vocabulary().facts["aia.class"].choices]


class LockInFilter(_StandingFilter):
    """By the band of the lock-in."""

    title = "lock-in"
    parameter_name = "lock_in"
    column = "lock_in_band"

    def values(self) -> Sequence[tuple[str, str]]:
        """The bands."""
        return [(str(value), str(label)) for value, label in Rating.choices]


class TransparencyFilter(LockInFilter):
    """By the band of the transparency risk."""

    title = "transparency risk"
    parameter_name = "transparency"
    column = "transparency_band"


class OpennessFilter(_StandingFilter):
    """By how open it is."""

    title = "openness"
    parameter_name = "openness"
    column = "openness_status"

    def values(self) -> Sequence[tuple[str, str]]:
        """The statuses of the vocabulary."""
        return [(choice.value, choice.label) for choice in load_vocabulary().facts["open.status"].choices]


class VendorFilter(SimpleListFilter):
    """By the vendor of a component in use."""

    title = "vendor"
    parameter_name = "vendor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The vendors that any system depends on."""
        return [(str(key), name) for key, name in list_vendors_in_use()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AISystem]) -> QuerySet[AISystem]:
        """Keep the systems with a component of that vendor."""
        chosen = self.value()
        if chosen is None:
            return queryset
        if not chosen.isdigit():
            return queryset.none()
        return queryset.filter(uses__component__vendor=int(chosen)).distinct()
