"""Many conditions as one generated function: what the closures of ``compiling`` decide, without a call for each part.

Truths are coded so that Kleene's logic is arithmetic on bits: 0 is false, 1 open, 3 true; "and" is ``&`` and "or" is
``|``. Every fact is looked up once. Names and values of the packs never become source text, only numbered constants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from audit.engine.expressions.compiling import compile_condition
from audit.engine.expressions.nodes import All, AnyOf, Atom, FactRef, Node, Not
from audit.engine.expressions.situation import Values
from audit.engine.logic import UNKNOWN, Members, Possible, Truth

FALSE, OPEN, TRUE = 0, 1, 3
DECODE: Final[tuple[Truth, ...]] = (False, None, None, True)
_NEGATED: Final = (TRUE, OPEN, OPEN, FALSE)
_CODES: Final[dict[Truth, int]] = {False: FALSE, None: OPEN, True: TRUE}
_SCALAR: Final = {
    "is": "{fact} is {wanted}",
    "equals": "{fact} == {wanted}",
    "in": "{fact} in {wanted}",
    "not_equals": "{fact} != {wanted}",
    "not_in": "{fact} not in {wanted}",
    "gt": "{fact} > {wanted}",
    "gte": "{fact} >= {wanted}",
    "lt": "{fact} < {wanted}",
    "lte": "{fact} <= {wanted}",
    "before": "{fact} < {wanted}",
    "on_or_after": "{fact} >= {wanted}",
}
_FIRST_MATCH: Final = ("is", "equals", "in")
"""No unknown value passes these tests, so that the commonest answer may be looked at first."""
DecideAll: TypeAlias = Callable[[Values], tuple[int, ...]]


def generate(nodes: Sequence[Node]) -> DecideAll:
    """One function that gives the coded truth of each condition, in their order."""
    if not nodes:
        return lambda _values: ()
    writer = _Writer()
    body = ", ".join(writer.write(node) for node in nodes)
    loads = "".join(f"    {name} = get({key}, U)\n" for key, name in writer.facts.values())
    source = f"def decide_all(values):\n    get = values.get\n{loads}    return ({body},)\n"
    names: dict[str, object] = {
        "U": UNKNOWN,
        "P": Possible,
        "M": Members,
        "FS": frozenset,
        "CODES": _CODES,
        "COUNT": _count,
        "NEGATED": _NEGATED,
        **writer.constants,
    }
    exec(compile(source, "<conditions>", "exec"), names)  # noqa: S102 # made of fixed text and numbered names alone
    made = names["decide_all"]
    assert callable(made)  # noqa: S101 # the line above defines it
    return made


@dataclass(slots=True)
class _Writer:
    """Writes conditions as expressions, and gathers the facts and constants they name."""

    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)
    temporaries: int = 0

    def write(self, node: Node) -> str:
        if isinstance(node, Atom):
            return self._write_atom(node)
        if isinstance(node, Not):
            return f"NEGATED[{self.write(node.part)}]"
        if isinstance(node, All):
            return self._chain([self.write(part) for part in node.parts], "0 if not {one} else {held} & {rest}", "3")
        if isinstance(node, AnyOf):
            return self._chain([self.write(part) for part in node.parts], "3 if {one} == 3 else {held} | {rest}", "0")
        parts = ", ".join(self.write(part) for part in node.parts)
        return f"COUNT({node.count}, ({parts},))"

    def _chain(self, parts: list[str], form: str, empty: str) -> str:
        """The parts from the last to the first; one that settles it spares the rest."""
        if not parts:
            return empty
        rest = parts[-1]
        for part in reversed(parts[:-1]):
            self.temporaries += 1
            held = f"t{self.temporaries}"
            rest = "(" + form.format(one=f"({held} := {part})", held=held, rest=rest) + ")"
        return rest

    def _constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def _fact(self, key: str) -> str:
        if key not in self.facts:
            self.facts[key] = (self._constant(key), f"f{len(self.facts)}")
        return self.facts[key][1]

    def _fall_back(self, node: Node) -> str:
        """What is rare, or asks for more than one look, is left to its closure."""
        return f"CODES[{self._constant(compile_condition(node).decide)}(values)]"

    def _write_atom(self, atom: Atom) -> str:
        if isinstance(atom.operand, FactRef) or atom.operator == "known":
            return self._fall_back(atom)
        if atom.is_list:
            return self._write_list_atom(atom)
        form = _SCALAR.get(atom.operator)
        if form is None:
            return self._fall_back(atom)
        fact = self._fact(atom.key)
        passes = form.format(fact=fact, wanted=self._constant(atom.operand))
        undecided = self._fall_back(atom)
        if atom.operator in _FIRST_MATCH:
            return f"(3 if {passes} else 1 if {fact} is U else {undecided} if {fact}.__class__ is P else 0)"
        known = f"{undecided} if {fact}.__class__ is P else 3 if {passes} else 0"
        return f"(1 if {fact} is U else 0 if {fact} is None else {known})"

    def _write_list_atom(self, atom: Atom) -> str:
        """A list that people answer is a plain set; one that a pack derives has certain and possible members."""
        fact = self._fact(atom.key)
        if atom.operator in ("is_empty", "subset_of") and not atom.derived:
            wanted_set = self._constant(atom.operand)
            empty = f"(not {fact}) is {wanted_set}"
            told = empty if atom.operator == "is_empty" else f"{fact} and {fact} <= {wanted_set}"
            return f"((3 if {told} else 0) if {fact}.__class__ is FS else {self._fall_back(atom)})"
        if atom.operator not in ("has", "has_any"):
            return self._fall_back(atom)
        wanted = atom.operand if isinstance(atom.operand, frozenset) else frozenset({str(atom.operand)})
        name = self._constant(next(iter(wanted)) if len(wanted) == 1 else wanted)
        has = "{name} in {members}" if len(wanted) == 1 else "not {name}.isdisjoint({members})"
        if atom.derived:
            certain, possible = (has.format(name=name, members=f"{fact}.{part}") for part in ("certain", "possible"))
            told = f"3 if {certain} else 1 if {possible} else 0"
            return f"(({told}) if {fact}.__class__ is M else {self._fall_back(atom)})"
        held = has.format(name=name, members=fact)
        return f"((3 if {held} else 0) if {fact}.__class__ is FS else {self._fall_back(atom)})"


def _count(needed: int, codes: tuple[int, ...]) -> int:
    """The code of "at least so many of these"."""
    certain = codes.count(TRUE)
    if certain >= needed:
        return TRUE
    return OPEN if certain + codes.count(OPEN) >= needed else FALSE
