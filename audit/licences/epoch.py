"""Our verdicts beside Epoch AI's labels of model accessibility, row by row.

Two readings of each row. *As coded*: the label's first half says whether the weights can be had; its second half,
the licence, is withheld, and the licence is read from the note. *Unseen*: the whole label is withheld; our catalogue
or the note alone has to say whether the weights can be had. The first tests the judgement, the second the reading.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audit.engine.openness import Dossier, Licence, OpennessResult, judge_openness, licence_texts
from audit.engine.openness.dossier import Availability, Component
from audit.engine.openness.status import DATASETS, WEIGHTS, Status
from audit.licences.dossiers import load_openness_tables
from audit.licences.notes import find_licence_of_weights, find_weights
from audit.licences.reading import read_licences

LABEL: Final = "Model accessibility"
COLUMNS: Final = (
    "System",
    LABEL,
    "Accessibility notes",
    "Training code accessibility",
    "Inference code accessibility",
    "Dataset accessibility",
)
# What each label says: can the weights be had, and is their licence free of restrictions (None: no weights).
LABELS: Final[Mapping[str, tuple[bool, bool | None]]] = {
    "Open weights (unrestricted)": (True, True),
    "Open weights (restricted use)": (True, False),
    "Open weights (non-commercial)": (True, False),
    "API access": (False, None),
    "Hosted access (no API)": (False, None),
    "Unreleased": (False, None),
}
_HOSTED: Final = ("API access", "Hosted access (no API)")
# How the other columns code a part: the source codes it open or restricted without naming a licence.
_OPEN: Final = Licence("coded as open source", None, "coded as open source", True)
_RESTRICTED: Final = Licence("coded as restricted", None, "coded as restricted", False)


class EpochFileError(ValueError):
    """The file is not Epoch's table."""


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One labelled model; the three last are the codes of its other parts, empty where none was given."""

    system: str
    label: str
    note: str
    training_code: str
    inference_code: str
    datasets: str

    @property
    def is_told_obtainable(self) -> bool:
        """Whether the label says that the weights can be had."""
        return LABELS[self.label][0]

    @property
    def is_told_restricted(self) -> bool:
        """Whether the label says restricted or non-commercial."""
        return LABELS[self.label][1] is False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row in both readings; ``seen`` is whether the weights can be had by ``seen_in``, without the label."""

    row: EpochRow
    coded: OpennessResult
    unseen: OpennessResult
    seen_in: str

    @property
    def seen(self) -> bool | None:
        """Whether the weights can be had, without the label; ``None`` where nothing says so."""
        return self.unseen.weights_obtainable

    @property
    def is_falsely_open(self) -> bool:
        """Whether what is labelled restricted or non-commercial comes out as open source, in either reading."""
        return self.row.is_told_restricted and Status.OPEN_SOURCE in (self.coded.status, self.unseen.status)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """What differs: the weights as coded, the weights unseen, the licence."""
        told = self.row.is_told_obtainable
        differing = {
            "weights as coded": self.coded.weights_obtainable is not told,
            "weights unseen": self.seen is not None and self.seen is not told,
            "licence": self._is_licence_read_otherwise(),
        }
        return tuple(name for name, differs in differing.items() if differs)

    def _is_licence_read_otherwise(self) -> bool:
        if self.row.is_told_restricted:
            return self.coded.status in (Status.OPEN_SOURCE, Status.OPEN_WEIGHTS)
        return LABELS[self.row.label][1] is True and self.coded.status is Status.RESTRICTED_WEIGHTS


def read_epoch_rows(path: Path) -> list[EpochRow]:
    """The labelled rows of the table; raises ``EpochFileError`` for a missing column or a label that is not known."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            raise EpochFileError(f"{path.name} has no column {', '.join(map(repr, missing))}")
        rows = [EpochRow(*(str(row[name] or "").strip() for name in COLUMNS)) for row in table]
    unknown = sorted({row.label for row in rows if row.label and row.label not in LABELS})
    if unknown:
        raise EpochFileError(f"{path.name}: {LABEL} has the unknown value {', '.join(map(repr, unknown))}")
    return [row for row in rows if row.label]


def compare_rows(rows: Iterable[EpochRow], catalogued: Mapping[str, bool]) -> list[Comparison]:
    """Judge each row in both readings; ``catalogued`` tells by squeezed name what our catalogue knows of weights."""
    return [_compare(row, catalogued.get(squeeze_name(row.system))) for row in rows]


def squeeze_name(name: str) -> str:
    """A model's name without spaces, signs and capitals, so that spellings of it fall together."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _compare(row: EpochRow, catalogued: bool | None) -> Comparison:
    is_code_published = any(code.startswith("Open") for code in (row.training_code, row.inference_code))
    seen, seen_in = catalogued, "catalogue"
    if seen is None:
        seen, seen_in = find_weights(row.note, is_code_published=is_code_published), "note"
    return Comparison(
        row,
        coded=_judge(row, _availability(row.is_told_obtainable), is_hosted=row.label in _HOSTED),
        unseen=_judge(row, _availability(seen), is_hosted=None),
        seen_in="" if seen is None else seen_in,
    )


def _judge(row: EpochRow, weights: Availability, *, is_hosted: bool | None) -> OpennessResult:
    licence = find_licence_of_weights(row.note) or "not stated"
    dossier = Dossier(
        id=row.system,
        components=(
            Component(WEIGHTS, licence, weights),
            _part("Training code", row.training_code),
            _part("Inference code", row.inference_code),
            _part(DATASETS, row.datasets),
        ),
        hosted_only=is_hosted,
    )
    licences = read_licences(licence_texts(dossier)) | {each.raw: each for each in (_OPEN, _RESTRICTED)}
    return judge_openness(dossier, load_openness_tables(), licences)


def _part(name: str, code: str) -> Component:
    if not code:
        return Component(name, availability=Availability.UNKNOWN)
    if not code.startswith("Open"):
        return Component(name, availability=Availability.UNAVAILABLE)
    return Component(name, (_OPEN if code == "Open source" else _RESTRICTED).raw)


def _availability(is_obtainable: bool | None) -> Availability:
    if is_obtainable is None:
        return Availability.UNKNOWN
    return Availability.AVAILABLE if is_obtainable else Availability.UNAVAILABLE
