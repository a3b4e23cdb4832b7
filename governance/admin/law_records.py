"""Screens for the forms of the law: an element a part, what is still missing above, and what follows once final."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Final

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from governance.admin.base import RecordedAdmin
from governance.admin.fields import NOT_KNOWN
from governance.admin.law_forms import FINALISE, DpiaForm, FriaForm, NotHighRiskForm
from governance.choices import AnnexPoint, ElementSource, FilterCondition
from governance.models import DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.models.law import LawRecord
from governance.models.law.elements import Element, read_elsewhere
from governance.selectors.law_records import (
    RecordKind,
    RecordState,
    find_contradictions,
    read_record_state,
    read_record_states,
)
from governance.services.law_records import discard_draft, finalise_record, save_record, start_record
from governance.vocabulary import VocabularyFact, load_vocabulary

Part = tuple[str, dict[str, Any]]

_ELSEWHERE_ROWS: Final = tuple((f"{letter}_in", f"{letter}_section") for letter in "abcdef")
_ANSWERS: Final = {
    "rests_on_legitimate_interest": "Rests on a legitimate interest",
    "has_dpo": "There is a data protection officer",
    "views_sought": "The persons were asked",
    "materially_influences": "Its output materially influences decisions",
    "profiles_people": "It profiles people",
}
_WORDS: Final = {
    "annex_points": "annex_points_in_words",
    "conditions": "conditions_in_words",
    **{column: f"{column}_in_words" for column in _ANSWERS},
}
"""Lists and answers that are shown in words where they cannot be entered."""


def _part(title: str, columns: Sequence[Any], says: str, citation: str) -> Part:
    """One part of a form with what the provision asks, in plain words, and where it stands."""
    description = format_html('{} <span class="citation">{}</span>', says, citation)
    return title, {"fields": tuple(columns), "description": description}


def _element_parts(elements: Sequence[Element], *, may_enter: bool) -> Iterator[Part]:
    """A part for each element; a column that two elements ask for stands with the first."""
    seen: set[str] = set()
    for element in elements:
        columns = [column for column in element.columns if column not in seen]
        seen.update(columns)
        mark = f"{element.mark} " if element.mark.startswith("(") else ""
        shown = columns if may_enter else [_WORDS.get(column, column) for column in columns]
        yield _part(f"{mark}{element.title}", shown, element.asks, element.citation)


def _say_answer(column: str, label: str) -> Callable[[LawRecord], str]:
    @admin.display(description=label)
    def answer(record: LawRecord) -> str:
        value = getattr(record, column)
        return NOT_KNOWN if value is None else "Yes" if value else "No"

    return answer


class LawRecordAdmin(RecordedAdmin):
    """A form of the law. It is begun from its system's page, and only a draft can be discarded."""

    change_form_template = "admin/governance/law_record.html"
    list_display = ("system", "version", "status", "performed_on", "review_due_on", "completeness")
    list_filter = ("status",)
    list_select_related = ("system",)
    search_fields = ("system__name", "system__reference", "performed_by")
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("evidence",)
    kind: RecordKind
    last_columns: Sequence[Any] = ("performed_by", ("performed_on", "review_due_on"))
    follow_up: Sequence[Part] = ()
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A form is begun from its system's page, where it is known whether the law asks for it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A final record stays."""
        return super().has_delete_permission(request, obj) and not (isinstance(obj, LawRecord) and obj.is_final)

    def get_urls(self) -> list[URLPattern]:
        """Add the button that begins the next version."""
        view = self.admin_site.admin_view(self.start_next)
        name = f"governance_{self.opts.model_name}_next"
        return [path("<int:record_id>/next/", view, name=name), *super().get_urls()]

    def start_next(self, request: HttpRequest, record_id: int) -> HttpResponse:
        """Begin the next version of a final record, with its content."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        record = get_object_or_404(self.model, pk=record_id)
        begun = start_record(kind=self.kind, system_id=record.system_id, actor=request.user.get_username())
        return HttpResponseRedirect(address_of(begun))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Read the elements of all listed records at once."""
        found = super().get_changelist_instance(request)
        records = list(found.result_list)
        states = read_record_states({record.system_id for record in records})
        by_key = {state.id: state for group in states.values() for state in group if state.kind == self.kind}
        for record in records:
            record.state = by_key[record.pk]
        found.result_list = records
        return found

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        for column, label in _ANSWERS.items():
            setattr(self, _WORDS[column], _say_answer(column, label))

    @admin.display(description="elements")
    def completeness(self, record: LawRecord) -> str:
        """How many elements are there, and which are not."""
        state = getattr(record, "state", None) or read_record_state(record)
        return state.completeness

    @admin.display(description="Points of Annex III")
    def annex_points_in_words(self, record: NotHighRiskAssessment) -> str:
        """The points by their labels."""
        return ", ".join(str(AnnexPoint(point).label) for point in record.annex_points) or "None"

    @admin.display(description="Conditions relied on")
    def conditions_in_words(self, record: NotHighRiskAssessment) -> str:
        """The conditions by their labels."""
        return "; ".join(str(FilterCondition(ground).label) for ground in record.conditions) or "None"

    @admin.display(description="Elements that stand there")
    def elsewhere_in_words(self, record: FundamentalRightsAssessment) -> str:
        """Which element stands in which other assessment."""
        content = {"elsewhere": record.elsewhere}
        found = [(element.mark, *read_elsewhere(content, element.letter)) for element in record.ELEMENTS]
        lines = [f"{mark}: {ElementSource(source).label}, {section}" for mark, source, section in found if source]
        return "; ".join(lines) or "None"

    def get_fieldsets(self, request: HttpRequest, obj: LawRecord | None = None) -> Any:
        """The elements in the order of the provision, then who did it and when, then what follows."""
        may_enter = obj is not None and not obj.is_final and self.has_change_permission(request, obj)
        parts: list[Part] = list(_element_parts(self.model.ELEMENTS, may_enter=may_enter))
        parts += self.reference_parts(may_enter=may_enter)
        parts.append(("Who did it and when", {"fields": tuple(self.last_columns)}))
        parts += self.follow_up
        reviewed = ("reviewed_on",) if obj is not None and obj.is_final else ()
        parts.append(("Evidence and notes", {"fields": ("evidence", *reviewed, "note")}))
        return parts

    def reference_parts(self, *, may_enter: bool) -> list[Part]:
        """Parts on other assessments; none by default."""
        return []

    def get_readonly_fields(self, request: HttpRequest, obj: LawRecord | None = None) -> Any:
        """The content of a final record, and lists in words for those who only read."""
        words = (*_WORDS.values(), "elsewhere_in_words")
        if obj is None or not obj.is_final:
            return words
        kept = {field.name for field in obj._meta.concrete_fields if field.editable} - obj.FOLLOW_UP
        references = {column for row in _ELSEWHERE_ROWS for column in row} & set(self.form.declared_fields)
        return (*words, *sorted(kept | references))

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Save the record, or make it final."""
        if isinstance(obj, LawRecord):
            save = finalise_record if FINALISE in request.POST else save_record
            save(record=obj, actor=request.user.get_username(), today=timezone.localdate())

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Discard a draft."""
        if isinstance(obj, LawRecord):
            discard_draft(record=obj, actor=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Discard each chosen draft."""
        for record in queryset:
            self.delete_model(request, record)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the form which elements are there, and what it contradicts."""
        record = self.get_object(request, object_id)
        context = {**(extra_context or {}), "finalise": FINALISE}
        if isinstance(record, LawRecord):
            state = read_record_state(record)
            context |= {
                "record": record,
                "state": state,
                "today": timezone.localdate(),
                "contradictions": describe_contradictions(record, state),
                "system_address": reverse("admin:governance_aisystem_change", args=[record.system_id]),
                "next_address": reverse(f"admin:governance_{self.opts.model_name}_next", args=[record.pk]),
            }
        return super().change_view(request, object_id, form_url, context)

    def response_change(self, request: HttpRequest, obj: LawRecord) -> HttpResponse:
        """Stay on the record and say how far it is."""
        told = read_record_state(obj).completeness
        if FINALISE in request.POST:
            messages.success(request, f"{obj} is final: {told}.")
        else:
            messages.success(request, f"Saved. {told[0].upper()}{told[1:]}.")
        return HttpResponseRedirect(address_of(obj))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Go back to the systems."""
        messages.success(request, f"{obj_display} was discarded.")
        return HttpResponseRedirect(reverse("admin:governance_aisystem_changelist"))


@admin.register(FundamentalRightsAssessment)
class FriaAdmin(LawRecordAdmin):
    """The fundamental-rights impact assessment."""

    kind = RecordKind.FRIA
    form = FriaForm
    autocomplete_fields = ("evidence", "dpia", "earlier")
    last_columns = ("performed_by", ("performed_on", "review_due_on"), "template_version")
    follow_up = (
        _part(
            "Notifying the authority",
            ("notified_on", "notified_to", "is_exempt_from_notice", "exemption_reason"),
            "Once it is done, the results go to the market surveillance authority with the filled-in template. Only "
            "then does the duty count as met.",
            "AI Act Art. 27(3)",
        ),
    )

    def reference_parts(self, *, may_enter: bool) -> list[Part]:
        """What stands in another assessment is not written twice."""
        rows = _ELSEWHERE_ROWS if may_enter else ("elsewhere_in_words",)
        title, options = _part(
            "What already stands in another assessment",
            (("dpia", "earlier"), "provider_assessment", "why_similar", *rows),
            "An element need not be written again where the data protection impact assessment has it, or an assessment "
            "made before in a similar case, our own or the provider’s. Say which, and where.",
            "AI Act Art. 27(2) and (4)",
        )
        return [(title, {**options, "classes": ("collapse",)})]


@admin.register(DataProtectionAssessment)
class DpiaAdmin(LawRecordAdmin):
    """The data protection impact assessment."""

    kind = RecordKind.DPIA
    form = DpiaForm
    follow_up = (
        _part(
            "If the authority was consulted",
            ("consultation_answer",),
            "The supervisory authority answers in writing, within eight weeks or up to fourteen.",
            "GDPR Art. 36(2)",
        ),
    )

    def reference_parts(self, *, may_enter: bool) -> list[Part]:
        """What the provider of a high-risk system has to tell goes into it."""
        return [
            _part(
                "What the provider tells",
                ("provider_information",),
                "Only for a high-risk system: what the instructions for use say is used for this assessment.",
                "AI Act Art. 26(9)",
            )
        ]


@admin.register(NotHighRiskAssessment)
class NotHighRiskAdmin(LawRecordAdmin):
    """The assessment that a listed system is not high-risk."""

    kind = RecordKind.NOT_HIGH_RISK
    form = NotHighRiskForm
    follow_up = (
        _part(
            "Registration",
            ("registered_on", "registration_number"),
            "The provider registers itself and the system in the EU database before placing it on the market or "
            "putting it into service: name and address, trade name, intended purpose, the condition relied on with a "
            "short summary of the grounds, status and Member States.",
            "AI Act Art. 49(2), Annex VIII section B",
        ),
        _part(
            "If an authority asks for it",
            ("requested_on", "requested_by", "provided_on"),
            "A national authority may ask for the written assessment. Until it is handed over, the duty counts as met "
            "in part.",
            "AI Act Art. 6(4)",
        ),
    )


def address_of(record: LawRecord) -> str:
    """The address of a record's form."""
    return reverse(f"admin:governance_{record._meta.model_name}_change", args=[record.pk])


def describe_contradictions(record: LawRecord, state: RecordState) -> list[str]:
    """In words: what the questionnaire says and what the form says."""
    facts = load_vocabulary().facts
    told = []
    for found in find_contradictions(state, record.system.answers):
        fact = facts[found.key]
        answered, stated = (_in_words(value, fact) for value in (found.answered, found.stated))
        told.append(f"{fact.question} The questionnaire says: {answered}. This form says: {stated}.")
    return told


def _in_words(value: object, fact: VocabularyFact) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    values = value if isinstance(value, list) else [value]
    return " and ".join(fact.label_of(str(each)) for each in values)
