"""Compiles what the lock-in pack has beside its score: exit phases, ways out, contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from audit.engine.lock_in.model import Contradiction, LockInModel, Need, Phase, WayOut
from audit.engine.scoring.terms import Condition, ScoreModel
from audit.rulepacks.problems import ProblemList
from audit.rulepacks.score_models import as_list, compile_condition


def compile_lock_in(
    raw: Mapping[str, object], score: ScoreModel, review_by: date, problems: ProblemList
) -> LockInModel:
    """Compile the lock-in model file; problems are added to ``problems``."""
    phases = tuple(_compile_phase(entry, score, problems) for entry in _mappings(raw, "exit_phases", problems))
    names = {phase.name for phase in phases}
    return LockInModel(
        score=score,
        phases=phases,
        options=tuple(_compile_option(entry, names, problems) for entry in _mappings(raw, "options", problems)),
        contradictions=tuple(
            _compile_contradiction(entry, problems) for entry in _mappings(raw, "contradictions", problems)
        ),
        review_by=review_by,
    )


def _compile_phase(entry: Mapping[str, object], score: ScoreModel, problems: ProblemList) -> Phase:
    name = str(entry.get("phase"))
    place = f"exit_phases.{name}"
    group, stated_in = str(entry.get("from", "")), str(entry.get("stated_in", ""))
    if bool(group) == bool(stated_in):
        problems.add(place, "needs either from (a group) or stated_in (a fact)")
    if group and group not in score.weights:
        problems.add(f"{place}.from", f"is {group!r}; expected one of the groups {', '.join(score.weights)}")
    low, high = _days(entry.get("low"), f"{place}.low", problems), _days(entry.get("high"), f"{place}.high", problems)
    if low > high:
        problems.add(place, f"has low {low:g} above high {high:g}")
    done = entry.get("done_when")
    done_when = _compile_need(done, f"{place}.done_when", "", problems) if isinstance(done, Mapping) else None
    return Phase(name, low, high, group, stated_in, done_when)


def _compile_option(entry: Mapping[str, object], phases: set[str], problems: ProblemList) -> WayOut:
    name = str(entry.get("option"))
    place = f"options.{name}"
    taken = tuple(str(phase) for phase in as_list(entry.get("phases")))
    for phase in sorted(set(taken) - phases):
        problems.add(f"{place}.phases", f"{phase!r} is not a phase; expected one of {', '.join(sorted(phases))}")
    return WayOut(
        name=name,
        title=str(entry.get("title", name)),
        needs=tuple(_compile_need(need, place, "blocked", problems) for need in _maps(entry.get("needs"))),
        harder=tuple(_compile_need(need, place, "because", problems) for need in _maps(entry.get("harder"))),
        phases=taken,
        days=str(entry.get("days", "")),
    )


def _compile_need(entry: Mapping[str, object], place: str, words: str, problems: ProblemList) -> Need:
    key = str(entry.get("fact"))
    at_least, values = entry.get("at_least"), entry.get("in")
    if (at_least is None) == (values is None):
        problems.add(f"{place}.{key}", "needs either in (a list of values) or at_least (a number)")
    if words and not entry.get(words):
        problems.add(f"{place}.{key}", f"has no {words}; say in words what it means")
    return Need(
        key=key,
        values=frozenset(values) if isinstance(values, list) else frozenset(),
        at_least=float(at_least) if isinstance(at_least, int | float) else None,
        says=str(entry.get(words, "")),
        only_when=compile_condition(entry.get("only_when"), f"{place}.{key}.only_when", problems),
        unless=compile_condition(entry.get("unless"), f"{place}.{key}.unless", problems),
    )


def _compile_contradiction(entry: Mapping[str, object], problems: ProblemList) -> Contradiction:
    if not entry.get("says"):
        problems.add("contradictions", f"{entry!r} does not say in words what is wrong")
    when = compile_condition(entry.get("when"), "contradictions.when", problems)
    return Contradiction(when or Condition(()), str(entry.get("says")))


def _mappings(raw: Mapping[str, object], key: str, problems: ProblemList) -> list[Mapping[str, object]]:
    entries = as_list(raw.get(key))
    if not entries or not all(isinstance(entry, Mapping) for entry in entries):
        problems.add(key, "must be a list of mappings that is not empty")
    return _maps(entries)


def _maps(raw: object) -> list[Mapping[str, object]]:
    return [entry for entry in as_list(raw) if isinstance(entry, Mapping)]


def _days(raw: object, place: str, problems: ProblemList) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw < 0:
        problems.add(place, f"is {raw!r}; expected a number of days, 0 or more")
        return 0.0
    return float(raw)
