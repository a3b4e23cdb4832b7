"""Templates B_01: who maintains the register, and which entities are in it."""

from __future__ import annotations

from governance.exports.dora.codes import code_choice, code_country, code_day
from governance.exports.dora.definition import load_definition
from governance.exports.dora.reading import Scope
from governance.exports.dora.tables import Table

_TYPE = "org.dora_entity_type"


def fill_maintainer(table: Table, scope: Scope) -> None:
    """B_01.01: the legal entity whose register is exported."""
    entity = scope.entity
    table.add(
        entity.name,
        {
            "c0010": entity.lei or None,
            "c0020": entity.name,
            "c0030": code_country(entity.country),
            "c0040": _find_type(scope),
            "c0060": code_day(scope.as_of),
        },
    )
    table.doubt_lei("c0010", entity.name, entity.lei)


def fill_entities(table: Table, scope: Scope) -> None:
    """B_01.02: the same entity; its group is not known here. As long as it stands here it is not deleted."""
    entity = scope.entity
    is_financial = None if _find_type(scope) is None else True
    table.add(
        entity.name,
        {
            "c0010": entity.lei or None,
            "c0020": entity.name,
            "c0030": code_country(entity.country),
            "c0040": _find_type(scope),
            "c0090": code_day(load_definition().no_end),
        },
        applies={"c0100": is_financial, "c0110": is_financial},
    )


def fill_branches(table: Table, _scope: Scope) -> None:
    """B_01.03: this register holds companies, no branches."""
    table.leave_empty("this register holds companies, and not their branches")


def _find_type(scope: Scope) -> str | None:
    """The type of financial entity as answered; “none” and anything without a code of its own is left empty."""
    answer = scope.entity.answers.get(_TYPE)
    value = answer.get("value") if isinstance(answer, dict) else answer
    return code_choice("entity_type", value) if isinstance(value, str) else None
