"""What hangs on a component: the parts of its dossier, and who offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from governance.admin.base import StackedRows
from governance.admin.fields import RowForm
from governance.admin.forms import CheckedRowMixin, HostOfferForm
from governance.admin.grades import GradedMixin
from governance.choices import MOF_PARTS, ComponentKind, EvidenceGrade
from governance.models import Component, ComponentArtefact, HostOffer

if TYPE_CHECKING:
    _PartsFormSet = BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]
else:
    _PartsFormSet = BaseInlineFormSet


class ArtefactForm(CheckedRowMixin, RowForm):
    """One part of the dossier."""

    grade = forms.ChoiceField(
        label="How well supported", choices=[("", "Not judged yet"), *EvidenceGrade.choices], required=False
    )

    class Meta:
        model = ComponentArtefact
        fields = "__all__"
        labels: ClassVar = {"url": "Where it can be had", "source": "Where this is written"}
        help_texts: ClassVar = {"source": "", "licence_raw": "Word for word: it is judged by this text."}


class PartsFormSet(_PartsFormSet):
    """The parts that are entered, and an empty row for each that is not; a row that is left alone stays unentered."""

    def __init__(self, *args: Any, **options: Any) -> None:
        component = options.get("instance")
        options["initial"] = [{"part": part} for part in missing_parts(component)]
        super().__init__(*args, **options)


class ArtefactInline(GradedMixin, StackedRows):
    """The parts of the dossier, to enter and to correct; the licence as it is written is what is judged."""

    model = ComponentArtefact
    form = ArtefactForm
    formset = PartsFormSet
    verbose_name = "Part"
    verbose_name_plural = "Enter or correct the dossier"
    max_num = len(MOF_PARTS)
    readonly_fields = ("grade_in_words",)
    fields = (
        ("part", "availability", "grade"),
        ("licence_raw", "licence_id", "url"),
        ("source", "source_on", "note"),
    )

    def get_extra(self, request: HttpRequest, obj: Component | None = None, **options: Any) -> int:
        """As many empty rows as parts are missing."""
        return len(missing_parts(obj))


class HostOfferInline(GradedMixin, StackedRows):
    """Who offers the component."""

    model = HostOffer
    form = HostOfferForm
    verbose_name_plural = "Who offers it"
    autocomplete_fields = ("company",)
    readonly_fields = ("grade_in_words",)
    fields = (
        ("company", "role", "model_id"),
        ("offered_from", "offered_until", "retires_on"),
        ("price_in", "price_out", "unit"),
        "context_tokens",
        ("source", "source_on"),
        ("grade", "is_checked"),
        "note",
    )


def missing_parts(component: Component | None) -> list[str]:
    """The parts of a model that nobody has entered; software and services have none."""
    if component is None or component.pk is None or component.kind != ComponentKind.MODEL:
        return []
    entered = set(component.artefacts.values_list("part", flat=True))
    return [part for part in MOF_PARTS if part not in entered]
