"""Section 8: the three judgements, each with its interval, coverage, drivers and the answers that matter most."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from audit.reports.figures import interval_bar
from audit.reports.figures.bars import figure
from audit.reports.outcome import Missing, Score
from audit.reports.records import ReportRecords
from audit.reports.sections.conclusion import class_in_brief, is_prohibited, only_prohibited, point
from audit.reports.sections.duty_counts import in_force
from audit.reports.sections.questions import decided_by
from audit.reports.sections.reliance import support_of
from audit.reports.stored import told
from audit.reports.wording import band_word, fact_value, listing, number, percent, say, say_count

SCALE = 4 / 3  # one unit of a figure is a point on paper


def _audience(name: str) -> str:
    words = {
        "us": gettext("The organisation"),
        "people": gettext("People affected"),
        "supervisor": gettext("A supervisor"),
    }
    return words.get(name, name)


@dataclass(frozen=True, slots=True)
class DriverRow:
    """A fact that carries a score."""

    question: str
    answer: str
    points: str


@dataclass(frozen=True, slots=True)
class MissingRow:
    """An unknown fact and what its answer would do."""

    question: str
    effect: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what stands beside it; ``drawing`` is SVG made by the figures, all text in it escaped."""

    name: str
    drawing: str
    band: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One score with what explains it."""

    bar: Bar
    groups: tuple[Bar, ...]
    drivers: tuple[DriverRow, ...]
    missing: tuple[MissingRow, ...]
    missing_in_all: int


@dataclass(frozen=True, slots=True)
class Judgements:
    """The three judgements side by side; they are never added up."""

    law: str
    law_tag: str
    law_tag_band: str
    law_entries: tuple[tuple[str, str], ...]
    would_decide: tuple[MissingRow, ...]
    nothing_decides: str
    lock_in: ScorePart
    transparency: ScorePart
    audiences: tuple[Bar, ...]


def build_judgements(records: ReportRecords) -> Judgements:
    """Build section 8."""
    outcome = records.outcome
    regulation = outcome.regulation
    unmet, unknown = len(in_force(regulation, "not_satisfied")), len(in_force(regulation, "undetermined"))
    tag, band = gettext("no duty in force is open"), ""
    if is_prohibited(regulation):
        tag, band = gettext("prohibited practice"), "very_high"
    elif only_prohibited(regulation):
        tag, band = gettext("prohibited practice, if the Act applies"), "very_high"
    elif unmet:
        band = "high"
        tag = say_count("1 duty in force not satisfied", "{duties} duties in force not satisfied", unmet, duties=unmet)
    elif unknown:
        tag = say_count(
            "1 duty in force not determined", "{duties} duties in force not determined", unknown, duties=unknown
        )
    elif not regulation.aia_class:
        tag = gettext("class not decided")
    return Judgements(
        law=class_in_brief(records),
        law_tag=tag,
        law_tag_band=band,
        law_entries=_law_entries(records),
        would_decide=tuple(
            MissingRow(records.question(missing.key), _law_effect(missing)) for missing in regulation.missing[:10]
        ),
        nothing_decides=(
            gettext("No unknown answer would change the class, the roles or whether a duty applies.")
            if regulation.aia_class
            else gettext("The assessment names no answer that would decide it.")
        ),
        lock_in=_part(records, gettext("Lock-in"), outcome.lock_in),
        transparency=_part(records, gettext("Transparency risk"), outcome.transparency),
        audiences=tuple(_bar(_audience(name), score, width=200, labels=False) for name, score in outcome.audiences),
    )


def _law_entries(records: ReportRecords) -> tuple[tuple[str, str], ...]:
    regulation = records.outcome.regulation
    label = records.label
    undecided = gettext("not decided")
    class_name = label("aia.class", regulation.aia_class)
    if not regulation.aia_class:
        possible = listing((label("aia.class", value) for value in regulation.possible_classes), "or")
        class_name = say("not decided: {possible}", possible=possible or gettext("not assessed"))
    roles = undecided
    if regulation.roles is not None:
        roles = listing(records.label_within("aia.roles", role) for role in regulation.roles) or _none()
    entries = [
        (gettext("Class"), class_name),
        (gettext("Roles of the organisation"), roles),
        (gettext("Points of Annex III"), _points(regulation.annex_iii_points)),
        (
            gettext("Class of the model, if ours"),
            records.label_within("aia.gpai_class", regulation.gpai_class) or undecided,
        ),
    ]
    if regulation.class_on_go_live:
        entries.insert(1, (gettext("Class once in service"), label("aia.class", regulation.class_on_go_live)))
    return tuple(entries)


def _none() -> str:
    return pgettext("value", "none")


def _points(points: tuple[str, ...] | None) -> str:
    return gettext("not decided") if points is None else listing(map(point, points)) or _none()


def _law_effect(missing: Missing) -> str:
    duties = [label.partition(":")[2] for label in missing.decides if label.startswith("duty:")]
    decided = decided_by(missing.decides)
    if len(duties) > 3:
        named = say_count(
            "{duties} and one more", "{duties} and {number} more", len(duties) - 3, duties=", ".join(duties[:3])
        )
        decided.append(say("whether {duties} apply", duties=named))
    elif duties:
        decided.append(
            say_count("whether {duties} applies", "whether {duties} apply", len(duties), duties=listing(duties))
        )
    return say("decides {what}", what=listing(decided)) if decided else gettext("bears on the law that applies")


def _bar(name: str, score: Score, *, width: float, labels: bool = True) -> Bar:
    note = gettext("not assessed")
    if not score.is_judged:
        drawing = interval_bar(None, None, band="", title=name, width=width, labels=labels, scale=SCALE)
        return Bar(name=name, drawing=drawing, band="", label=note, note=gettext("does not apply"))
    if score.coverage is not None:
        note = say("{share} of its weight is known", share=percent(score.coverage))
    return Bar(
        name=name,
        drawing=interval_bar(
            score.low, score.high, band=score.band, title=name, width=width, labels=labels, scale=SCALE
        ),
        band=score.band,
        label=band_word(score.band) or gettext("not assessed"),
        note=note if labels else _ends(score),
    )


def _ends(score: Score) -> str:
    if score.low is None or score.high is None:
        return gettext("not assessed")
    return say("{low} to {high}", low=figure(score.low), high=figure(score.high))


def _part(records: ReportRecords, name: str, score: Score) -> ScorePart:
    groups = []
    for group in score.groups:
        weight = group.weight or 1.0
        low, high = 100 * group.low / weight, 100 * group.high / weight
        title = told(group.name.replace("_", " ").capitalize())
        drawing = interval_bar(
            low, high, band=_band_of(high), title=title, width=150, thickness=6, labels=False, scale=SCALE
        )
        note = say(
            "{low} to {high} of {weight} points",
            low=number(group.low, 1),
            high=number(group.high, 1),
            weight=number(group.weight),
        )
        groups.append(Bar(title, drawing, "", "", note))
    drivers = [
        DriverRow(
            question=records.question(driver.fact),
            answer=_answer(records, driver.fact, driver.value, driver.grade),
            points=_points_between(driver.low, driver.high),
        )
        for driver in score.drivers[:8]
    ]
    missing = [
        MissingRow(
            records.question(missing.key),
            say("−{points} points", points=number(missing.narrows, 1))
            if missing.narrows >= 0.05
            else gettext("bears on the exit"),
        )
        for missing in score.missing[:8]
    ]
    return ScorePart(_bar(name, score, width=250), tuple(groups), tuple(drivers), tuple(missing), len(score.missing))


def _answer(records: ReportRecords, key: str, value: object, grade: str) -> str:
    if key not in records.facts and value is None:
        return gettext("unknown")
    if key in records.facts and support_of(records.facts[key], records) == "expired":
        return gettext("expired, counted as unknown")
    answer = fact_value(value, records.labels(key))
    return say("{answer} (claimed by the vendor)", answer=answer) if grade == "vendor_claimed" else answer


def _points_between(low: float, high: float) -> str:
    return number(low, 1) if low == high else f"{number(low, 1)}–{number(high, 1)}"


def _band_of(value: float) -> str:
    return "low" if value < 25 else "moderate" if value < 50 else "high" if value < 75 else "very_high"
