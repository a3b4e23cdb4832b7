"""Facts that the openness dossiers of the components tell; of several models the least open decides, and is named."""

from __future__ import annotations

from audit.snapshots.subject import Subject
from audit.snapshots.values import RawFact

_IN_HOUSE = "our own model, all of whose parts we hold"


def derive_from_dossiers(subject: Subject) -> dict[str, RawFact]:
    """Status, MOF class, OSAI score and open-washing."""
    if subject.is_in_house:
        return {
            "open.status": RawFact("in_house", "register: our own work"),
            "open.mof_class": RawFact(not_applicable=_IN_HOUSE),
            "open.osai_score": RawFact(not_applicable=_IN_HOUSE),
            "open.washing": RawFact(not_applicable=f"{_IN_HOUSE}: no publisher claims anything"),
        }
    return {}
