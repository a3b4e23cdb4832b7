"""Reads a score pack's ``model.yaml`` and compiles it; every mistake is a problem that names file and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from audit.engine.facts import Grade, Value
from audit.engine.scoring.scales import LineScale, ListScale, Scale, StepScale, TableScale
from audit.engine.scoring.terms import Condition, ScoreModel, Term
from audit.rulepacks.problems import ProblemList

_SCALES: Final = ("risk", "steps", "line", "sum")
_TERM_KEYS: Final = frozenset(
    {"fact", "weight", "why", "audience", "only_when", "unless", "otherwise", "minus", "more_is_better", *_SCALES}
)
_SCALE_ERRORS: Final = (TypeError, ValueError, AttributeError)


def compile_score_model(pack: Mapping[str, object], raw: Mapping[str, object], problems: ProblemList) -> ScoreModel:
    """Compile the groups of a model file; problems are added to ``problems``, nothing is raised here."""
    rescales = _one_of(raw.get("not_applicable"), {"adds_nothing": False, "leaves_group": True}, problems)
    weights: dict[str, float] = {}
    terms: list[Term] = []
    groups = [group for group in as_list(raw.get("groups")) if isinstance(group, Mapping)]
    whole = sum(_number(group.get("weight"), "groups.weight", problems) for group in groups) or 1.0
    for group in groups:
        name = str(group.get("group"))
        if name in weights:
            problems.add(f"groups.{name}", "is given twice; each group may be given once")
        weights[name] = 100.0 * _number(group.get("weight"), f"groups.{name}.weight", problems) / whole
        terms += _compile_group(name, weights[name], as_list(group.get("facts")), problems)
    _refuse_doubles(terms, problems)
    if rescales and any(term.gates() or term.minus for term in terms):
        problems.add("not_applicable", "leaves_group cannot be joined with only_when, unless or minus")
    return ScoreModel(
        id=str(pack.get("id")),
        version=str(pack.get("version")),
        terms=tuple(terms),
        weights=weights,
        widening=_compile_widening(raw.get("widening"), problems),
        rescales=rescales,
        derived_from=_compile_derived(raw.get("derived"), problems),
    )


def _compile_group(name: str, points: float, facts: Sequence[object], problems: ProblemList) -> list[Term]:
    entries = [entry for entry in facts if isinstance(entry, Mapping)]
    if not entries:
        problems.add(f"groups.{name}.facts", "is empty; a group needs at least one fact")
    whole = sum(_number(entry.get("weight"), f"groups.{name}.weight", problems) for entry in entries) or 1.0
    terms = []
    for entry in entries:
        place = f"groups.{name}.{entry.get('fact')}"
        others = sorted(set(map(str, entry)) - _TERM_KEYS)
        if others:
            problems.add(place, f"has the unknown key {', '.join(others)}; allowed are {', '.join(sorted(_TERM_KEYS))}")
        if not entry.get("why"):
            problems.add(place, "has no why; every number of a score model carries its reason")
        weight = _number(entry.get("weight"), f"{place}.weight", problems)
        scale = _compile_scale(entry, place, problems)
        if scale is None:
            continue
        terms.append(
            Term(
                key=str(entry.get("fact")),
                group=name,
                points=points * weight / whole,
                scale=scale,
                why=str(entry.get("why")),
                audience=frozenset(str(tag) for tag in as_list(entry.get("audience"))),
                only_when=compile_condition(entry.get("only_when"), f"{place}.only_when", problems),
                unless=compile_condition(entry.get("unless"), f"{place}.unless", problems),
                minus=str(entry["minus"]) if "minus" in entry else None,
                otherwise=str(entry.get("otherwise", "")),
            )
        )
        if bool(terms[-1].gates()) != bool(terms[-1].otherwise):
            problems.add(place, "needs otherwise (the reason) where it has only_when or unless, and only there")
    return terms


def _compile_scale(entry: Mapping[str, object], place: str, problems: ProblemList) -> Scale | None:
    given = [name for name in _SCALES if name in entry]
    if len(given) != 1:
        problems.add(place, f"needs exactly one of {', '.join(_SCALES)}; found {', '.join(given) or 'none'}")
        return None
    try:
        return _SCALE_MAKERS[given[0]](entry[given[0]], bool(entry.get("more_is_better")))
    except _SCALE_ERRORS as wrong:
        problems.add(f"{place}.{given[0]}", str(wrong))
        return None


def _make_table(raw: object, _: bool) -> Scale:
    risks = {cast("Value", value): _risk(risk) for value, risk in cast("Mapping[object, object]", raw).items()}
    if set(risks.values()) >= {0.0, 1.0}:
        return TableScale(risks)
    raise ValueError("must reach from 0 for the best to 1 for the worst value")


def _make_steps(raw: object, _: bool) -> Scale:
    steps = [(float(cast("float", at)), _risk(risk)) for at, risk in cast("Mapping[object, object]", raw).items()]
    _require_slope([at for at, _ in steps], [risk for _, risk in steps])
    return StepScale(tuple(at for at, _ in steps), tuple(risk for _, risk in steps))


def _make_line(raw: object, _: bool) -> Scale:
    points = [(float(at), _risk(risk)) for at, risk in cast("Sequence[Sequence[float]]", raw)]
    _require_slope([at for at, _ in points], [risk for _, risk in points])
    return LineScale(tuple(points))


def _make_sum(raw: object, more_is_better: bool) -> Scale:
    weights = {str(item): _risk(weight) for item, weight in cast("Mapping[object, object]", raw).items()}
    if abs(sum(weights.values()) - 1.0) > 1e-9:
        raise ValueError(f"the weights sum to {sum(weights.values()):g}; they must sum to 1")
    return ListScale(weights, more_is_better)


_SCALE_MAKERS: Final = {"risk": _make_table, "steps": _make_steps, "line": _make_line, "sum": _make_sum}


def _risk(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1:
        raise ValueError(f"{raw!r} is not a number from 0 to 1")
    return float(raw)


def _require_slope(places: Sequence[float], risks: Sequence[float]) -> None:
    if list(places) != sorted(set(places)):
        raise ValueError("the numbers must rise from step to step")
    if list(risks) not in (sorted(risks), sorted(risks, reverse=True)) or {min(risks), max(risks)} != {0.0, 1.0}:
        raise ValueError("the risks must run from 0 to 1 or from 1 to 0 without turning back")


def compile_condition(raw: object, place: str, problems: ProblemList) -> Condition | None:
    """Compile ``{fact: [values], …}``: each fact must have one of its values. ``None`` when not given."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or not all(isinstance(values, list) for values in raw.values()):
        problems.add(place, "must name facts with a list of values each, for example {lock.access_mode: [self_hosted]}")
        return None
    # By name: content that was kept as JSON no longer has the file's order, and results list the facts in this one.
    return Condition(tuple((str(key), frozenset(raw[key])) for key in sorted(raw, key=str)))


