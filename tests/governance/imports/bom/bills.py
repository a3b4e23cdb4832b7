"""Small bills of materials after the specification's own examples, for the tests of the import."""

from __future__ import annotations

import json
from typing import Any

from governance.imports.bom.checking import TAKEN, check_bill
from governance.imports.bom.reading import read_bill
from governance.imports.bom.register import KnownRegister, read_register
from governance.imports.bom.runs import BillRun

SERIAL = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
NOTHING_KNOWN = KnownRegister({}, {}, {}, frozenset())

MODEL: dict[str, Any] = {
    "bom-ref": "model",
    "type": "machine-learning-model",
    "group": "example-org",
    "name": "ticket-classifier",
    "version": "1.0",
    "manufacturer": {"name": "Example Org"},
    "supplier": {"name": "Model Hub"},
    "description": "Sorts tickets.",
    "licenses": [{"license": {"id": "Apache-2.0", "acknowledgement": "declared"}}],
    "externalReferences": [
        {"type": "distribution", "url": "https://hub.example/example-org/ticket-classifier"},
        {"type": "model-card", "url": "https://hub.example/example-org/ticket-classifier/card"},
    ],
    "pedigree": {"ancestors": [{"type": "machine-learning-model", "name": "base-encoder", "version": "2"}]},
    "modelCard": {
        "modelParameters": {
            "task": "text-classification",
            "datasets": [{"ref": "tickets"}, {"type": "dataset", "name": "Forum posts", "classification": "public"}],
        },
        "considerations": {"technicalLimitations": ["English only."]},
    },
}
DATA: dict[str, Any] = {
    "bom-ref": "tickets",
    "type": "data",
    "name": "tickets",
    "version": "2026.04",
    "data": [{"type": "dataset", "name": "Training split", "classification": "internal", "sensitiveData": ["names"]}],
}
LIBRARY: dict[str, Any] = {
    "bom-ref": "library",
    "type": "library",
    "group": "org.example",
    "name": "tokens",
    "version": "3.1",
    "publisher": "Example Org",
    "licenses": [{"expression": "MIT OR Apache-2.0"}],
}
SERVICE: dict[str, Any] = {
    "bom-ref": "service",
    "name": "Search API",
    "provider": {"name": "Searchers Ltd"},
    "endpoints": ["https://search.example/v1"],
    "authenticated": True,
}


def make_bill(*components: object, services: object = (), **changed: Any) -> bytes:
    """A bill of these entries; a key changed to None is left out."""
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": SERIAL,
        "version": 1,
        "metadata": {"timestamp": "2026-04-28T12:00:00Z"},
        "components": list(components),
        "services": services,
        **changed,
    }
    return json.dumps({key: value for key, value in bill.items() if value is not None}).encode()


def try_out(content: bytes, known: KnownRegister | None = NOTHING_KNOWN, kinds: tuple[str, ...] = TAKEN) -> BillRun:
    """The dry run of a bill, against an empty register unless another is given (None: that of the database)."""
    return check_bill(read_bill(content), read_register() if known is None else known, kinds)


def told(run: BillRun) -> list[tuple[str, str]]:
    """Where the problems are and what is wrong there."""
    return [(problem.place, problem.what) for problem in run.problems]
