"""What all rows of the register have in common."""

from __future__ import annotations

from datetime import date

from django.db import models


class Recorded(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True


class Sourced(models.Model):
    """A row that says where it comes from, of which day, and how well that is supported."""

    source = models.CharField(
        max_length=1000, blank=True, help_text="Where this is written: a document, a page, a file."
    )
    source_on = models.DateField(
        null=True, blank=True, verbose_name="source of", help_text="The day of the source, if it has one."
    )
    grade = models.CharField(
        max_length=30,
        blank=True,
        verbose_name="how well supported",
        help_text="Leave empty if nobody has judged it yet.",
    )

    class Meta:
        abstract = True


def name_day(day: date | str) -> str:
    """A day as lists and headings write it: 2 Dec 2026; what is no day yet, such as a typed text, as it stands."""
    return f"{day.day} {day:%b %Y}" if isinstance(day, date) else day


def one_of(field: str, choices: type[models.TextChoices], *, name: str, blank: bool = False) -> models.CheckConstraint:
    """A check in the database that a column holds one of its choices (or is empty, with ``blank``)."""
    values: list[str] = [*choices.values, ""] if blank else list(choices.values)
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": values}), name=name)
