"""Facts that the contractual arrangements tell. Of several the worse or the shorter counts, and is named.

Rows of several arrangements are combined fact by fact (``values.take_worst``), except the exit test: its day,
kind, phases, target and duration come together from the arrangement whose test is the oldest, or that has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.lock_in.exercises import ages_on
from audit.snapshots.evidence import EvidenceBook
from audit.snapshots.leaving import derive_exit_tested_by_answer, find_answered
from audit.snapshots.rows import DependencyRow
from audit.snapshots.subject import EEA, Subject
from audit.snapshots.values import Maybe, RawFact, direction_of, take_worst
from governance.choices import ExitTestKind

_COLUMNS: Final = {
    "contract.notice_days": "notice_days",
    "contract.vendor_notice_days": "vendor_notice_days",
    "contract.auto_renewal": "auto_renewal",
    "contract.termination_for_convenience": "termination_for_convenience",
    "contract.exit_transition_days": "exit_transition_days",
    "contract.switching_charge": "switching_charge",
    "contract.minimum_commitment_months": "minimum_commitment_months",
    "contract.price_cap": "price_cap",
    "exit.fallback": "fallback",
    "exit.fallback_activation_days": "fallback_activation_days",
    "exit.tolerable_outage_days": "tolerable_outage_days",
    "exit.skills_in_house": "skills_in_house",
    "exit.validation_days": "validation_days",
    "ict.substitutability": "substitutability",
    "ict.exit_plan": "exit_plan",
    "ict.subcontracting": "subcontracting_permitted",
    "ict.third_party_service": "is_ict_service",
    "ict.data_processing_service": "is_data_processing_service",
    "ict.contract_clauses": "clauses",
    "trans.subprocessors_listed": "subcontractors_known",
}
"""Facts that stand in one column; an empty text and an empty field are not known."""

_TEST_COLUMNS: Final = {
    "exit.test_kind": "exit_test_kind",
    "exit.test_phases": "exit_test_phases",
    "exit.tested_target": "exit_tested_target",
    "exit.tested_days": "exit_tested_days",
}
_NO_TEST = "no exit was ever tested"

OF_DAYS: Final = frozenset({"contract.end_date", "exit.tested_on", "ict.exit_tested"})
"""What hangs on the days of an arrangement; of two with the same terms the rest is the same."""

WITHOUT_CONTRACT: Final = (
    *(
        key
        for key in _COLUMNS
        if key.startswith(("contract.", "exit.", "ict.", "trans.")) and key != "ict.data_processing_service"
    ),
    *_TEST_COLUMNS,
    *(
        "exit.tested_on",
        "contract.end_date",
        "ict.service_type",
        "ict.provider_country",
        "ict.exit_tested",
        "trans.audit_right",
    ),
    *("ict.critical_contracts_same_provider", "trans.incident_disclosure", "trans.locations_listed"),
    *("trans.retention_stated", "trans.training_use_stated", "data.vendor_trains_on_data"),
    *("conc.critical_share", "conc.hidden_root", "lock.proprietary_features", "lock.assets_at_vendor"),
    *("lock.assets_exportable", "trans.independent_audit"),
)
"""What has no meaning while no vendor serves the system under a contract.

