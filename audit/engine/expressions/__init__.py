"""The closed condition language: parsed once to typed nodes, compiled once to closures, proved on demand."""

from audit.engine.expressions.compiling import Condition, compile_condition
from audit.engine.expressions.generating import DECODE, FALSE, OPEN, TRUE, DecideAll, generate
from audit.engine.expressions.nodes import All, AnyOf, AtLeast, Atom, FactRef, Node, Not, facts_of, iter_atoms
from audit.engine.expressions.parsing import COMBINATORS, OPERATORS, ConditionParser, OperandError, read_day
from audit.engine.expressions.proving import prove
from audit.engine.expressions.situation import NOTHING, Ask, Awaited, Shares, Situation, Values, Weights, await_fact

__all__ = [
    "COMBINATORS",
    "DECODE",
    "FALSE",
    "NOTHING",
    "OPEN",
    "OPERATORS",
    "TRUE",
    "All",
    "AnyOf",
    "Ask",
    "AtLeast",
    "Atom",
    "Awaited",
    "Condition",
    "ConditionParser",
    "DecideAll",
    "FactRef",
    "Node",
    "Not",
    "OperandError",
    "Shares",
    "Situation",
    "Values",
    "Weights",
    "await_fact",
    "compile_condition",
    "facts_of",
    "generate",
    "iter_atoms",
    "prove",
    "read_day",
]
