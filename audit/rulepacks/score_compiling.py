"""From a score pack's two files as plain data to its compiled model, checked against the vocabulary. Reads no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, TypeVar

from audit.engine.facts import LIST_KINDS, FactType, Kind
from audit.engine.lock_in.model import LockInModel
from audit.engine.scoring.scales import LineScale, ListScale, StepScale, TableScale
from audit.engine.scoring.terms import ScoreModel, Term
from audit.engine.transparency import TransparencyModel
from audit.rulepacks.lock_in_model import compile_lock_in
from audit.rulepacks.problems import PackError, ProblemList
from audit.rulepacks.score_models import compile_score_model

LOCK_IN: Final = "lock_in"
TRANSPARENCY: Final = "transparency"
_NUMBERS: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.DECIMAL})
Types = Mapping[str, FactType]
Model = TypeVar("Model")
Maker = Callable[[Mapping[str, object], ScoreModel, date, ProblemList], Model]


class ScoreFiles:
    """The two files of a score pack, as read, and where the problems of each are noted."""

    def __init__(self, place: str) -> None:
        self.about = ProblemList(f"{place}/pack.yaml")
        self.problems = ProblemList(f"{place}/model.yaml")
        self.pack: Mapping[str, object] = {}
        self.raw: Mapping[str, object] = {}


def make_lock_in(files: ScoreFiles, types: Types) -> LockInModel:
    """Compile the lock-in pack. Raises ``PackError`` with every problem."""

    def check(raw: Mapping[str, object], score: ScoreModel, review_by: date, problems: ProblemList) -> LockInModel:
        model = compile_lock_in(raw, score, review_by, problems)
        _check_keys(model.reads, types, problems)
        return model

    return _compile(files, types, check)


def make_transparency(files: ScoreFiles, types: Types) -> TransparencyModel:
    """Compile the transparency pack. Raises ``PackError`` with every problem."""
    return _compile(files, types, _make_transparency)


def _make_transparency(
    raw: Mapping[str, object], score: ScoreModel, review_by: date, problems: ProblemList
) -> TransparencyModel:
    audiences = raw.get("audiences")
    titles = {str(tag): str(title) for tag, title in audiences.items()} if isinstance(audiences, Mapping) else {}
    if not titles:
        problems.add("audiences", "must name each audience with its title")
    for term in score.terms:
        if not term.audience or not term.audience <= set(titles):
            problems.add(f"groups.{term.group}.{term.key}.audience", f"must be some of {', '.join(titles)}")
    return TransparencyModel(score, titles, review_by)


def _compile(files: ScoreFiles, types: Types, make: Maker[Model]) -> Model:
    pack, raw, about, problems = files.pack, files.raw, files.about, files.problems
    review_by = pack.get("review_by")
    for key in ("id", "version", "title"):
        if not isinstance(pack.get(key), str):
            about.add(key, "is missing; expected a text")
    if not isinstance(review_by, date):
        about.add("review_by", f"is {review_by!r}; expected a day, for example 2027-05-20")
        review_by = date.max
    score = compile_score_model(pack, raw, problems)
    for term in score.terms:
        _check_term(term, types, problems)
    model = make(raw, score, review_by, problems)
    found = (*about.found, *problems.found)
    if found:
        raise PackError(found)
    return model


def _check_term(term: Term, types: Types, problems: ProblemList) -> None:
    place = f"groups.{term.group}.{term.key}"
    _check_keys((*term.keys(), *term.gates()), types, problems)
    fact_type = types.get(term.key)
    if fact_type is None:
        return
    scale = term.scale
    if isinstance(scale, TableScale):
        wanted: set[object] = {True, False} if fact_type.kind is Kind.BOOL else set(fact_type.choices)
        _check_choices(place, set(scale.risks), wanted, problems)
    elif isinstance(scale, ListScale):
        _check_choices(place, set(scale.weights), set(fact_type.choices), problems)
    fits = (
        fact_type.kind in (Kind.BOOL, Kind.ENUM)
        if isinstance(scale, TableScale)
        else (fact_type.kind in _NUMBERS if isinstance(scale, StepScale | LineScale) else fact_type.kind in LIST_KINDS)
    )
    if not fits:
        problems.add(place, f"is a {fact_type.kind}; the scale given is for another type")


def _check_choices(place: str, given: set[object], wanted: set[object], problems: ProblemList) -> None:
    if given != wanted:
        problems.add(place, f"weighs {_names(given)}; the vocabulary has {_names(wanted)}")


def _check_keys(keys: Iterable[str], types: Types, problems: ProblemList) -> None:
    for key in sorted(set(keys) - set(types)):
        problems.add(key, "is not a fact of the vocabulary")


def _names(values: set[object]) -> str:
    return ", ".join(sorted(map(str, values)))
