"""Section 8: the three judgements, each with its interval, coverage, drivers and the answers that matter most."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.figures import interval_bar
from audit.reports.figures.bars import figure
from audit.reports.outcome import Missing, Score
from audit.reports.records import ReportRecords
from audit.reports.sections.conclusion import DECIDED, class_in_words, in_force, is_prohibited, point
from audit.reports.wording import fact_value, listing, percent, sentence

SCALE = 4 / 3  # one unit of a figure is a point on paper
_AUDIENCES = {"us": "The organisation", "people": "People affected", "supervisor": "A supervisor"}


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
    tag, band = "no duty in force is open", ""
    if is_prohibited(regulation):
        tag, band = "prohibited practice", "very_high"
    elif unmet:
        tag, band = f"{unmet} {'duty' if unmet == 1 else 'duties'} in force not satisfied", "high"
    elif unknown:
        tag = f"{unknown} {'duty' if unknown == 1 else 'duties'} in force not determined"
    elif not regulation.aia_class:
        tag = "class not decided"
    return Judgements(
        law=sentence(f"the system {class_in_words(records)}"),
        law_tag=tag,
        law_tag_band=band,
        law_entries=_law_entries(records),
        would_decide=tuple(
            MissingRow(records.question(missing.key), _law_effect(missing)) for missing in regulation.missing[:10]
        ),
        nothing_decides=(
            "No unknown answer would change the class, the roles or whether a duty applies."
            if regulation.aia_class
            else "The assessment names no answer that would decide it."
        ),
        lock_in=_part(records, "Lock-in", outcome.lock_in),
        transparency=_part(records, "Transparency risk", outcome.transparency),
        audiences=tuple(
            _bar(_AUDIENCES.get(name, name), score, width=200, labels=False) for name, score in outcome.audiences
        ),
    )


def _law_entries(records: ReportRecords) -> tuple[tuple[str, str], ...]:
    regulation = records.outcome.regulation
    label = records.label
    possible = listing((label("aia.class", value) for value in regulation.possible_classes), "or") or "not assessed"
    roles = "not decided"
    if regulation.roles is not None:
        roles = listing(label("aia.roles", role).lower() for role in regulation.roles) or "none"
    entries = [
        ("Class", label("aia.class", regulation.aia_class) if regulation.aia_class else f"not decided: {possible}"),
        ("Roles of the organisation", roles),
        ("Points of Annex III", _points(regulation.annex_iii_points)),
        ("Class of the model, if ours", label("aia.gpai_class", regulation.gpai_class).lower() or "not decided"),
    ]
    if regulation.class_on_go_live:
        entries.insert(1, ("Class once in service", label("aia.class", regulation.class_on_go_live)))
    return tuple(entries)


def _points(points: tuple[str, ...] | None) -> str:
    return "not decided" if points is None else listing(map(point, points)) or "none"


def _law_effect(missing: Missing) -> str:
    duties = [label.partition(":")[2] for label in missing.decides if label.startswith("duty:")]
    told = [DECIDED[label] for label in missing.decides if label in DECIDED][:3]
    if duties:
        shown = listing(duties[:3]) if len(duties) <= 3 else f"{', '.join(duties[:3])} and {len(duties) - 3} more"
        told.append(f"whether {shown} {'applies' if len(duties) == 1 else 'apply'}")
    return f"decides {listing(told)}" if told else "bears on the law that applies"


def _bar(name: str, score: Score, *, width: float, labels: bool = True) -> Bar:
    note = "not assessed" if score.coverage is None else f"{percent(score.coverage)} of its weight is known"
    return Bar(
        name=name,
        drawing=interval_bar(
            score.low, score.high, band=score.band, title=name, width=width, labels=labels, scale=SCALE
        ),
        band=score.band,
        label=score.label or "not assessed",
        note=note if labels else _ends(score),
    )


def _ends(score: Score) -> str:
    if score.low is None or score.high is None:
        return "not assessed"
    return f"{figure(score.low)} to {figure(score.high)}"


def _part(records: ReportRecords, name: str, score: Score) -> ScorePart:
    groups = []
    for group in score.groups:
        weight = group.weight or 1.0
        low, high = 100 * group.low / weight, 100 * group.high / weight
        title = group.name.replace("_", " ").capitalize()
        drawing = interval_bar(
            low, high, band=_band_of(high), title=title, width=150, thickness=6, labels=False, scale=SCALE
        )
        note = f"{group.low:.1f} to {group.high:.1f} of {group.weight:.0f} points"
        groups.append(Bar(title, drawing, "", "", note))
    drivers = [
        DriverRow(
            question=records.question(driver.fact),
            answer=_answer(records, driver.fact, driver.value, driver.grade),
            points=f"{driver.low:.1f}" if driver.low == driver.high else f"{driver.low:.1f}–{driver.high:.1f}",
        )
        for driver in score.drivers[:8]
    ]
    missing = [
        MissingRow(
            records.question(missing.key),
            f"−{missing.narrows:.1f} points" if missing.narrows >= 0.05 else "bears on the exit",
        )
        for missing in score.missing[:8]
    ]
    return ScorePart(_bar(name, score, width=262), tuple(groups), tuple(drivers), tuple(missing), len(score.missing))


def _answer(records: ReportRecords, key: str, value: object, grade: str) -> str:
    if key not in records.facts and value is None:
        return "unknown"
    return fact_value(value, records.labels(key)) + (" (claimed by the vendor)" if grade == "vendor_claimed" else "")


def _band_of(value: float) -> str:
    return "low" if value < 25 else "moderate" if value < 50 else "high" if value < 75 else "very_high"
