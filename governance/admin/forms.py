"""Forms that tell at the field what is wrong and what would be right; lists are checkboxes, never JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import BaseInlineFormSet
from django.utils import timezone

from governance.admin.days import name_day
from governance.admin.fields import CheckedListField, RowForm, choices_of, facts_by_section
from governance.admin.uploads import UPLOAD_HELP, find_upload_problems
from governance.choices import EvidenceGrade
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

if TYPE_CHECKING:
    _UsesFormSet = BaseInlineFormSet[Any, Any, forms.ModelForm[Any]]
else:
    _UsesFormSet = BaseInlineFormSet

ICT_SERVICE_TYPES: Final = (
    ("S01", "S01 ICT project management"),
    ("S02", "S02 ICT development"),
    ("S03", "S03 Help desk"),
    ("S04", "S04 Security management"),
    ("S05", "S05 Provision of data"),
    ("S06", "S06 Data analysis"),
    ("S07", "S07 Hosting (not in a cloud)"),
    ("S08", "S08 Computation"),
    ("S09", "S09 Storage (not in a cloud)"),
    ("S10", "S10 Telecom carrier"),
    ("S11", "S11 Network infrastructure"),
    ("S12", "S12 Hardware"),
    ("S13", "S13 Software licences (not as a service)"),
    ("S14", "S14 ICT operation"),
    ("S15", "S15 ICT consulting"),
    ("S16", "S16 ICT risk management"),
    ("S17", "S17 Cloud: infrastructure"),
    ("S18", "S18 Cloud: platform"),
    ("S19", "S19 Cloud: software"),
)
"""Types of ICT service by the codes of the DORA register of information (ITS 2024/2956, annex III)."""


class DayOrderMixin:
    """Refuses a later day that lies before an earlier one, and a day of what has happened that is still to come."""

    day_orders: tuple[tuple[str, str, str], ...] = ()
    """(earlier field, later field, message); ``{earlier}`` in the message is the earlier day."""
    days_gone_by: tuple[str, ...] = ()
    """Fields of days on which something has happened: none of them can lie ahead."""

    def check_day_orders(self, *, may_be_equal: bool = False) -> None:
        """Add an error to each later field that does not follow its earlier one."""
        data: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]  # a mixin for ModelForm
        for earlier, later, message in self.day_orders:
            first, second = data.get(earlier), data.get(later)
            if first and second and (second < first or (second == first and not may_be_equal)):
                self.add_error(later, message.format(earlier=name_day(first)))  # type: ignore[attr-defined]  # as above
        for name in self.days_gone_by:
            day = data.get(name)
            if day and day > timezone.localdate() and name in self.changed_data:  # type: ignore[attr-defined]  # as above
                message = f"{name_day(day)} is still to come; give the day on which it happened."
                self.add_error(name, message)  # type: ignore[attr-defined]  # as above


class SystemForm(DayOrderMixin, RowForm):
    """The system itself."""

    day_orders = (
        (
            "in_service_on",
            "withdrawn_on",
            "Withdrawn before it came into service on {earlier}; give that day or a later one.",
        ),
    )

    days_gone_by = ("withdrawn_on", "facts_confirmed_on")

    class Meta:
        model = AISystem
        exclude = ("answers", "components", "is_fictional")

    def clean(self) -> dict[str, Any]:
        """Check the days against each other and the stage."""
        data: dict[str, Any] = super().clean() or {}
        self.check_day_orders(may_be_equal=True)
        if data.get("withdrawn_on") and data.get("stage") and data["stage"] != "withdrawn":
            self.add_error("stage", "A day of withdrawal is given; choose “Withdrawn”, or clear the day.")
        since = data.get("in_service_on")
        if since and since > timezone.localdate() and data.get("stage") in ("on_market_or_in_service", "withdrawn"):
            self.add_error(
                "in_service_on",
                f"{name_day(since)} is still to come, but by its stage it has been in service; mend one of them.",
            )
        return data


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


class DataFlowForm(RowForm):
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

    def clean(self) -> dict[str, Any]:
        """Protected kinds of data are personal data."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("special_categories") and data.get("has_personal_data") is False:
            self.add_error("has_personal_data", "Specially protected data are personal data; choose “Yes”.")
        return data


