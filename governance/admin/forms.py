"""Forms that tell at the field what is wrong and what would be right; lists are checkboxes, never JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import BaseInlineFormSet
from django.utils import timezone

from governance.admin.fields import CheckedListField, RowForm, choices_of, facts_by_section
from governance.admin.uploads import UPLOAD_HELP, find_upload_problems
from governance.choices import ICT_SERVICE_TYPES, EvidenceGrade
from governance.models import (
    AISystem,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    HostOffer,
    SystemComponent,
    VendorDependency,
)
from governance.services.rows import find_row_problems

if TYPE_CHECKING:
    _UsesFormSet = BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]
else:
    _UsesFormSet = BaseInlineFormSet


class CheckedRowMixin:
    """Tells at its field what cannot be right in a row; the checks are those of every other door."""

    def clean(self) -> dict[str, Any]:
        """Check the row as it was filled in."""
        form: Any = self
        data: dict[str, Any] = super().clean() or {}  # type: ignore[misc]  # a mixin for ModelForm
        changed = [*data] if form.instance.pk is None else form.changed_data
        for problem in find_row_problems(form._meta.model, data, changed=changed, today=timezone.localdate()):
            form.add_error(problem.column if problem.column in form.fields else None, problem.message)
        return data


class SystemForm(CheckedRowMixin, RowForm):
    """The system itself."""

    class Meta:
        model = AISystem
        exclude = ("answers", "components", "is_fictional")


class ComponentUseForm(RowForm):
    """A component in use; the first one of a new system is its main component."""

    class Meta:
        model = SystemComponent
        fields = "__all__"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is None and str(self.prefix).endswith("-0") and "is_primary" in self.fields:
            self.fields["is_primary"].initial = True

    def _get_validation_exclusions(self) -> set[str]:
        # Whether there is one main component is checked over all rows at once, in the formset.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # missing in django-stubs
        return {*exclusions, "is_primary"}


class ComponentUseFormSet(_UsesFormSet):
    """All components of a system, of which at most one is the main component."""

    def clean(self) -> None:
        """Refuse two main components, at the second one's tick."""
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")]
        main = [form for form in kept if form.cleaned_data.get("is_primary") and form.cleaned_data.get("component")]
        for form in main[1:]:
            form.add_error("is_primary", "Another component is already the main one; tick only one of them.")


class DataFlowForm(CheckedRowMixin, RowForm):
    """One step on which data travel."""

    special_categories = CheckedListField(
        choices=choices_of("data.special_categories"), help_text="Specially protected kinds of data (GDPR Art. 9)."
    )

    class Meta:
        model = DataFlow
        fields = "__all__"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        after = self.fields.get("after")
        if isinstance(after, forms.ModelChoiceField):
            system_id = self.instance.system_id
            after.queryset = DataFlow.objects.filter(system_id=system_id) if system_id else DataFlow.objects.none()
            after.empty_label = "It starts with us"


class DependencyForm(CheckedRowMixin, RowForm):
    """A contract, the way out of it, and what happens if the service stops."""

    ict_service_type = forms.ChoiceField(
        label="Type of ICT service",
        choices=[("", "None, or not known yet"), *ICT_SERVICE_TYPES],
        required=False,
        help_text="As in the DORA register of information.",
    )
    clauses = CheckedListField(
        label="Clauses in the contract",
        choices=choices_of("ict.contract_clauses"),
        three_state=True,
        help_text="Tick what you found in the text. Leave all empty if nobody has looked yet.",
    )
    exit_test_phases = CheckedListField(
        label="What the test really ran", choices=choices_of("exit.test_phases"), help_text="Done, not discussed."
    )

    class Meta:
        model = VendorDependency
        fields = "__all__"
        error_messages: ClassVar = {
            NON_FIELD_ERRORS: {
                "unique_together": "This contract of the vendor is entered for the system already; change it there, "
                "or give another contract reference."
            }
        }


class EvidenceForm(CheckedRowMixin, RowForm):
    """A piece of evidence; says at least where it can be found or who made it."""

    supports = CheckedListField(
        label="What it supports", choices=[], help_text="The answers that this evidence supports."
    )

    class Meta:
        model = Evidence
        fields = "__all__"
        widgets = {"file": forms.FileInput}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if isinstance(supports := self.fields.get("supports"), CheckedListField):
            supports.choices = facts_by_section()
        if "file" in self.fields:
            self.fields["file"].help_text = UPLOAD_HELP

    def clean_file(self) -> Any:
        """Check the size and the type of a file that is uploaded now."""
        file = self.cleaned_data.get("file")
        problems = list(find_upload_problems(file)) if isinstance(file, UploadedFile) else []
        if problems:
            raise ValidationError([*problems])
        return file


class ControlForm(CheckedRowMixin, RowForm):
    """What was done for one obligation."""

    class Meta:
        model = ControlStatus
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Check the row, and that it is the only one for its obligation."""
        data = super().clean()
        if self._is_recorded_already(data):
            self.add_error("obligation", "A control for it is recorded already; change that one.")
        return data

    def _is_recorded_already(self, data: dict[str, Any]) -> bool:
        """Tell whether the same owner has another row for the same obligation."""
        owner = {name: data[name] for name in ("system", "legal_entity") if data.get(name)}
        if not data.get("obligation") or len(owner) != 1 or next(iter(owner.values())).pk is None:
            return False
        same = ControlStatus.objects.filter(obligation=data["obligation"], **owner)
        return same.exclude(pk=self.instance.pk).exists()


class EvaluationForm(CheckedRowMixin, RowForm):
    """What was tested and how it went."""

    class Meta:
        model = EvaluationRecord
        fields = "__all__"


class HostOfferForm(CheckedRowMixin, RowForm):
    """From when until when a company offers a component."""

    grade = forms.ChoiceField(
        label="How well supported", choices=[("", "Not judged yet"), *EvidenceGrade.choices], required=False
    )

    class Meta:
        model = HostOffer
        fields = "__all__"
