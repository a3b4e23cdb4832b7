"""The status word of a model or piece of software, with its reason in one sentence (facts/openness/README.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from audit.engine.openness.dossier import Availability, Component, Dossier, Licence, OpennessTables
from audit.engine.openness.mof import UNLICENSED, licence_of

WEIGHTS: Final = "Model parameters (Final)"
DATASETS: Final = "Datasets"
DATA_CARD: Final = "Data card"
DATA_INFORMATION: Final = "data_information"
CODE: Final = ("Training code", "Inference code")


class Status(StrEnum):
    """How open it is, best first; ``undetermined`` where the facts do not decide."""

    OPEN_SOURCE = "open_source"
    IN_HOUSE = "in_house"
    OPEN_WEIGHTS = "open_weights"
    RESTRICTED_WEIGHTS = "restricted_weights"
    CLOSED = "closed"
    UNDETERMINED = "undetermined"


TITLES: Final = {
    Status.OPEN_SOURCE: "open source",
    Status.IN_HOUSE: "in-house",
    Status.OPEN_WEIGHTS: "hybrid: open weights",
    Status.RESTRICTED_WEIGHTS: "hybrid: restricted weights",
    Status.CLOSED: "closed",
    Status.UNDETERMINED: "undetermined",
}


@dataclass(frozen=True, slots=True)
class StatusResult:
    """The status word, why, and what would have to be known where it is undetermined."""

    status: Status
    reason: str
    missing: tuple[str, ...] = ()
    weights_obtainable: bool | None = None


@dataclass(frozen=True, slots=True)
class Openings:
    """Reads a dossier's components: whether each can be had under an open licence."""

    dossier: Dossier
    tables: OpennessTables
    licences: Mapping[str, Licence]

    def part(self, name: str) -> Component | None:
        """The component as listed, the last entry of its name."""
        return self.dossier.latest().get(name)

    def is_available(self, name: str) -> bool | None:
        """Whether the component can be had; one that is not listed cannot."""
        part = self.part(name)
        if part is None or part.availability is Availability.UNAVAILABLE:
            return False
        return True if part.availability is Availability.AVAILABLE else None

    def licence(self, name: str) -> Licence | None:
        """The licence that counts for a listed component; ``None`` if it has none."""
        part = self.part(name)
        raw = "" if part is None else licence_of(part, self.dossier, self.tables)
        if raw in ("", UNLICENSED):
            return None
        return self.licences.get(raw, Licence(raw, None, None, None))

    def is_open(self, name: str) -> bool | None:
        """Whether the component can be had under an open licence; a text that is not understood leaves it unknown."""
        available = self.is_available(name)
        if available is not True:
            return available
        licence = self.licence(name)
        return False if licence is None else licence.is_open


def judge_status(openings: Openings) -> StatusResult:
    """The status word, from the licences as understood."""
    if openings.dossier.is_software and not openings.dossier.in_house:
        return _judge_software(openings)
    return replace(_judge_model(openings), weights_obtainable=_are_weights_obtainable(openings))


def may_be_open_source(openings: Openings) -> bool:
    """Tell whether what is unknown could still make it open source: nothing that this needs is known to be closed."""
    if openings.dossier.is_software:
        return True
    needed = [openings.is_open(part) for part in (WEIGHTS, *CODE)]
    return False not in (*needed, _is_data_open(openings))


def _are_weights_obtainable(openings: Openings) -> bool | None:
    if openings.dossier.in_house:
        return True
    return False if openings.dossier.hosted_only else openings.is_available(WEIGHTS)


def _judge_model(openings: Openings) -> StatusResult:
    dossier = openings.dossier
    if dossier.in_house:
        return StatusResult(Status.IN_HOUSE, "It is our own model, and we hold all of its parts.")
    if dossier.hosted_only:
        return StatusResult(Status.CLOSED, "It is offered only as a service or inside a product.")
    available = openings.is_available(WEIGHTS)
    if available is None:
        return _undetermined("It is not known whether the final weights can be had.", f"{WEIGHTS}: availability")
    if available is False:
        return StatusResult(Status.CLOSED, "The final weights cannot be had.")
    return _judge_by_licence_of_weights(openings)


