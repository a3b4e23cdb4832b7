"""The page on which an officer answers questions about a system: the most decisive first, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from audit.admin.answer_form import AnswerForm, Asked
from audit.engine.facts import Fact, JsonValue
from audit.portfolio.questions import Answered, Purpose, Question, Questionnaire, next_questions
from governance.admin.describing import put_in_words
from governance.models import AISystem
from governance.services.answering import AnswersError, is_about_entity, save_answers, save_entity_answers
from governance.vocabulary import Section, VocabularyFact, load_vocabulary

ON_ONE_PAGE: Final = 6
"""Questions shown at once; the next ones are worked out anew from what was answered."""

TITLES: Final = {
    Purpose.CLASS: ("class", "The class", "These decide the class under the AI Act. Answer them first."),
    Purpose.ROLES: ("roles", "Our roles", "These decide in which roles the law addresses us."),
    Purpose.DUTIES: ("duties", "Duties", "These decide whether single duties apply."),
    Purpose.SCORES: ("scores", "Lock-in and transparency", "These narrow the two intervals."),
    Purpose.READINGS: (
        "readings",
        "Disputed law",
        "These decide whether a provision that is read in two ways is told. Class, duties and scores stay the same.",
    ),
}

_DECIDES: Final = {
    Purpose.CLASS: "decides the class",
    Purpose.ROLES: "decides our roles",
    Purpose.READINGS: "decides whether a disputed reading concerns it",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the questionnaire, as a tab: its questions still open."""

    name: str
    title: str
    intro: str
    questions: tuple[Question, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as the template shows it."""

    asked: Asked
    decides: str
    about: str
    first: str


@dataclass(frozen=True, slots=True)
class Line:
    """One known fact as the template lists it."""

    key: str
    question: str
    answer: str
    source: str
    by: str
    may_change: bool


def show_questions(site: admin.AdminSite, request: HttpRequest, system_id: int) -> HttpResponse:
    """Show the next questions, and save what is answered; stays on the page afterwards."""
    system = get_object_or_404(AISystem.objects.select_related("legal_entity"), pk=system_id)
    if not request.user.has_perm("governance.view_aisystem"):
        raise PermissionDenied
    may_answer = request.user.has_perm("governance.change_aisystem")
    as_of = timezone.localdate()
    questionnaire = next_questions(system_id=system_id, as_of=as_of)
    parts = list(_divide(questionnaire, request.GET.get("part", "")))
    facts = _facts_on_page(request, parts)
    stored = {**system.legal_entity.answers, **system.answers}
    form = AnswerForm(facts, stored, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        if form.is_valid() and _save(request, system, form, as_of):
            return HttpResponseRedirect(_address(request, system_id))
    context = {
        **site.each_context(request),
        "title": f"Questions about {system.name}",
        "opts": AISystem._meta,
        "system": system,
        "questionnaire": questionnaire,
        "class_label": _class_label(questionnaire),
        "possible": _possible_classes(questionnaire),
        "parts": parts,
        "current": next((part for part in parts if part.is_current), None),
        "editing": request.GET.get("change", ""),
        "form": form,
        "groups": _group(form, questionnaire, next((part for part in parts if part.is_current), None)),
        "answered": [_describe(entry, system) for entry in questionnaire.answered],
        "inapplicable": questionnaire.inapplicable,
        "elsewhere": questionnaire.elsewhere,
        "may_answer": may_answer,
        "percent": round(questionnaire.completeness * 100),
        "back": reverse("admin:governance_aisystem_change", args=[system_id]),
    }
    return TemplateResponse(request, "admin/audit/questions.html", context)


def _divide(questionnaire: Questionnaire, wanted: str) -> Iterator[Part]:
    """The parts that have open questions; the one asked for is current, or else the first."""
    by_purpose = {
        purpose: tuple(question for question in questionnaire.open if question.purpose == purpose)
        for purpose in Purpose
    }
    filled = [purpose for purpose in Purpose if by_purpose[purpose]]
    names = [TITLES[purpose][0] for purpose in filled]
    current = wanted if wanted in names else (names[0] if names else "")
    for purpose in filled:
        name, title, intro = TITLES[purpose]
        yield Part(name, title, intro, by_purpose[purpose], name == current)


def _facts_on_page(request: HttpRequest, parts: Sequence[Part]) -> list[VocabularyFact]:
    """The questions on this page: those that were on it when it was sent, or one to change, or the next ones."""
    vocabulary = load_vocabulary().facts
    if request.method == "POST":
        return [vocabulary[key] for key in request.POST.getlist("asked") if key in vocabulary]
    change = request.GET.get("change", "")
    if change in vocabulary and vocabulary[change].source != "derived":
        return [vocabulary[change]]
    current = next((part for part in parts if part.is_current), None)
    facts = [question.fact for question in current.questions[:ON_ONE_PAGE]] if current else []
    return facts if current is None or current.name == "class" else sorted(facts, key=_section_place)


def _save(request: HttpRequest, system: AISystem, form: AnswerForm, as_of: date) -> bool:
    """Save all answers or none; tells at each question what is wrong."""
    given = form.given_answers()
    facts = load_vocabulary().facts
    of_entity = {key: answer for key, answer in given.items() if is_about_entity(facts[key].scope)}
    of_system = {key: answer for key, answer in given.items() if key not in of_entity}
    actor = request.user.get_username()
    if of_entity and not request.user.has_perm("governance.change_legalentity"):
        raise PermissionDenied
    try:
        with transaction.atomic():
            save_entity_answers(
                legal_entity_id=system.legal_entity_id, answers=of_entity, actor=actor, answered_on=as_of
            )
            save_answers(system_id=system.pk, answers=of_system, actor=actor, answered_on=as_of)
    except AnswersError as wrong:
        for problem in wrong.problems:
            form.add_error(problem.key if problem.key in form.fields else None, problem.message)
        return False
    count = sum(answer is not None for answer in given.values())
    messages.success(request, f"{count} answer{'' if count == 1 else 's'} saved." if count else "Nothing was answered.")
    return True


def _address(request: HttpRequest, system_id: int) -> str:
    part = request.GET.get("part", "")
    address = reverse("admin:governance_aisystem_questions", args=[system_id])
    return f"{address}?{urlencode({'part': part})}" if part and "change" not in request.GET else address


def _group(
    form: AnswerForm, questionnaire: Questionnaire, current: Part | None
) -> list[tuple[Section | None, list[Shown]]]:
    """The questions by section of the vocabulary; the section of the first question comes first."""
    first = current.questions[0].key if current else ""
    why_first = _why_it_is_first(current, questionnaire) if current else ""
    titles = _name_duties(questionnaire)
    sections = {section.id: section for section in load_vocabulary().sections}
    open_questions = {question.key: question for question in questionnaire.open}
    shown = [
        Shown(
            asked,
            _what_it_decides(open_questions.get(asked.fact.key), titles),
            _whom_it_is_about(asked.fact),
            why_first if asked.fact.key == first else "",
        )
        for asked in form.questions()
    ]
    by_section: dict[str, list[Shown]] = {}
    for entry in shown:
        by_section.setdefault(entry.asked.fact.section, []).append(entry)
    return [(sections.get(section_id), members) for section_id, members in by_section.items()]


def _why_it_is_first(current: Part, questionnaire: Questionnaire) -> str:
    """Why the first question of a part stands before the others."""
    question = current.questions[0]
    if question.purpose == Purpose.CLASS:
        possible = len(_possible_classes(questionnaire))
        return f"Asked first: {possible} classes are possible; of all open answers this one weighs most on which it is."
    if question.purpose == Purpose.ROLES:
        return "Asked first: of all open answers this one weighs most on whom the law takes us for."
    if question.purpose == Purpose.DUTIES:
        return "Asked first: of all open answers this one weighs most on which duties apply, and from when."
    if question.purpose == Purpose.READINGS:
        return ""
    return "Asked first: of all open answers this one narrows the results the most."


def _name_duties(questionnaire: Questionnaire) -> dict[str, str]:
    """The titles of all duties of the outcome by their ids."""
    regulatory = questionnaire.assessment.regulatory.to_json()
    entries = [*_rows(regulatory.get("duties")), *_rows(regulatory.get("undetermined"))]
    return {str(entry["id"]): str(entry["title"]) for entry in entries}


def _rows(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _what_it_decides(question: Question | None, titles: Mapping[str, str]) -> str:
    """In words: what the answer would settle."""
    if question is None:
        return ""
    if question.purpose in _DECIDES:
        return _DECIDES[question.purpose]
    duties = [label.removeprefix("duty:") for label in question.decides if label.startswith("duty:")]
    if duties:
        if len(duties) > 1:
            return f"decides {len(duties)} duties, such as {titles.get(duties[0], duties[0])}"
        return f"decides the duty {titles.get(duties[0], duties[0])}"
    if question.purpose == Purpose.DUTIES:
        return "decides from when or how far duties reach"
    if question.narrows >= 0.5:
        return f"narrows by up to {question.narrows:.0f} points"
    return "narrows the result a little"


def _whom_it_is_about(fact: VocabularyFact) -> str:
    return "Asked once for the legal entity." if is_about_entity(fact.scope) else ""


def _describe(entry: Answered, system: AISystem) -> Line:
    fact = entry.fact
    stored = system.answers.get(fact.key) or system.legal_entity.answers.get(fact.key)
    by = f"{stored.get('answered_by', '')}, {stored.get('answered_on', '')}" if isinstance(stored, dict) else ""
    return Line(
        fact.key, fact.question, _value_in_words(fact, entry.known), entry.known.source, by.strip(", "), bool(stored)
    )


def _value_in_words(fact: VocabularyFact, known: Fact) -> str:
    value: Any = list(known.value) if isinstance(known.value, tuple) else known.value
    return fact.null_means or "None" if value is None else put_in_words(value, fact.label_of)


def _class_label(questionnaire: Questionnaire) -> str:
    found = questionnaire.assessment.regulatory.answers.get("aia_class")
    return load_vocabulary().facts["aia.class"].label_of(found) if isinstance(found, str) else ""


def _possible_classes(questionnaire: Questionnaire) -> list[str]:
    found = questionnaire.assessment.regulatory.answers.get("possible_classes")
    label_of = load_vocabulary().facts["aia.class"].label_of
    return [label_of(str(value)) for value in found] if isinstance(found, list) else []


def _section_place(fact: VocabularyFact) -> int:
    return [section.id for section in load_vocabulary().sections].index(fact.section)
