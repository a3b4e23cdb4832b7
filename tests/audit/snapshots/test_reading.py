"""Rows are the same whichever way the database is asked for them, and however they come from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import date

import pytest
from django.db import connection, models
from django.db.models import Count, Max, Q
from django.test.utils import CaptureQueriesContext

from audit.portfolio.figures import read_figures
from audit.snapshots import compiled, sight_systems
from audit.snapshots.compiled import find_ends
from audit.snapshots.fingerprints import Fingerprints
from audit.snapshots.reading import make_register, read_rows
from audit.snapshots.rows import Answers, FlowRow, PackedFlow, RawRows
from governance.models import (
    AISystem,
    ControlStatus,
    DataFlow,
    Evidence,
    LegalEntity,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)

TODAY = date(2026, 11, 20)


@pytest.fixture
def bank(stored_demonstration: None, db: None) -> list[int]:
    """The demonstration's systems, each kind of row with more than one of an owner, and not in the order of ids."""
    vendors = [*Vendor.objects.order_by("id")[:3]]
    for dependency in VendorDependency.objects.order_by("-id"):
        for rank, vendor in ((3, vendors[0]), (2, vendors[1]), (2, vendors[2])):
            Subcontractor.objects.create(dependency=dependency, vendor=vendor, rank=rank, country="US", service="it")
    uses = SystemComponent.objects.values("system").annotate(uses=Count("id"), latest=Max("id")).filter(uses__gt=1)
    for use in uses:
        SystemComponent.objects.filter(system=use["system"]).update(is_primary=False)
        SystemComponent.objects.filter(id=use["latest"]).update(is_primary=True)
    system, entity = AISystem.objects.order_by("id")[0], LegalEntity.objects.order_by("id")[0]
    both = Evidence.objects.exclude(system=None).order_by("id")[0]
    Evidence.objects.filter(id=both.id).update(reference="BOTH", vendor=vendors[0])
    for control in ControlStatus.objects.filter(Q(system=system) | Q(legal_entity=entity)):
        control.evidence.add(both, *Evidence.objects.order_by("-id")[:2])
    return [*AISystem.objects.order_by("id").values_list("id", flat=True)]


def as_plain(rows: RawRows) -> dict[str, object]:
    """All that was read; mappings whatever their order, lists in theirs."""
    return {field.name: getattr(rows, field.name) for field in fields(rows)}


def read_by_ends(ids: Collection[int], monkeypatch: pytest.MonkeyPatch) -> RawRows:
    """Read them as a chunk of many is read."""
    with monkeypatch.context() as patched:
        patched.setattr(compiled, "_MANY", 2)
        assert find_ends(ids) is not None
        return read_rows(ids)


def test_many_ids_side_by_side_are_asked_for_by_their_ends() -> None:
    assert find_ends(range(1, 101)) is None, "few are named"
    assert find_ends([*range(5, 205)]) == (5, 204)
    assert find_ends({*range(160)} - {*range(40, 57)}) == (0, 159), "17 missing for 143"
    assert find_ends({*range(160)} - {*range(40, 58)}) is None, "18 missing for 142: more than one for eight"
    assert find_ends([*range(0, 400, 2)]) is None


