"""What a verification gives: its parts, whether each holds, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import AttributeNotFound, DuplicateExtension, InvalidVersion, UnsupportedGeneralNameType
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError

Json: TypeAlias = Any
"""What ``json.loads`` gives."""
Recompute: TypeAlias = Callable[[Mapping[str, Json]], Sequence[str]]
"""Computes the outcomes of the embedded JSON again; gives each difference, raises ``ValueError`` where it cannot."""

SIGNATURE: Final = "Signature"
SIGNER: Final = "Signer"
EVIDENCE: Final = "Evidence"
OUTCOMES: Final = "Outcomes"
EMBEDDED: Final = ("fact-sheet.json", "fact-types.json", "result.json", "rule-packs.json")
"""What a report on one system must carry."""
MANY: Final = "assessments.json"
EMBEDDED_OF_MANY: Final = (MANY, "fact-types.json", "rule-packs.json")
"""What a report on many assessments must carry."""
MALFORMED: Final = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, NotImplementedError),
    *(InvalidVersion, DuplicateExtension, UnsupportedGeneralNameType, AttributeNotFound),
    *(InvalidSignature, UnsupportedAlgorithm, CMSExtractionError, CMSStructuralError, SignatureValidationError),
)
"""What the libraries raise where a file was altered, or is none of ours."""


class RefusedError(Exception):
    """Something does not hold: which part of the check, and a sentence on what was found."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True)
class Check:
    """One part of the check, whether it holds, and what was found."""

    part: str
    holds: bool
    says: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verification:
    """What was found in a file; ``holds`` only when every part does."""

    checks: tuple[Check, ...]
    packs: Mapping[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every part of the check holds."""
        return all(check.holds for check in self.checks)
