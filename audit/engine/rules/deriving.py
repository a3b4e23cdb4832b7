"""Derived facts of many systems at once, as ``Derivation.evaluate`` gives them for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.engine.expressions import FactRef
from audit.engine.expressions.frames import Conditions, Frame
from audit.engine.expressions.planes import NOWHERE, Choices, Lists, Plane, Values
from audit.engine.facts import LIST_KINDS, Kind
from audit.engine.logic import Scalar, Unknown
from audit.engine.rules.derived import Derivation


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A derivation with the numbers of its conditions."""

    derivation: Derivation
    gate: int | None
    doubt: int | None
    clauses: tuple[tuple[Scalar, int], ...]

    @property
    def key(self) -> str:
        """The key of the fact."""
        return self.derivation.derived.key

    @property
    def is_list(self) -> bool:
        """Tell whether the fact is a list."""
        return self.derivation.derived.type.kind in LIST_KINDS

    @property
    def is_yes_or_no(self) -> bool:
        """Tell whether the fact is a yes or no."""
        return self.derivation.derived.type.kind is Kind.BOOL


def plan_derivation(derivation: Derivation, conditions: Conditions) -> Plan:
    """Number the conditions of a derivation."""
    derived = derivation.derived
    return Plan(
        derivation,
        None if derived.when is None else conditions.number(derived.when.node),
        None if derived.doubt is None else conditions.number(derived.doubt.node),
        tuple([(clause.value, conditions.number(clause.when.node)) for clause in derivation.clauses]),
    )


def derive_all(frame: Frame, plans: Iterable[Plan], by_derivation: Mapping[Derivation, Plan]) -> None:
    """Derive each fact in turn; what is derived stands in the frame instead of any answer."""
    for plan in plans:
        frame.values[plan.key] = _derive(frame, plan, by_derivation)


def _derive(frame: Frame, plan: Plan, by_derivation: Mapping[Derivation, Plan]) -> Values:
    if plan.is_list:
        return _derive_list(frame, plan)
    if plan.is_yes_or_no:
        return _derive_bool(frame, plan)
    return _Sum(frame, plan, by_derivation).derive()


def _derive_bool(frame: Frame, plan: Plan) -> Choices:
    certain, possible = NOWHERE if plan.gate is None else frame.truth(plan.gate)
    no = frame.full & ~possible
    if plan.doubt is not None:
        no &= ~frame.truth(plan.doubt)[1]
    return Choices({True: certain, False: no}, frame.full & ~(certain | no))


def _derive_list(frame: Frame, plan: Plan) -> Lists:
    gate = (frame.full, frame.full) if plan.gate is None else frame.truth(plan.gate)
    derived = plan.derivation.derived
    members: dict[str, Plane] = {}
    if derived.members_of:
        source = frame.value(derived.members_of)
        if isinstance(source, Lists):
            members = dict(source.members)
    else:
        for value, number in plan.clauses:
            certain, possible = frame.truth(number)
            one, two = members.get(str(value), NOWHERE)
            members[str(value)] = (one | certain, two | possible)
    return Lists({name: (one & gate[0], two & gate[1]) for name, (one, two) in members.items()})


@dataclass(slots=True)
class _Sum:
    """The cases of a choice or day, judged once, or once with each answer to what they are split by."""

    frame: Frame
    plan: Plan
    by_derivation: Mapping[Derivation, Plan]

    def derive(self) -> Choices:
        return Choices(*self._split(self.frame, self.frame.full))

    def _split(self, frame: Frame, within: int) -> tuple[dict[Scalar, int], int]:
        """What each value's systems are, and for which nothing is known, of the systems ``within``."""
        derived = self.plan.derivation.derived
        may_be: dict[Scalar, int] = {}
        unknown = 0
        for key in (*derived.split_on, *derived.split_by):
            values = frame.value(key)
            is_choice = key not in derived.split_on
            still_open = within & (_where_several(values) if is_choice else _where_unknown(values))
            if not still_open:
                continue
            within &= ~still_open
            answers: Mapping[Scalar, int] = {True: still_open, False: still_open}
            if is_choice and isinstance(values, Choices):
                answers = {value: where & still_open for value, where in values.may_be.items()}
            unknown |= self._join(frame, key, answers, may_be)
        unknown |= self._judge_cases(frame, within, may_be)
        return {value: where & ~unknown for value, where in may_be.items()}, unknown

    def _join(self, frame: Frame, key: str, answers: Mapping[Scalar, int], may_be: dict[Scalar, int]) -> int:
        """Add what any of the answers gives."""
        between = self.plan.derivation.between[key]
        changed = frozenset({key, *(derivation.derived.key for derivation in between)})
        unknown = 0
        for answer, where in answers.items():
            if where:
                answered = frame.answer(key, answer, changed)
                derive_all(answered, [self.by_derivation[derivation] for derivation in between], self.by_derivation)
                given, unanswered = self._split(answered, where)
                unknown |= unanswered
                for value, plane in given.items():
                    may_be[value] = may_be.get(value, 0) | plane
        return unknown

    def _judge_cases(self, frame: Frame, within: int, may_be: dict[Scalar, int]) -> int:
        """Add what the first case that holds gives, and those before it that may."""
        if not within:
            return 0
        for value, number in self.plan.clauses:
            certain, possible = frame.truth(number)
            may_be[value] = may_be.get(value, 0) | (within & possible)
            within &= ~certain
        last = self.plan.derivation.derived.otherwise
        if not isinstance(last, FactRef):
            may_be[last] = may_be.get(last, 0) | within
            return 0
        return _add_values(frame.value(last.key), within, may_be)


def _add_values(values: Values, within: int, may_be: dict[Scalar, int]) -> int:
    """Add the values of another fact; gives where these are not known."""
    if isinstance(values, Lists):
        return within
    if isinstance(values, Choices):
        for value, where in values.may_be.items():
            may_be[value] = may_be.get(value, 0) | (where & within)
        return within & values.unknown
    unknown = 0
    for place, datum in enumerate(values.data):
        where = within & values.where_is(place)
        if isinstance(datum, Unknown | frozenset):
            unknown |= where
        else:
            may_be[datum] = may_be.get(datum, 0) | where  # type: ignore[index,arg-type]  # neither stands in a column
    return unknown


def _where_unknown(values: Values) -> int:
    return 0 if isinstance(values, Lists) else values.unknown


def _where_several(values: Values) -> int:
    return values.several if isinstance(values, Choices) else 0
