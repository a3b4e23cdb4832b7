"""Makes the export of a register of information and records who took it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from governance.exports.dora.building import Register, build_register
from governance.exports.dora.packaging import name_package, write_archive
from governance.models import LegalEntity
from governance.services.recording import record_event


@dataclass(frozen=True, slots=True)
class Export:
    """A ZIP file by its name, with what it was made from."""

    name: str
    content: bytes
    sha256: str
    register: Register


@transaction.atomic
def export_register(*, entity: LegalEntity, as_of: date, at: datetime, actor: str) -> Export:
    """The register of information of one legal entity; the history keeps who took it, as of when, and its hash."""
    register = build_register(entity=entity, as_of=as_of)
    content = write_archive(register, at)
    digest = hashlib.sha256(content).hexdigest()
    name = f"{name_package(register, at)}.zip"
    changes = {
        "register_of_information": ("", name),
        "as_of": ("", as_of.isoformat()),
        "sha256": ("", digest),
    }
    record_event(actor=actor, action="downloaded", instance=entity, changes=changes)
    return Export(name, content, digest, register)
