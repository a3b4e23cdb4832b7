"""The closed condition language: parsed once to typed nodes, compiled once to closures, proved on demand."""

from audit.engine.expressions.compiling import Condition, Shares, Situation, Values, compile_condition
from audit.engine.expressions.nodes import All, AnyOf, AtLeast, Atom, FactRef, Node, Not, facts_of, iter_atoms
from audit.engine.expressions.parsing import COMBINATORS, OPERATORS, ConditionParser, OperandError, read_day
from audit.engine.expressions.proving import prove

__all__ = [
    "COMBINATORS",
    "OPERATORS",
    "All",
    "AnyOf",
    "AtLeast",
    "Atom",
    "Condition",
    "ConditionParser",
    "FactRef",
    "Node",
    "Not",
    "OperandError",
    "Shares",
    "Situation",
    "Values",
    "compile_condition",
    "facts_of",
    "iter_atoms",
    "prove",
    "read_day",
]