class DependencyForm(DayOrderMixin, RowForm):
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
    day_orders = (("start_on", "end_on", "The contract ends before it starts; the end must be after {earlier}."),)

    class Meta:
        model = VendorDependency
        fields = "__all__"
        error_messages: ClassVar = {
            NON_FIELD_ERRORS: {
                "unique_together": "This contract of the vendor is entered for the system already; change it there, "
                "or give another contract reference."
            }
        }

    def clean(self) -> dict[str, Any]:
        """Check the term, the notice and the exit test against each other."""
        data: dict[str, Any] = super().clean() or {}
        self.check_day_orders()
        self._check_term(data)
        self._check_exit_test(data)
        for name in ("exit_tested_days", "fallback_activation_days", "tolerable_outage_days", "validation_days"):
            if (data.get(name) or 0) < 0:
                self.add_error(name, "A number of days cannot be negative; give 0 or more.")
        return data

    def _check_term(self, data: dict[str, Any]) -> None:
        start, end = data.get("start_on"), data.get("end_on")
        if data.get("is_open_ended") and end:
            self.add_error("is_open_ended", "A contract with an end is not open-ended; choose “No”, or clear the end.")
        is_changed = {"is_ict_service", "ict_service_type"} & set(self.changed_data)
        if is_changed and data.get("is_ict_service") is False and data.get("ict_service_type"):
            self.add_error("ict_service_type", "What is no ICT service has no type; choose “Yes” above, or clear it.")
        if not start or not end or end <= start:
            return
        term = (end - start).days
        for name in ("notice_days", "vendor_notice_days"):
            notice = data.get(name)
            if notice is not None and notice > term:
                self.add_error(
                    name, f"The notice of {notice} days is longer than the whole term of {term} days; check both."
                )

    def _check_exit_test(self, data: dict[str, Any]) -> None:
        if data.get("exit_tested_on") and data.get("exit_tested") is not True:
            self.add_error("exit_tested", "A day of the exit test is given; choose “Yes”, or clear the day.")
        tested_on = data.get("exit_tested_on")
        if tested_on and tested_on > timezone.localdate():
            self.add_error(
                "exit_tested_on",
                "This day is still to come; a test counts once it has taken place. Clear it till then.",
            )
        if data.get("exit_test_phases") and data.get("exit_tested") is False:
            self.add_error("exit_test_phases", "An exit that was never tested ran no phases; clear them.")


class EvidenceForm(DayOrderMixin, RowForm):
    """A piece of evidence; says at least where it can be found or who made it."""

    supports = CheckedListField(
        label="What it supports", choices=[], help_text="The answers that this evidence supports."
    )
    day_orders = (("issued_on", "expires_on", "It expires before it was issued; give a day after {earlier}."),)
    days_gone_by = ("issued_on", "verified_on")

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

    def clean(self) -> dict[str, Any]:
        """Check the days, and that there is something to look at."""
        data: dict[str, Any] = super().clean() or {}
        self.check_day_orders()
        if not any(data.get(name) for name in ("file", "url", "source")) and "file" not in self.errors:
            self.add_error("file", "Add the file, or give its address, or say who made it.")
        changed = set(self.changed_data)
        if "url" in changed and data.get("url") and not data["url"].startswith(("https://", "http://")):
            self.add_error("url", "An address begins with https:// or http://.")
        is_verified = data.get("grade") == EvidenceGrade.VERIFIED
        if is_verified and not data.get("verified_by") and {"grade", "verified_by"} & changed:
            self.add_error(
                "verified_by", "“Verified by us” needs the name of who verified it; or choose another grade."
            )
        return data


class ControlForm(DayOrderMixin, RowForm):
    """What was done for one obligation."""

    day_orders = (("recorded_on", "expires_on", "It expires before it was recorded; give a day after {earlier}."),)
    days_gone_by = ("recorded_on",)

    class Meta:
        model = ControlStatus
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Check the days, and that “does not apply” has its reason."""
        data: dict[str, Any] = super().clean() or {}
        self.check_day_orders()
        if data.get("status") == "not_applicable" and not data.get("reason"):
            self.add_error("reason", "Say why the obligation does not apply.")
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


class EvaluationForm(DayOrderMixin, RowForm):
    """What was tested and how it went."""

    day_orders = (("evaluated_on", "next_due_on", "The next one is due before this one; give a day after {earlier}."),)
    days_gone_by = ("evaluated_on",)

    class Meta:
        model = EvaluationRecord
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Check the days."""
        data: dict[str, Any] = super().clean() or {}
        self.check_day_orders()
        return data


class HostOfferForm(DayOrderMixin, RowForm):
    """From when until when a company offers a component."""

    grade = forms.ChoiceField(
        label="How well supported", choices=[("", "Not judged yet"), *EvidenceGrade.choices], required=False
    )
    day_orders = (("offered_from", "offered_until", "The offer ends before it begins; give a day after {earlier}."),)
    days_gone_by = ("source_on",)

    class Meta:
        model = HostOffer
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Check the days."""
        data: dict[str, Any] = super().clean() or {}
        self.check_day_orders()
        return data
