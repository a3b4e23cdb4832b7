"""The outcome that findings and standings are derived from, taken from the judgement itself and not from its JSON.

It equals what ``read_outcome`` reads from the whole result, except for the explanations that no finding needs and that
stay empty here: drivers, groups, audiences, ways out, and what an open duty waits for while the class itself is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, TypeAlias

from audit.engine.assess import ENGINE_VERSION, Assessment
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty as JudgedDuty
from audit.engine.lock_in import LockInResult
from audit.engine.regulatory import RegulatoryResult
from audit.engine.regulatory.missing import Undetermined
from audit.engine.scoring.totals import Score as JudgedScore
from audit.reports.exposure import LegalExposure, read_exposure
from audit.reports.outcome import (
    Days,
    Disputed,
    Duty,
    Exit,
    Missing,
    OpenDuty,
    Outcome,
    Regulation,
    Score,
    read_outcome,
)
from audit.reports.reading import Reading


def summarise(assessment: Assessment) -> Outcome:
    """The outcome of a judgement."""
    lock_in, transparency = assessment.lock_in, assessment.transparency
    narrowing = [Missing(key, tuple(decides), float(points)) for key, points, decides in lock_in.missing]
    seeing = [Missing(key, ("level",), float(points)) for key, points in transparency.missing]
    return Outcome(
        as_of=assessment.as_of,
        regulation=_summarise_law(assessment.regulatory),
        lock_in=_summarise_score(lock_in.score, narrowing),
        exit=_summarise_exit(lock_in),
        transparency=_summarise_score(transparency.score, seeing),
        audiences=(),
        packs=tuple(assessment.packs.items()),
        engine=ENGINE_VERSION,
        valid_until=assessment.valid_until,
    )


def _summarise_score(score: JudgedScore, missing: Iterable[Missing]) -> Score:
    return Score(
        low=score.low,
        high=score.high,
        band=score.band,
        label=score.label,
        coverage=score.coverage,
        drivers=(),
        groups=(),
        missing=tuple(missing),
    )


def _summarise_exit(lock_in: LockInResult) -> Exit:
    orderly, sudden = lock_in.orderly_margin, lock_in.sudden_margin
    at_worst, at_best = orderly.short_from(lock_in.as_of) if orderly else (None, None)
    return Exit(
        time=Days(float(lock_in.exit_time.low), float(lock_in.exit_time.high)),
        orderly_margin=Days(float(orderly.low), float(orderly.high)) if orderly else None,
        sudden_margin=Days(float(sudden[0]), float(sudden[1])) if sudden else None,
        ways=(),
        contradictions=tuple(conflict.says for conflict in lock_in.conflicts),
        short_at_worst_from=at_worst,
        short_at_best_from=at_best,
    )


def _summarise_law(law: RegulatoryResult) -> Regulation:
    answers = Reading(law.answers)
    is_decided = bool(answers.text("aia_class"))
    return Regulation(
        aia_class=answers.text("aia_class"),
        possible_classes=answers.texts("possible_classes"),
        class_on_go_live=answers.text("class_on_go_live"),
        roles=_read_list(law.answers, "aia_roles"),
        annex_iii_points=_read_list(law.answers, "annex_iii_points"),
        art_5_points=_read_list(law.answers, "art_5_points"),
        gpai_class=answers.text("gpai_class"),
        grandfathered=answers.flag("grandfathered_art_111_2"),
        high_risk_from=answers.day("high_risk_duties_from"),
        duties=tuple([_summarise_duty(duty) for duty in law.duties]),
        undetermined=tuple([_summarise_open(entry, with_missing=is_decided) for entry in law.undetermined]),
        missing=tuple(Missing(fact.key, fact.decides, 0.0) for fact in law.missing),
        disputed=tuple(
            Disputed(
                about=str(reading["about"]),
                operative=str(reading["operative"]),
                other=str(reading["other_reading"]),
                basis=str(reading["basis"]),
            )
            for reading in law.readings
        ),
        past_review=law.past_review,
        points_on_go_live=answers.texts("annex_iii_points_on_go_live"),
        exposure=_summarise_exposure(law),
    )


def _summarise_exposure(law: RegulatoryResult) -> LegalExposure:
    """The band alone; the fines are explanations."""
    band = law.find_band()
    return LegalExposure() if band is None else read_exposure(Reading(band.to_json()))


def _read_list(answers: Mapping[str, JsonValue], key: str) -> tuple[str, ...] | None:
    return Reading(answers).texts(key) if isinstance(answers.get(key), list) else None


_Static: TypeAlias = Mapping[str, JsonValue]
_Plain: TypeAlias = tuple[int, str, str, date | None, bool]
_MOST: Final = 20_000
_duties: Final[dict[_Plain, tuple[_Static, Duty]]] = {}
_open: Final[dict[tuple[int, str], tuple[_Static, OpenDuty]]] = {}
# By the identity of what a rule says of itself, which is kept beside so that the identity stays its own.


def _summarise_duty(duty: JudgedDuty) -> Duty:
    """The duty as it is read from a result; what many systems share is read once."""
    if duty.stages or duty.possible_days:
        return _read_duty(duty)
    key = (id(duty.static), duty.rule, duty.outcome.value, duty.applies_from, duty.in_force)
    found = _duties.get(key)
    if found is None:
        if len(_duties) >= _MOST:
            _duties.clear()
        found = _duties[key] = (duty.static, _read_duty(duty._replace(control=None)))
    if duty.control is None:
        return found[1]
    control = duty.control
    return replace(
        found[1],
        control_status=control.status,
        control_source=control.source,
        control_expires_on=control.expires_on,
    )


def _read_duty(duty: JudgedDuty) -> Duty:
    [read] = read_outcome({"regulatory": {"duties": [duty.to_json()]}}).regulation.duties
    return read


def _summarise_open(entry: Undetermined, *, with_missing: bool) -> OpenDuty:
    key = (id(entry.static), entry.rule)
    found = _open.get(key)
    if found is None:
        if len(_open) >= _MOST:
            _open.clear()
        said = {**entry.static, "id": entry.id, "scope": "entity" if entry.to.of_entity else "system"}
        [read] = read_outcome({"regulatory": {"undetermined": [said]}}).regulation.undetermined
        found = _open[key] = (entry.static, read)
    return replace(found[1], missing=entry.missing_facts) if with_missing else found[1]
