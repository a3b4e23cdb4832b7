"""Template tags for pages and admin: the figures of the reports, and stored values in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django_countries import countries

from audit.models import Response, Standing
from audit.reports.figures import Moment, Step, data_flow_diagram, timeline
from audit.reports.figures import interval_bar as draw_interval_bar
from audit.reports.outcome import Days, Driver, Missing
from audit.reports.wording import count, days_between, name_days, tidy_source
from audit.selectors.outlook import RankedAnswer
from audit.views import classing, words
from governance.choices import Fallback, FlowRole, LifecycleStage, TrainingUse, TransferTool

register = template.Library()


@register.simple_tag
def interval_bar(
    low: float | None, high: float | None, band: str, title: str, width: int = 130, *, labels: bool = False
) -> SafeString:
    """The interval bar with the band's word beside it; the figure is that of the report."""
    bar = draw_interval_bar(low, high, band=band, title=title, width=width, thickness=8, labels=labels)
    drawing = mark_safe(bar)  # noqa: S308 - the figure escapes its texts itself
    return format_html('<span class="bar">{} {}</span>', drawing, band_tag(band))


@register.simple_tag
def band_tag(band: str) -> SafeString:
    """The band's word in its tone."""
    word = words.BANDS.get(band, words.Word("not assessed", "unknown"))
    return format_html('<span class="tag {}">{}</span>', word.tone, word.text)


@register.simple_tag
def class_tag(row: Standing | Mapping[str, Any]) -> SafeString:
    """The class of a standing with what it rests on; while undecided, the classes that the facts still allow."""
    return _tag(classing.class_word(row), *classing.class_notes(row))


@register.filter
def list_name(row: Model) -> str:
    """What the officers' screens call the list of a model; a template makes a row of the model by naming it."""
    return capfirst(str(admin.site.get_model_admin(type(row)).opts.verbose_name_plural))


@register.filter
def next_step(row: Standing | Mapping[str, Any]) -> classing.Step | None:
    """What comes next for a system: the next day, or to stop."""
    return classing.next_step(row)


@register.simple_tag
def outcome_tag(outcome: str) -> SafeString:
    """What an obligation comes to, in its tone."""
    return _tag(words.OUTCOMES.get(outcome, words.Word(outcome, "plainly")))


@register.filter
def openness_word(status: str | None) -> str:
    """The openness status as the product prints it."""
    return words.OPENNESS.get(status or "", str(status))


@register.filter
def grade_word(grade: str | None) -> str:
    """How well something is supported."""
    return words.GRADES.get(grade or "", str(grade))


@register.filter
def question(key: str) -> str:
    """The question that a fact answers."""
    return words.question_of(key)


@register.filter
def apart_from_source(condition: str) -> tuple[str, str]:
    """A finding's condition, and the sources at its end."""
    said, _, source = condition.partition(" Source: ")
    return said, source


@register.filter
def as_stored(text: str, finding_key: str) -> str:
    """What a finding says, with the stored values of its fact in words."""
    return words.tell_stored(text, finding_key)


@register.filter
def in_questions(text: str) -> str:
    """A recorded cause with its facts by their questions instead of their keys."""
    return words.name_facts_in(text)


@register.filter
def run_mode_word(mode: str | None) -> str:
    """How a component is run, inside a sentence."""
    return words.RUN_MODES.get(mode or "", str(mode))


@register.filter
def stage_word(stage: str) -> str:
    """The lifecycle stage, inside a sentence."""
    return LifecycleStage(stage).label.lower()


@register.filter
def flow_role_word(role: str) -> str:
    """The recipient's role."""
    return FlowRole(role).label.lower()


@register.filter
def transfer_word(tool: str) -> str:
    """On what basis data leave the EEA."""
    return str(TransferTool(tool).label)


@register.filter
def training_word(use: str) -> str:
    """Whether the recipient trains on the data."""
    return str(TrainingUse(use).label)


@register.filter
def fallback_word(fallback: str) -> str:
    """What takes over if the system stops."""
    return str(Fallback(fallback).label)


@register.filter
def response_word(response: str) -> str:
    """What management says to a finding."""
    return str(Response(response).label)


@register.filter
def role_words(roles: Iterable[str]) -> str:
    """Our roles under the AI Act in words."""
    return words.spoken_value("aia.roles", list(roles)).lower()


@register.filter
def addressee_word(addressee: str) -> str:
    """Whom a duty addresses."""
    return words.spoken_value("aia.roles", addressee).replace("_", " ").lower()