def _compile_widening(raw: object, problems: ProblemList) -> dict[Grade, float]:
    shares = raw if isinstance(raw, Mapping) else {}
    found: dict[Grade, float] = {}
    for grade in Grade:
        share = shares.get(grade.value)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            problems.add(f"widening.{grade}", f"is {share!r}; expected a share from 0 to 1")
            share = 1.0
        found[grade] = float(share)
    return found


def _compile_derived(raw: object, problems: ProblemList) -> dict[str, tuple[str, ...]]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        problems.add("derived", "must name each derived fact with the list of facts it is made from")
        return {}
    return {str(key): tuple(str(name) for name in as_list(names)) for key, names in raw.items()}


def _refuse_doubles(terms: Sequence[Term], problems: ProblemList) -> None:
    seen: set[str] = set()
    for term in terms:
        if term.key in seen:
            problems.add(f"groups.{term.group}.{term.key}", "is weighed twice; a fact belongs to one group")
        seen.add(term.key)


def _one_of(raw: object, choices: Mapping[str, bool], problems: ProblemList) -> bool:
    if raw not in choices:
        problems.add("not_applicable", f"is {raw!r}; expected one of {', '.join(choices)}")
    return choices.get(str(raw), False)


def _number(raw: object, place: str, problems: ProblemList) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw <= 0:
        problems.add(place, f"is {raw!r}; expected a number above 0")
        return 1.0
    return float(raw)


def as_list(raw: object) -> list[object]:
    """The list, or an empty one where something else stands."""
    return raw if isinstance(raw, list) else []
