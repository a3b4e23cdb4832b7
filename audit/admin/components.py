"""The page of components with the status word, and the page on which an officer corrects what the catalogue says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from audit.admin.answer_form import AnswerForm, Asked
from audit.admin.index_form import IndexForm
from audit.engine.openness import describe_openness
from audit.engine.openness.dossier import Speaker
from audit.licences.dossiers import load_openness_tables
from audit.snapshots.openness import judge_entered
from audit.templatetags.openbook import openness_word
from governance.admin.components import ComponentAdmin
from governance.models import Component
from governance.services.answering import AnswersError
from governance.services.correcting import correct_facts, correct_index, correctable_facts
from governance.vocabulary import Section, load_vocabulary

_OUTCOMES: Final = {
    "nothing_claimed": "Makes no claim of openness",
    "borne_out": "Borne out: it is open source",
    "open_washing": "Open-washing: its maker calls open what is not open source",
    "contradicted_source": "Contradicted source: no effect on any judgement",
    "undecided": "Not decided yet: too little is known of the parts",
}

admin.site.unregister(Component)


@admin.register(Component)
class JudgedComponentAdmin(ComponentAdmin):
    """Components with how open they are."""

    change_form_template = "admin/audit/component.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of corrections and of the index."""
        facts, index = self.admin_site.admin_view(self.correct), self.admin_site.admin_view(self.judge_dimensions)
        return [
            path("<int:component_id>/facts/", facts, name="governance_component_facts"),
            path("<int:component_id>/index/", index, name="governance_component_index"),
            *super().get_urls(),
        ]

    def find_status_word(self, component: Component) -> str:
        """The status word; empty where nothing is entered that could be judged."""
        judged = judge_entered(component, component.artefacts.all())
        return openness_word(judged.status.value) if judged else ""

    def describe_openness(self, component: Component) -> Sequence[tuple[str, str]]:
        """The status with its reason, the framework's class, open-washing and contradictions, a sentence each."""
        judged = judge_entered(component, component.artefacts.all())
        return describe_openness(judged) if judged else ()

    def describe_claims(self, component: Component) -> Sequence[str]:
        """What comes of each claim: open-washing, a contradicted source, or nothing."""
        judged = judge_entered(component, component.artefacts.all())
        outcomes = iter(judged.claim_outcomes if judged else ())
        return [
            _OUTCOMES[next(outcomes, "undecided")]
            if claim.get("by") in set(Speaker)
            else "It is not recorded who says it"
            for claim in component.claims
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows below, and tell at once what comes of claims that were changed."""
        super().save_related(request, form, formsets, change)
        component: Component = form.instance
        if "claims" in form.changed_data:
            for claim, outcome in zip(component.claims, self.describe_claims(component), strict=True):
                messages.info(request, f"“{claim.get('says')}”: {outcome}.")

    def judge_dimensions(self, request: HttpRequest, component_id: int) -> HttpResponse:
        """Show the dimensions of the European Open Source AI Index to judge, and save the judgements."""
        component = get_object_or_404(Component, pk=component_id)
        if not self.has_change_permission(request, component):
            raise PermissionDenied
        tables = load_openness_tables()
        form = IndexForm(tables, component.index_answers, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            event = correct_index(
                component_id=component.pk, answers=form.read_answers(), actor=request.user.get_username()
            )
            messages.success(request, f"The index of {component} is saved." if event else "Nothing was changed.")
            return HttpResponseRedirect(reverse("admin:governance_component_change", args=[component.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Judge {component} by the European Open Source AI Index",
            "opts": self.opts,
            "component": component,
            "form": form,
        }
        return TemplateResponse(request, "admin/audit/component_index.html", context)

    def correct(self, request: HttpRequest, component_id: int) -> HttpResponse:
        """Show the facts of a component to correct, and save the corrections with their sources."""
        component = get_object_or_404(Component, pk=component_id)
        if not self.has_change_permission(request, component):
            raise PermissionDenied
        stored = {str(entry["key"]): entry for entry in component.facts}
        form = AnswerForm(correctable_facts(), stored, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._save(request, component, form):
            return HttpResponseRedirect(reverse("admin:governance_component_change", args=[component.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Correct what is known of {component}",
            "opts": self.opts,
            "component": component,
            "form": form,
            "groups": group_by_section(list(form.questions())),
            "is_correction": True,
        }
        return TemplateResponse(request, "admin/audit/component_facts.html", context)

    def _save(self, request: HttpRequest, component: Component, form: AnswerForm) -> bool:
        try:
            event = correct_facts(
                component_id=component.pk,
                answers=form.given_answers(),
                actor=request.user.get_username(),
                corrected_on=timezone.localdate(),
            )
        except AnswersError as wrong:
            for problem in wrong.problems:
                form.add_error(problem.key, problem.message)
            return False
        messages.success(request, f"The corrections of {component} are saved." if event else "Nothing was changed.")
        return True


def group_by_section(asked: Sequence[Asked]) -> list[tuple[Section, list[Asked]]]:
    """The questions by section of the vocabulary, in its order."""
    groups = (
        (section, [question for question in asked if question.fact.section == section.id])
        for section in load_vocabulary().sections
    )
    return [(section, questions) for section, questions in groups if questions]
