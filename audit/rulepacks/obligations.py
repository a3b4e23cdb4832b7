"""Under which names a control may be recorded: rule ids, rows of the fact base, control names, frameworks' controls."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

from audit.engine.facts import FactProblem
from audit.rulepacks import load_packs
from audit.rulepacks.frameworks import load_frameworks


@lru_cache(maxsize=1)
def list_control_names() -> frozenset[str]:
    """Every name that some obligation of the packs on disk answers to, whichever of them are in use."""
    rules = [rule for law in load_packs().regulatory for rule in law.rules]
    versions = [version for rule in rules for version in rule.versions]
    return frozenset(
        {rule.id for rule in rules}
        | {rule.row for rule in rules if rule.row}
        | {version.control for version in versions if version.control}
        | {name for version in versions for name in (*version.accepts, *version.helped_by)}
        | {control.id for framework in load_frameworks() for control in framework.controls}
    )


@lru_cache(maxsize=1)
def list_entity_rules() -> frozenset[str]:
    """The rules that bind a legal entity as a whole; what systems say of them is no duty of a system."""
    return frozenset(rule.id for law in load_packs().regulatory for rule in law.rules if rule.of_entity)


def find_unknown_controls(names: Iterable[str]) -> tuple[FactProblem, ...]:
    """One problem for each name that no obligation answers to, with the nearest that does.

    A control for a pack that is not in use now is no mistake: it only has no effect.
    """
    known = list_control_names()
    return tuple(FactProblem(name, _describe(name, known)) for name in names if name not in known)


def _describe(name: str, known: frozenset[str]) -> str:
    folded = {each.casefold(): each for each in sorted(known)}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.75)
    hint = f"; did you mean {folded[near[0]]}?" if near else ""
    example = "expected an obligation's id such as AIA-26-2 or eu_ai_act.art_9.risk_management, or a control's name"
    return f"is no obligation of any pack; {example}{hint}"
