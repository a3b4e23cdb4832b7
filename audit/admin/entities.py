"""The page of a legal entity with the questions that are asked once for the whole organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from audit.admin.answer_form import AnswerForm
from audit.admin.components import group_by_section
from audit.portfolio.questions import is_for_officers
from audit.services.framework_controls import list_entity_framework_controls
from governance.admin.parties import LegalEntityAdmin
from governance.models import LegalEntity
from governance.services.answering import is_about_entity, save_entity_answers
from governance.vocabulary import load_vocabulary

admin.site.unregister(LegalEntity)


@admin.register(LegalEntity)
class AnsweringEntityAdmin(LegalEntityAdmin):
    """Our own companies, with their questions."""

    change_form_template = "admin/audit/entity.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the questions."""
        view = self.admin_site.admin_view(self.show_questions)
        return [path("<int:entity_id>/questions/", view, name="governance_legalentity_questions"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the form which controls of frameworks are recorded, and for what they count."""
        context = dict(extra_context or {})
        entity = LegalEntity.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        if entity is not None:
            today = timezone.localdate()
            context["framework_controls"] = list_entity_framework_controls(entity=entity, as_of=today)
            context["today"] = today
        return super().change_view(request, object_id, form_url, context)

    def response_add(
        self, request: HttpRequest, obj: LegalEntity, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new legal entity goes on with its questions."""
        if {"_addanother", "_continue", "_popup"} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, f"{obj.name} is in the register. Answer what is asked once for the whole company.")
        return HttpResponseRedirect(reverse("admin:governance_legalentity_questions", args=[obj.pk]))

    def show_questions(self, request: HttpRequest, entity_id: int) -> HttpResponse:
        """Show all questions about the organisation, and save what is answered."""
        entity = get_object_or_404(LegalEntity, pk=entity_id)
        if not self.has_view_permission(request, entity):
            raise PermissionDenied
        may_answer = self.has_change_permission(request, entity)
        facts = [
            fact for fact in load_vocabulary().facts.values() if is_about_entity(fact.scope) and is_for_officers(fact)
        ]
        form = AnswerForm(facts, entity.answers, request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_answer:
                raise PermissionDenied
            if form.is_valid():
                actor = request.user.get_username()
                save_entity_answers(legal_entity_id=entity.pk, answers=form.given_answers(), actor=actor)
                messages.success(request, f"The answers about {entity.name} are saved.")
                return HttpResponseRedirect(reverse("admin:governance_legalentity_change", args=[entity.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Questions about {entity.name}",
            "opts": self.opts,
            "entity": entity,
            "form": form,
            # What the organisation is comes first; other jurisdictions and rare cases follow.
            "groups": sorted(group_by_section(list(form.questions())), key=lambda group: group[0].id != "organisation"),
            "may_answer": may_answer,
        }
        return TemplateResponse(request, "admin/audit/entity_questions.html", context)
