"""Which vendor an entry of a bill names, and whether the register knows it."""

from __future__ import annotations

import difflib
from typing import Final

from governance.imports.bom.problems import BillProblem
from governance.imports.bom.reading import Placed
from governance.imports.bom.runs import PlannedComponent, Remark, Run
from governance.imports.bom.shapes import ServiceEntry
from governance.imports.problems import shorten
from governance.models import Vendor

_LONGEST: Final = {column.name: column.max_length for column in Vendor._meta.concrete_fields}["name"] or 0


def find_vendor(placed: Placed, run: Run) -> tuple[int | None, str]:
    """Who made it, or else who published it, or else who supplied it; a number where the register knows the name."""
    entry = placed.entry
    if isinstance(entry, ServiceEntry):
        where, name = "provider.name", entry.provider.name
    else:
        stated = (
            ("manufacturer.name", entry.manufacturer.name),
            ("publisher", entry.publisher),
            ("supplier.name", entry.supplier.name),
        )
        where, name = next(((where, name) for where, name in stated if name), ("", ""))
    name = " ".join(name.split())
    if not name:
        return None, ""
    place = f"{placed.place}.{where}"
    if where == "supplier.name":
        says = f"Only a supplier is named ({shorten(name)}), who may be a distributor; it is taken as the vendor."
        run.remarks.append(Remark(place, says))
    if len(name) > _LONGEST:
        what, right = f"has {len(name)} characters", f"at most {_LONGEST} characters"
        run.problems.append(BillProblem(place, shorten(name), what, right))
        return None, ""
    return _match_vendor(place, name, run)


def _match_vendor(place: str, name: str, run: Run) -> tuple[int | None, str]:
    matches = run.known_register.vendors.get(name.casefold(), {})
    if len(matches) > 1:
        what = f"may be several vendors of the register: {', '.join(sorted(matches.values()))}"
        run.problems.append(BillProblem(place, shorten(name), what, "one vendor of that name; mend the register first"))
        return None, ""
    for number, known_as in matches.items():
        return number, known_as
    if name.casefold() in run.known_register.own_companies:
        says = f"{shorten(name)} is your own company, so no vendor is entered; say on its page whether it is your work."
        run.remarks.append(Remark(place, says))
        return None, ""
    return None, run.new_vendors.get(name.casefold(), name)


def note_new_vendor(planned: PlannedComponent, run: Run) -> None:
    """A vendor that would be added with the component, once; a name close to a known one is pointed out."""
    folded = planned.vendor.casefold()
    if folded in run.new_vendors:
        return
    run.new_vendors[folded] = planned.vendor
    near = difflib.get_close_matches(folded, run.known_register.vendors, n=1, cutoff=0.8)
    if near:
        known_as = ", ".join(run.known_register.vendors[near[0]].values())
        says = f"{shorten(planned.vendor)} would be a new vendor; the register has “{known_as}”."
        run.remarks.append(Remark(planned.place, says))
