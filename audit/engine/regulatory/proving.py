"""The proof of a regulatory result: every derived fact and every rule with the facts it read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from audit.engine.expressions import Condition, prove
from audit.engine.facts import FactSheet, JsonValue
from audit.engine.logic import Datum
from audit.engine.regulatory.judging import derive_facts
from audit.engine.rules import Derivation, RulePack
from audit.engine.trace import plain


def prove_regulation(sheet: FactSheet, packs: Sequence[RulePack], as_of: date) -> dict[str, JsonValue]:
    """For each pack its version and hash, each derived fact and each rule: condition, outcome, facts with grades.

    Slow beside ``judge_regulation``; made on demand only.
    """
    values = derive_facts(sheet, packs, as_of).values
    proof: dict[str, JsonValue] = {}
    for pack in packs:
        view = pack.at(as_of)
        derived: dict[str, JsonValue] = {
            derivation.derived.key: _prove_derived(derivation, values, sheet) for derivation in view.derivations
        }
        rules: dict[str, JsonValue] = {
            rule.id: {
                "version_adopted_from": version.adopted.start.isoformat() if version.adopted.start else None,
                "citation": version.static.get("citation"),
                "proof": prove(version.when, values, sheet).to_json(),
            }
            for rule, version in view.rules
        }
        proof[pack.id] = {"version": pack.version, "sha256": pack.sha256, "derived": derived, "rules": rules}
    return proof


def _prove_derived(derivation: Derivation, values: dict[str, Datum], sheet: FactSheet) -> dict[str, JsonValue]:
    derived = derivation.derived
    conditions: list[tuple[str, str, Condition | None]] = [("when", "", derived.when), ("doubt", "", derived.doubt)]
    conditions += [(str(clause.value), clause.citation, clause.when) for clause in derivation.clauses]
    steps: list[JsonValue] = [
        {"for": name, "citation": citation, **prove(condition, values, sheet).to_json()}
        for name, citation, condition in conditions
        if condition is not None
    ]
    return {"value": plain(values[derived.key]), "citation": derived.citation, "note": derived.note, "steps": steps}