def _judge_by_licence_of_weights(openings: Openings) -> StatusResult:
    licence = openings.licence(WEIGHTS)
    if licence is None:
        return StatusResult(Status.RESTRICTED_WEIGHTS, "The weights can be had, but no licence grants their use.")
    if licence.is_open is None:
        said = f"The licence of the weights, “{licence.raw}”, is not understood."
        return _undetermined(said, f"{WEIGHTS}: licence")
    name = licence.expression or licence.name or licence.raw
    if licence.is_open:
        return _judge_around_open_weights(openings, name)
    return StatusResult(Status.RESTRICTED_WEIGHTS, f"The weights can be had; their licence ({name}) is not open.")


def _judge_around_open_weights(openings: Openings, name: str) -> StatusResult:
    """Open weights: open source only with both codes, and the data open or described well enough to rebuild."""
    parts = {part: openings.is_open(part) for part in CODE}
    data = _is_data_open(openings)
    closed = [part for part, is_open in parts.items() if is_open is False]
    if data is False:
        closed.append("training data")
    if closed:
        said = f"The weights are open ({name}); not open: {', '.join(part.lower() for part in closed)}."
        return StatusResult(Status.OPEN_WEIGHTS, said)
    missing = [part for part, is_open in parts.items() if is_open is None]
    if data is None:
        missing.append(DATA_INFORMATION if openings.is_open(DATASETS) is False else DATASETS)
    if missing:
        said = f"The weights are open ({name}); whether it is open source depends on what is not known: "
        return _undetermined(f"{said}{', '.join(map(name_missing, missing))}.", *missing)
    return StatusResult(Status.OPEN_SOURCE, f"Weights ({name}), training and inference code and data are open.")


def name_missing(name: str) -> str:
    """What is missing, in words: a part by its name, a person's answer by what it is about."""
    return "whether the data are described well enough to rebuild them" if name == DATA_INFORMATION else name


def _is_data_open(openings: Openings) -> bool | None:
    """Open data, or a person's word that they are described well enough; a data card alone leaves it open."""
    is_open = openings.is_open(DATASETS)
    answer = openings.dossier.data_information
    if is_open is True or answer is True:
        return True
    if answer is False:
        return is_open
    if is_open is None or openings.is_available(DATA_CARD) is not False:
        return None
    return False


def _judge_software(openings: Openings) -> StatusResult:
    """Software is judged by its licences alone: by all that are given for the whole or for a part of its code."""
    licences = [openings.licences.get(raw, Licence(raw, None, None, None)) for raw in _list_software_licences(openings)]
    if not licences:
        return _undetermined("The software's licence is not known.", "licence")
    closed = next((each for each in licences if each.is_open is False or each.raw in ("", UNLICENSED)), None)
    if closed is not None:
        name = closed.expression or closed.name or closed.raw
        said = f"whose licence ({name}) is not open" if name else "a part of which has no licence"
        return StatusResult(Status.CLOSED, f"It is software {said}.")
    unread = next((each for each in licences if each.is_open is None), None)
    if unread is not None:
        return _undetermined(f"The software's licence, “{unread.raw}”, is not understood.", "licence")
    names = dict.fromkeys(each.expression or each.name or each.raw for each in licences)
    return StatusResult(Status.OPEN_SOURCE, f"It is software under an open licence ({', '.join(names)}).")


def _list_software_licences(openings: Openings) -> tuple[str, ...]:
    """The licence texts of the whole and the own ones of its code, once; what cannot be had does not count."""
    known = openings.tables.components
    whole = [openings.dossier.licences.get(kind) or None for kind in ("distribution", "code")]
    parts = [
        part.licence
        for part in openings.dossier.latest().values()
        if known[part.name].type == "code" and known[part.name].counts and openings.is_available(part.name) is not False
    ]
    return tuple(dict.fromkeys(raw for raw in (*whole, *parts) if raw is not None))


def _undetermined(reason: str, *missing: str) -> StatusResult:
    return StatusResult(Status.UNDETERMINED, reason, missing)
