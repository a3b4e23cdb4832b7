"""Templates B_06.01 and B_07.01: the functions that rest on the services, and the assessment of these."""

from __future__ import annotations

from itertools import groupby

from governance.exports.dora.codes import code_choice, code_lei_type, code_service_type, code_yes_no
from governance.exports.dora.reading import Arrangement, Scope
from governance.exports.dora.tables import Table

_HARD = frozenset({"not_substitutable", "highly_complex"})


def fill_functions(table: Table, scope: Scope) -> None:
    """B_06.01: each business function once; where systems disagree on whether it is critical, nothing is said."""

    def identify(each: Arrangement) -> tuple[str, str]:
        system = each.row.system
        return system.business_function, "" if system.business_function else system.reference

    for (name, _), same in groupby(sorted(scope.arrangements, key=identify), key=identify):
        systems = {each.row.system.pk: each.row.system for each in same}.values()
        verdicts = {system.is_critical_function for system in systems}
        verdict = verdicts.pop() if len(verdicts) == 1 else None
        told = "; ".join(f"{system.reference}: {_word(system.is_critical_function)}" for system in systems)
        table.add(
            "; ".join(str(system) for system in systems),
            {"c0030": name or None, "c0040": scope.entity.lei or None, "c0050": code_yes_no(verdict)},
            hints={"c0050": f"its systems disagree ({told})"} if verdicts else {},
        )


def fill_assessments(table: Table, scope: Scope) -> None:
    """B_07.01: services behind critical or important functions, and those of which that is not known yet."""
    for each in scope.arrangements:
        if each.is_critical is False:
            continue
        row = each.row
        doubt = "" if each.is_critical else "; needed only if the function is critical, which is not known"
        outage = row.tolerable_outage_days
        table.add(
            f"{each.about}{doubt}",
            {
                "c0010": row.contract_reference or None,
                "c0020": row.vendor.lei or None,
                "c0030": code_lei_type(row.vendor.lei),
                "c0040": code_service_type(row.ict_service_type),
                "c0050": code_choice("substitutability", row.substitutability),
                "c0080": code_yes_no(row.exit_plan),
            },
            applies={"c0060": row.substitutability in _HARD if row.substitutability else None},
            hints={"c0100": f"the business can do without for {outage:g} days"} if outage is not None else {},
        )


def _word(truth: bool | None) -> str:
    return "not known" if truth is None else "yes" if truth else "no"