``ict.data_processing_service`` is not among these: we may be the one who offers the service (Data Act, Art. 2(8)).
The vocabulary's condition says when that falls away too.
"""

_KNOWN_WITHOUT_CONTRACT: Final[dict[str, JsonValue]] = {
    "ict.third_party_service": False,
    "ict.service_type": None,
    "ict.provider_country": None,
    "data.vendor_trains_on_data": False,
    "lock.proprietary_features": [],
    "lock.assets_at_vendor": [],
}
"""Of these the rows tell a value and not only that the question falls away."""


def derive_from_contracts(subject: Subject, book: EvidenceBook) -> dict[str, RawFact]:
    """All that the arrangements tell; if there can be none, that these facts do not apply and why."""
    reason = subject.why_no_contract
    if reason:
        answered = find_answered(subject)
        facts = {key: RawFact(not_applicable=reason) for key in WITHOUT_CONTRACT if key not in answered}
        stated = {key: RawFact(value, f"register: {reason}") for key, value in _KNOWN_WITHOUT_CONTRACT.items()}
        return facts | stated | derive_exit_tested_by_answer(subject)
    rows = subject.dependencies
    if not rows:
        return derive_exit_tested_by_answer(subject)
    by_row = [book.support_vendor(row.vendor_id, _facts_of(row, subject), subject.as_of) for row in rows]
    combined: dict[str, Maybe] = {
        key: take_worst(key, [facts.get(key) for facts in by_row], of="arrangements")
        for key in sorted({key for facts in by_row for key in facts} - _TEST_COLUMNS.keys() - _CHOSEN)
    }
    combined |= _test_of_oldest(by_row)
    combined["ict.service_type"] = _of_the_main(by_row, rows, subject, "ict.service_type")
    combined["ict.provider_country"] = _most_distant(by_row)
    return {key: fact for key, fact in combined.items() if fact is not None}


_CHOSEN: Final = frozenset({"ict.service_type", "ict.provider_country"})


def _facts_of(row: DependencyRow, subject: Subject) -> dict[str, RawFact]:
    source = name_arrangement(row, subject)
    facts = {
        key: RawFact(_as_json(value), source)
        for key, column in _COLUMNS.items()
        if (value := getattr(row, column)) is not None and value != ""
    }
    if row.clauses is not None:
        facts["trans.audit_right"] = RawFact("audit_rights" in row.clauses, f"{source}, its clauses")
    if row.is_ict_service is False:
        facts["ict.service_type"] = RawFact(None, source)
    elif row.ict_service_type:
        facts["ict.service_type"] = RawFact(row.ict_service_type, source)
    vendor = subject.vendor(row.vendor_id)
    if vendor is not None and vendor.country:
        facts["ict.provider_country"] = RawFact(vendor.country, f"register: vendor {vendor.name}")
    return facts | _facts_of_test(row, source) | derive_days(row, source, subject.as_of)


def derive_days(row: DependencyRow, source: str, as_of: date) -> dict[str, RawFact]:
    """The facts of an arrangement that hang on its days, ``OF_DAYS``: the end, the last exit test and its age."""
    facts: dict[str, RawFact] = {}
    if row.end_on is not None:
        facts["contract.end_date"] = RawFact(row.end_on.isoformat(), source)
    elif row.is_open_ended:
        facts["contract.end_date"] = RawFact(None, f"{source}, open-ended")
    if row.exit_tested is False:
        return facts | {"exit.tested_on": RawFact(None, source), "ict.exit_tested": RawFact(False, source)}
    if row.exit_tested_on is None:
        return facts
    facts["exit.tested_on"] = RawFact(row.exit_tested_on.isoformat(), source)
    lapses_on = ages_on(row.exit_tested_on)
    if row.exit_test_kind == ExitTestKind.TABLETOP or as_of >= lapses_on:
        facts["ict.exit_tested"] = RawFact(False, source)
    elif row.exit_test_kind:
        facts["ict.exit_tested"] = RawFact(True, source, expires_on=lapses_on)
    return facts


def _as_json(value: object) -> JsonValue:
    """A column as JSON; a clause or phase that the vocabulary does not know is left to the register's checks."""
    if isinstance(value, bool | int | float | str):
        return value
    return [*sorted(str(item) for item in value)] if isinstance(value, list) else None


def _facts_of_test(row: DependencyRow, source: str) -> dict[str, RawFact]:
    if row.exit_tested is False:
        return {key: RawFact(not_applicable=_NO_TEST) for key in _TEST_COLUMNS}
    if row.exit_tested_on is None:
        return {}
    return {
        key: RawFact(_as_json(value), source)
        for key, column in _TEST_COLUMNS.items()
        if (value := getattr(row, column)) is not None and value not in ("", [])
    }


def _test_of_oldest(by_row: Sequence[Mapping[str, RawFact]]) -> dict[str, Maybe]:
    """The details of the test that counts: that of the oldest day, or the reason why there is none."""
    if any("exit.tested_on" not in facts for facts in by_row):
        return {}
    rank = direction_of("exit.tested_on").rank
    oldest = max(by_row, key=lambda facts: rank(facts["exit.tested_on"].value))
    return {key: oldest.get(key) for key in _TEST_COLUMNS}


def _of_the_main(
    by_row: Sequence[Mapping[str, RawFact]], rows: Sequence[DependencyRow], subject: Subject, key: str
) -> Maybe:
    """What all arrangements agree on; else that with the company which runs the main component."""
    agreed = take_worst(key, [facts.get(key) for facts in by_row])
    if agreed is not None or not subject.deciding_uses:
        return agreed
    main = subject.host_of(subject.deciding_uses[0])
    return next((facts.get(key) for facts, row in zip(by_row, rows, strict=True) if row.vendor_id == main), None)


def _most_distant(by_row: Sequence[Mapping[str, RawFact]]) -> Maybe:
    """The vendor's country; of several the one outside the EEA."""
    key = "ict.provider_country"
    if any(key not in facts for facts in by_row):
        return None
    found = sorted((facts[key] for facts in by_row), key=lambda fact: (fact.value in EEA, str(fact.value)))
    return found[0]


def name_arrangement(row: DependencyRow, subject: Subject) -> str:
    """How an arrangement is named in sources, findings and conflicts."""
    vendor = subject.name_vendor(row.vendor_id)
    return (
        f"register: contract {row.contract_reference} with {vendor}"
        if row.contract_reference
        else (f"register: arrangement with {vendor}")
    )
