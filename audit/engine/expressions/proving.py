"""The proof of a condition, from its nodes; slow and complete, for reports and the screen, never for the fast path."""

from __future__ import annotations

from audit.engine.expressions.compiling import Condition, compile_condition
from audit.engine.expressions.nodes import All, AnyOf, AtLeast, Atom, FactRef, Node, Not
from audit.engine.expressions.situation import Values
from audit.engine.facts import FactSheet
from audit.engine.trace import Step, read_fact

NAMES = {All: "all of", AnyOf: "any of"}


def prove(condition: Condition, values: Values, sheet: FactSheet) -> Step:
    """Every comparison of the condition with its outcome and each fact read, with value and grade."""
    return _prove(condition.node, values, sheet)


def _prove(node: Node, values: Values, sheet: FactSheet) -> Step:
    outcome = compile_condition(node).decide(values)
    if isinstance(node, Atom):
        keys = [node.key, *([node.operand.key] if isinstance(node.operand, FactRef) else [])]
        return Step(str(node), outcome, tuple(read_fact(key, values, sheet) for key in keys))
    if isinstance(node, Not):
        return Step("not", outcome, parts=(_prove(node.part, values, sheet),))
    says = f"at least {node.count} of" if isinstance(node, AtLeast) else NAMES[type(node)]
    return Step(says, outcome, parts=tuple(_prove(part, values, sheet) for part in node.parts))