@register.filter
def fact_words(keys: Iterable[str]) -> str:
    """Facts by their questions."""
    return " ".join(words.question_of(key) for key in keys)


@register.filter
def days_word(days: Days) -> str:
    """An interval of days in words."""
    return days_between(days.low, days.high)


@register.filter
def driver_value(driver: Driver) -> str:
    """The value behind a driver of a score, or that it is not known."""
    if driver.grade == "unknown":
        return "not known"
    return words.spoken_value(driver.fact, driver.value)


@register.filter
def decides(missing: Missing) -> str:
    """What an unknown fact would decide, in two words."""
    if "class" in missing.decides:
        return "decides the class"
    duties = sum(1 for what in missing.decides if what.startswith("duty:"))
    if duties:
        return f"decides {duties} dut{'y' if duties == 1 else 'ies'}"
    return "decides our role" if "roles" in missing.decides else ""


@register.filter
def fact_title(key: str) -> str:
    """A fact of the openness dossier as a heading."""
    return words.OPENNESS_FACTS.get(key, key)


@register.filter
def fact_value(fact: Mapping[str, Any], key: str) -> str:
    """The value of a fact's entry in words."""
    return words.spoken_value(key, fact.get("value"))


@register.filter
def plain(name: str) -> str:
    """The name of a field without its underscores."""
    return name.replace("_", " ")


@register.filter
def conflict_value(value: object) -> str:
    """One of several values on which sources disagree, with its source."""
    if not isinstance(value, Mapping):
        return str(value)
    source = f" ({value['source']})" if value.get("source") else ""
    return tidy_source(f"{value.get('value')}{source}")


@register.filter
def claimant(by: str) -> str:
    """Who claims something, at the head of a sentence."""
    return {"vendor": "The vendor", "publisher": "The publisher", "third_party": "A third party"}.get(by, by)


@register.filter
def gain(answer: RankedAnswer) -> str:
    """What an answer would bring, the strongest first: a class, points of the risk intervals, or duties."""
    if answer.decides_class:
        return "decides a class" if answer.decides_class == 1 else f"decides {answer.decides_class} classes"
    if answer.points >= 1:
        over = f" over {len(answer.systems)} systems" if len(answer.systems) > 1 else ""
        return f"\N{MINUS SIGN}{count(int(answer.points + 0.5), 'point')}{over}"
    if answer.duties:
        return f"decides {answer.duties} dut{'y' if answer.duties == 1 else 'ies'}"
    return ""


@register.filter
def class_word(value: str | None) -> str:
    """The class as it stands in a sentence."""
    return words.SHORT_CLASSES.get(value or "", value or "undecided")


@register.filter
def day(value: date | str | None) -> str:
    """A day as it is written: ``2 Dec 2026``; a dash where there is none."""
    if not value:
        return "–"
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.date()
    return f"{value.day} {value:%b %Y}"


register.filter("days_named", name_days)
register.filter("source", tidy_source)


@register.filter
def country(code: str | None) -> str:
    """The name of a country; "unknown" where there is none."""
    return countries.name(code) or "unknown" if code else "unknown"


@register.filter
def yes_no(value: bool | None) -> str:
    """Yes, no, or not known."""
    return "not known" if value is None else "yes" if value else "no"


@register.filter
def percent(value: float | None) -> str:
    """A share from 0 to 1 in per cent; a dash where there is none."""
    return "–" if value is None else f"{int(value * 100 + 0.5)} %"


@register.simple_tag
def moments_line(moments: Iterable[Moment], as_of: date, title: str, width: int = 700) -> SafeString:
    """The timeline of days past and to come."""
    drawing = mark_safe(timeline(moments, as_of=as_of, title=title, width=width, scale=1.6))  # noqa: S308 - escapes itself
    return format_html('<div class="drawing">{}</div>', drawing)


@register.simple_tag
def flow_figure(steps: list[Step], width: int = 720) -> SafeString:
    """The diagram of a system's data flows."""
    drawing = mark_safe(data_flow_diagram(steps, width=width, scale=1.65))  # noqa: S308 - escapes its texts itself
    return format_html('<div class="drawing">{}</div>', drawing)


def _tag(word: words.Word, *notes: str) -> SafeString:
    tag = format_html('<span class="tag {}">{}</span>', word.tone, word.text)
    return format_html("{}{}", tag, format_html_join("", "<small>{}</small>", ((note,) for note in notes)))
