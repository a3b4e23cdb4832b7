"""The outcome that findings and standings are derived from, taken from the judgement itself and not from its JSON.

It equals what ``read_outcome`` reads from the whole result, except for the explanations that no finding needs and that
stay empty here: drivers, groups, audiences, ways out, missing facts and the readings beside the operative ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from audit.engine.assess import ENGINE_VERSION, SystemOutcome
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty as JudgedDuty
from audit.engine.identity import ByIdentity
from audit.engine.lock_in import LockInOutcome
from audit.engine.regulatory import LawOutcome, OpenRule
from audit.engine.regulatory.bands import ExposureBand
from audit.engine.scoring.outcome import ScoreOutcome
from audit.reports.exposure import LegalExposure, read_exposure
from audit.reports.outcome import Days, Duty, Exit, OpenDuty, Outcome, Regulation, Score, read_outcome
from audit.selectors.reading import Reading


def summarise(outcome: SystemOutcome, packs: Mapping[str, str]) -> Outcome:
    """The outcome of a judgement by the packs with these hashes."""
    lock_in = outcome.lock_in
    return Outcome(
        as_of=outcome.as_of,
        regulation=_summarise_law(outcome.law),
        lock_in=_summarise_score(lock_in.score),
        exit=_summarise_exit(lock_in),
        transparency=_summarise_score(outcome.transparency.score),
        audiences=(),
        packs=tuple(packs.items()),
        engine=ENGINE_VERSION,
        valid_until=outcome.valid_until,
    )


def _summarise_score(score: ScoreOutcome) -> Score:
    return Score(score.low, score.high, score.band, score.label, score.coverage, drivers=(), groups=(), missing=())


def _summarise_exit(lock_in: LockInOutcome) -> Exit:
    return Exit(
        time=Days(float(lock_in.exit_low), float(lock_in.exit_high)),
        orderly_margin=_days(lock_in.orderly),
        sudden_margin=_days(lock_in.sudden),
        ways=(),
        contradictions=lock_in.contradictions,
        short_at_worst_from=lock_in.short_at_worst_from,
        short_at_best_from=lock_in.short_at_best_from,
    )


def _days(ends: tuple[float, float] | None) -> Days | None:
    return None if ends is None else Days(float(ends[0]), float(ends[1]))


def _summarise_law(law: LawOutcome) -> Regulation:
    return replace(
        _read_answers(law.answers),
        duties=_read_duties(law.duties),
        undetermined=_read_open_rules(law.undetermined),
        past_review=law.past_review,
        exposure=LegalExposure() if law.band is None else _read_band(law.band),
    )


def _read_answered(given: Mapping[str, JsonValue]) -> Regulation:
    answers = Reading(given)
    return Regulation(
        aia_class=answers.text("aia_class"),
        possible_classes=answers.texts("possible_classes"),
        class_on_go_live=answers.text("class_on_go_live"),
        roles=_read_list(given, "aia_roles"),
        annex_iii_points=_read_list(given, "annex_iii_points"),
        art_5_points=_read_list(given, "art_5_points"),
        gpai_class=answers.text("gpai_class"),
        grandfathered=answers.flag("grandfathered_art_111_2"),
        high_risk_from=answers.day("high_risk_duties_from"),
        duties=(),
        undetermined=(),
        missing=(),
        disputed=(),
        past_review=(),
        points_on_go_live=answers.texts("annex_iii_points_on_go_live"),
    )


def _read_list(answers: Mapping[str, JsonValue], key: str) -> tuple[str, ...] | None:
    return Reading(answers).texts(key) if isinstance(answers.get(key), list) else None


def _read_duty(duty: JudgedDuty) -> Duty:
    [read] = read_outcome({"regulatory": {"duties": [duty.to_json()]}}).regulation.duties
    return read


def _read_open_rule(rule: OpenRule) -> OpenDuty:
    said = {**rule.static, "id": rule.id, "scope": "entity" if rule.of_entity else "system"}
    [read] = read_outcome({"regulatory": {"undetermined": [said]}}).regulation.undetermined
    return read


_read_answers: Final = ByIdentity(_read_answered, most=2_000)
read_duty: Final = ByIdentity(_read_duty)
_read_rule: Final = ByIdentity(_read_open_rule)
_read_band: Final = ByIdentity[ExposureBand, LegalExposure](lambda band: read_exposure(Reading(band.to_json())))


def _read_each_duty(duties: Sequence[JudgedDuty]) -> tuple[Duty, ...]:
    return tuple([read_duty(duty) for duty in duties])


def _read_each_rule(rules: Sequence[OpenRule]) -> tuple[OpenDuty, ...]:
    return tuple([_read_rule(rule) for rule in rules])


_read_duties: Final = ByIdentity(_read_each_duty, most=2_000)
_read_open_rules: Final = ByIdentity(_read_each_rule, most=2_000)