@pytest.mark.parametrize("left_out", [[], [3], [-2]])
def test_rows_asked_for_by_ends_are_those_asked_for_by_name(
    bank: list[int], left_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [one for one in bank if one not in [bank[place] for place in left_out]]
    named = read_rows(ids)
    assert as_plain(read_by_ends(ids, monkeypatch)) == as_plain(named)
    assert [*named.systems] == ids
    held: list[Mapping[int, object]] = [named.uses, named.packed_flows, named.dependencies, named.evaluations]
    for of_systems in (*held, named.evidence_of_system, named.system_controls):
        assert of_systems
        assert of_systems.keys() <= {*ids}
    assert named.supports
    assert named.subcontractors


def test_rows_stand_in_the_order_that_facts_are_made_in(bank: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = make_register(read_by_ends(bank, monkeypatch))
    for system_id in bank:
        own = SystemComponent.objects.filter(system_id=system_id).order_by("-is_primary", "id")
        assert [use.component_id for use in rows.uses.get(system_id, ())] == [one.component_id for one in own]
        for dependency in rows.dependencies.get(system_id, ()):
            chain = Subcontractor.objects.filter(dependency_id=dependency.id).order_by("rank", "id")
            assert [link.vendor_id for link in rows.subcontractors[dependency.id]] == [one.vendor_id for one in chain]
    assert [row.id for row in rows.evidence] == sorted({row.id for row in rows.evidence})
    assert [row.reference for row in rows.evidence].count("BOTH") == 1


def test_what_belongs_to_several_is_asked_for_of_each_by_itself(bank: list[int]) -> None:
    with CaptureQueriesContext(connection) as queries:
        read_rows(bank)
    for table, owners in (
        ("governance_evidence", ["system_id", "component_id", "vendor_id", "legal_entity_id"]),
        ("governance_controlstatus", ["system_id", "legal_entity_id"]),
    ):
        [sql] = [query["sql"] for query in queries if f'FROM "{table}" WHERE' in query["sql"]]
        # For ids that such parts give, PostgreSQL would read the whole table again for each chunk.
        assert re.findall(rf'FROM "{table}" WHERE \(?"{table}"."(\w+)" (?:IN|>=) ', sql) == owners
        assert sql.count(" UNION ALL ") == len(owners) - 1


def test_fingerprints_are_the_same_by_ends_and_by_name(bank: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    figures = read_figures(TODAY)
    named = {one.system_id: one.take_fingerprint() for one in sight_systems(bank, TODAY, concentration=figures)}
    monkeypatch.setattr(compiled, "_MANY", 2)
    for one in sight_systems(bank, TODAY, concentration=figures):
        assert one.take_fingerprint() == named[one.system_id]


def test_a_packed_row_is_the_row(bank: list[int]) -> None:
    texts = ["", 'a "b" \\ c', "line\nline\ttab\x1f", "é ß \u2028 😀", "[1, 2]", "null"]
    flows = [*DataFlow.objects.order_by("id")[: len(texts)]]
    for flow, text, told in zip(flows, texts, (None, True, False) * 2, strict=True):
        flow.from_name, flow.data, flow.has_personal_data, flow.special_categories = text, text, told, ["health", text]
        flow.retention_days = None if told is None else 1
        flow.save()
    made = make_register(read_rows(bank)).flows
    stored = [FlowRow(*row) for row in DataFlow.objects.order_by("id").values_list(*FlowRow._fields)]
    by_id = {row.id: row for of_system in made.values() for row in of_system}
    assert [repr(by_id[row.id]) for row in stored] == [repr(row) for row in stored], "1 is not true"


def test_no_number_with_a_fraction_is_packed() -> None:
    """SQLite would write no more than 15 of its digits, and two of them the same."""
    packed = FlowRow._fields, PackedFlow._fields
    types = [type(DataFlow._meta.get_field(name)) for name in packed[0] if name not in packed[1]]
    assert types
    assert not any(issubclass(one, models.FloatField | models.DecimalField) for one in types)


def test_answers_are_the_same_as_text_and_as_bytes(bank: list[int]) -> None:
    AISystem.objects.filter(id=bank[0]).update(answers={"sys.note": {"value": "é 😀"}})
    rows, figures = read_rows(bank), read_figures(TODAY)
    told: dict[type, RawRows] = {}
    for read in (str, bytes):
        systems = {key: (*raw[:-1], read_as(read, raw[-1])) for key, raw in rows.systems.items()}
        told[read] = replace(rows, systems=systems)
    assert told[str].systems != told[bytes].systems
    measured = [one._figures for one in sight_systems(bank, TODAY, concentration=figures)]
    taken = [
        [Fingerprints(each).take(key, of_one) for key, of_one in zip(bank, measured, strict=True)]
        for each in (rows, *told.values())
    ]
    assert taken[0] == taken[1] == taken[2]
    assert Answers('{"a": 1}') == Answers(b'{"a": 1}') == {"a": 1}


def read_as(read: type, raw: str | bytes) -> str | bytes:
    text = raw if isinstance(raw, str) else raw.decode()
    return text if read is str else text.encode()
