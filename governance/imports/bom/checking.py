"""The dry run of a bill: what would be added, what the register has already, what stays out, and all that is wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.utils.text import slugify

from governance.choices import ComponentKind
from governance.imports.bom.licences import StatedLicence, read_licence
from governance.imports.bom.problems import BillProblem
from governance.imports.bom.reading import Bill, Placed
from governance.imports.bom.register import KnownComponent, KnownRegister
from governance.imports.bom.runs import BillRun, PlannedComponent, Remark, Run
from governance.imports.bom.shapes import ComponentEntry, Data, ServiceEntry
from governance.imports.bom.statements import PlannedPart, join_name, plan_parts, state_details, state_facts
from governance.imports.bom.vendors import find_vendor, note_new_vendor
from governance.imports.problems import shorten, suggest
from governance.models import Component

KINDS: Final[Mapping[str, ComponentKind]] = {
    "machine-learning-model": ComponentKind.MODEL,
    "data": ComponentKind.DATASET,
    "framework": ComponentKind.FRAMEWORK,
    "library": ComponentKind.LIBRARY,
}
"""The types of CycloneDX that are components of the register; of data only data sets."""
OTHER_TYPES: Final = (
    "application",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    "file",
    "cryptographic-asset",
)
TAKEN: Final = (*KINDS.values(), ComponentKind.SERVICE)
_DATASET: Final = "dataset"
_LINK: Final = "urn:cdx:"


_LENGTHS: Final = {column.name: column.max_length or 0 for column in Component._meta.concrete_fields}


def check_bill(bill: Bill, known: KnownRegister, kinds: Collection[str] = TAKEN) -> BillRun:
    """Hold every entry against the register; only entries of the given kinds are taken over."""
    run = Run(known, bill.source, _collect_data(bill.entries), problems=list(bill.problems))
    _check_references(bill.entries, run)
    for placed in bill.entries:
        kind = _find_kind(placed, run)
        if kind is not None and kind not in kinds:
            run.left_out[f"{kind.label.lower()}, not chosen"] += 1
        elif kind is not None:
            _plan(placed, kind, run)
    return run.finish()


def _collect_data(entries: Sequence[Placed]) -> dict[str, Data]:
    """Data by what a model card refers to them with: the component that holds them, or their own reference."""
    found: dict[str, Data] = {}
    for entry in (placed.entry for placed in entries):
        if isinstance(entry, ComponentEntry) and entry.type == "data":
            described = entry.data[0] if entry.data else Data()
            name = f"{join_name(entry.group, entry.name)} {entry.version}".strip()
            found.setdefault(entry.bom_ref, described.model_copy(update={"name": name}))
            for each in entry.data:
                found.setdefault(each.bom_ref, each)
    found.pop("", None)
    return found


def _check_references(entries: Sequence[Placed], run: Run) -> None:
    """A reference that stands twice may mean two things; a data set that is not in the bill is only named."""
    first: dict[str, str] = {}
    for placed in entries:
        reference = placed.entry.bom_ref
        if reference and first.setdefault(reference, placed.place) != placed.place:
            what = f"stands at {first[reference]} already"
            run.problems.append(
                BillProblem(f"{placed.place}.bom-ref", shorten(reference), what, "a reference of its own")
            )
    for placed in entries:
        card = placed.entry.model_card if isinstance(placed.entry, ComponentEntry) else None
        for each in card.model_parameters.datasets if card else ():
            if each.ref and each.ref not in run.data and not each.ref.startswith(_LINK):
                says = f"Its data set “{shorten(each.ref)}” is not in the bill; only this reference is kept."
                run.remarks.append(Remark(placed.place, says))


def _find_kind(placed: Placed, run: Run) -> ComponentKind | None:
    """What the entry is in the register; None, with the reason noted, where it is nothing of it."""
    entry = placed.entry
    if isinstance(entry, ServiceEntry):
        return ComponentKind.SERVICE
    if entry.type == "data" and entry.data and all(each.type != _DATASET for each in entry.data):
        run.left_out["data that are no data set"] += 1
        return None
    kind = KINDS.get(entry.type)
    if kind is None and entry.type in OTHER_TYPES:
        run.left_out[entry.type.replace("-", " ")] += 1
    elif kind is None:
        allowed = (*KINDS, *OTHER_TYPES)
        right = suggest(entry.type, allowed, f"one of: {', '.join(allowed)}")
        run.problems.append(BillProblem(f"{placed.place}.type", shorten(entry.type), "is no type of component", right))
    return kind


def _plan(placed: Placed, kind: ComponentKind, run: Run) -> None:
    entry = placed.entry
    name = join_name(entry.group, entry.name)
    if _is_too_long(placed, name, run):
        return
    vendor_id, vendor = find_vendor(placed, run)
    licence = _keep_short(placed, read_licence(entry.licenses), run)
    planned = PlannedComponent(
        place=placed.place,
        key=_make_key(name, entry.version),
        name=name,
        version=entry.version,
        kind=kind,
        vendor_id=vendor_id,
        vendor=vendor,
        licence_raw=licence.raw,
        licence_id=licence.spdx,
        summary=entry.description,
        facts=state_facts(entry, run.source) if kind is ComponentKind.MODEL else [],
        details=state_details(entry, run.source, run.data),
        parts=_parts_of(entry, kind, licence, run),
    )
    _place(planned, run)


def _place(planned: PlannedComponent, run: Run) -> None:
    """Add the component, unless the register or the bill has it already."""
    register = run.known_register
    there = register.by_key.get(planned.key) or register.by_name.get(
        (planned.name.casefold(), planned.version.casefold())
    )
    if there is not None:
        run.known[there.id] = Remark(planned.place, _tell_difference(planned, there))
        return
    first = run.planned.setdefault(planned.key, planned)
    if first is planned:
        if planned.vendor and planned.vendor_id is None:
            note_new_vendor(planned, run)
        if other := register.names.get(planned.name.casefold()):
            says = f"The register has {other}; this other version would stand beside it."
            run.remarks.append(Remark(planned.place, says))
        return
    if _content(first) == _content(planned):
        run.remarks.append(Remark(planned.place, f"{planned.label} stands at {first.place} already; it is added once."))
    else:
        what = f"stands at {first.place} already, with other statements"
        run.problems.append(
            BillProblem(planned.place, shorten(planned.label), what, "each name and version once, or the same twice")
        )


def _content(planned: PlannedComponent) -> tuple[object, ...]:
    return (planned.kind, planned.vendor, planned.licence_raw, planned.summary, planned.details, planned.parts)


def _tell_difference(planned: PlannedComponent, there: KnownComponent) -> str:
    """What the bill says otherwise than the register; nothing there is changed."""
    is_other_vendor = planned.vendor_id is None or planned.vendor_id != there.vendor_id
    pairs = [
        ("kind", ComponentKind(there.kind).label, planned.kind.label, there.kind != planned.kind),
        ("vendor", there.vendor, planned.vendor, bool(planned.vendor) and is_other_vendor),
        (
            "licence",
            there.licence_raw or there.licence_id,
            planned.licence_raw,
            bool(planned.licence_raw) and planned.licence_raw not in {there.licence_raw, there.licence_id},
        ),
    ]
    told = [
        f"{name}: “{shorten(new)}” in the bill, {f'“{shorten(old)}”' if old else 'nothing'} in the register"
        for name, old, new, differs in pairs
        if differs
    ]
    return f"{there.label} stays as it is" + (f" ({'; '.join(told)})." if told else ".")


def _is_too_long(placed: Placed, name: str, run: Run) -> bool:
    long = [
        BillProblem(
            f"{placed.place}.{what}", shorten(text), f"has {len(text)} characters", f"at most {most} characters"
        )
        for what, text, most in (
            ("name", name, _LENGTHS["name"]),
            ("version", placed.entry.version, _LENGTHS["version"]),
        )
        if len(text) > most
    ]
    run.problems += long
    return bool(long)


def _keep_short(placed: Placed, licence: StatedLicence, run: Run) -> StatedLicence:
    """A list of licences too long for its column is kept among the further statements only."""
    if len(licence.raw) <= _LENGTHS["licence_raw"] and len(licence.spdx) <= _LENGTHS["licence_id"]:
        return licence
    run.remarks.append(Remark(placed.place, "Its licence is too long for one line; it stands among the statements."))
    return StatedLicence()


def _parts_of(
    entry: ComponentEntry | ServiceEntry, kind: ComponentKind, licence: StatedLicence, run: Run
) -> list[PlannedPart]:
    if kind is not ComponentKind.MODEL or isinstance(entry, ServiceEntry):
        return []
    return plan_parts(entry, run.data, licence)


def _make_key(name: str, version: str) -> str:
    """A key that is the same whenever the same component is imported, whatever it is called later."""
    identity = hashlib.sha256(f"{name.casefold()}\n{version.casefold()}".encode()).hexdigest()
    words = slugify(re.sub(r"\W+", " ", f"{name} {version}"))[:80].strip("-")
    return f"{words or 'component'}-{identity[:10]}"
