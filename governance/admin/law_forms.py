"""The forms of the law as an officer fills them in; all that is wrong or missing is told at its field, at once."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone

from governance.admin.fields import CheckedListField, RowForm
from governance.choices import AnnexPoint, ElementSource, FilterCondition
from governance.models import DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.models.law import LawRecord
from governance.models.law.elements import read_elsewhere
from governance.services.law_records import find_problems

FINALISE: Final = "_finalise"
"""The name of the button that makes a record final."""

_NOT_ENTERED: Final = ("system", "version", "status", "elsewhere")


class LawRecordForm(RowForm):
    """One version of a form."""

    def _post_clean(self) -> None:
        """Check days and, when it is to be final, every element, once the record holds what was entered."""
        super()._post_clean()  # type: ignore[misc]  # missing in django-stubs
        record: LawRecord = self.instance
        for problem in find_problems(record, timezone.localdate(), is_final=FINALISE in self.data):
            column = problem.column if problem.column in self.fields else None
            if column is None or column not in self.errors:
                self.add_error(column, problem.message)


def _source_field(letter: str) -> forms.ChoiceField:
    choices = [("", "In its own words above"), *ElementSource.choices]
    return forms.ChoiceField(label=f"({letter}) stands", choices=choices, required=False)


def _section_field() -> forms.CharField:
    return forms.CharField(label="Section or page", required=False, max_length=200)


class FriaForm(LawRecordForm):
    """The fundamental-rights impact assessment; each element in its own words or by reference."""

    a_in, a_section = _source_field("a"), _section_field()
    b_in, b_section = _source_field("b"), _section_field()
    c_in, c_section = _source_field("c"), _section_field()
    d_in, d_section = _source_field("d"), _section_field()
    e_in, e_section = _source_field("e"), _section_field()
    f_in, f_section = _source_field("f"), _section_field()

    class Meta:
        model = FundamentalRightsAssessment
        exclude = _NOT_ENTERED

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        content = {"elsewhere": self.instance.elsewhere}
        for letter in _letters():
            source, section = read_elsewhere(content, letter)
            if f"{letter}_in" in self.fields:
                self.fields[f"{letter}_in"].initial = source
                self.fields[f"{letter}_section"].initial = section

    def clean(self) -> dict[str, Any]:
        """Put the references together in the one column that holds them."""
        data: dict[str, Any] = super().clean() or {}
        if "a_in" in self.fields:
            self.instance.elsewhere = {
                letter: {"in": data[f"{letter}_in"], "section": data.get(f"{letter}_section", "").strip()}
                for letter in _letters()
                if data.get(f"{letter}_in")
            }
        return data


class DpiaForm(LawRecordForm):
    """The data protection impact assessment."""

    class Meta:
        model = DataProtectionAssessment
        exclude = _NOT_ENTERED[:3]


class NotHighRiskForm(LawRecordForm):
    """The provider's assessment that a listed system is not high-risk."""

    annex_points = CheckedListField(label="Points of Annex III", choices=AnnexPoint.choices)
    conditions = CheckedListField(label="Conditions relied on", choices=FilterCondition.choices)

    class Meta:
        model = NotHighRiskAssessment
        exclude = _NOT_ENTERED[:3]


def _letters() -> tuple[str, ...]:
    return tuple(element.letter for element in FundamentalRightsAssessment.ELEMENTS)
