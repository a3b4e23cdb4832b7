"""What it takes to hold a model's weights in memory, from the size in its name."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from audit.engine.facts import JsonValue

_SIZE: Final = re.compile(r"(?<![\w.])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?![a-z0-9])", re.IGNORECASE)
OVERHEAD: Final = 1.2
"""A fifth on top of the weights for what a running model keeps beside them; long texts and many users need more."""
CARD_GB: Final = 80
"""The memory of one large accelerator card, in GB."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """Memory to hold a model, in GB, and the cards of 80 GB that gives. A rule of thumb: measure before buying."""

    billions: float
    bytes_per_weight: float

    @property
    def memory_gb(self) -> float:
        """Billions of weights times bytes of each, and a fifth."""
        return round(self.billions * self.bytes_per_weight * OVERHEAD, 1)

    @property
    def cards(self) -> int:
        """Whole cards of 80 GB."""
        return max(1, math.ceil(self.memory_gb / CARD_GB))

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data, with the formula."""
        return {
            "billions_of_weights": self.billions,
            "memory_gb": self.memory_gb,
            "cards_of_80_gb": self.cards,
            "formula": f"{self.billions:g} billion weights x {self.bytes_per_weight:g} bytes x {OVERHEAD}",
        }


def read_size(label: str) -> float | None:
    """The billions of weights that a name tells, such as 70 for “Llama 2 70B”; none if it tells no size, or several.

    “8x7b” tells 56: all experts lie in memory, whichever answer.
    """
    found = {float(times or 1) * float(size) for times, size in _SIZE.findall(label)}
    return found.pop() if len(found) == 1 else None


def estimate_hardware(label: str, *, bytes_per_weight: float = 2.0) -> Hardware | None:
    """The hardware for a model by its name, at 16 bits a weight if not said otherwise; none where no size is told."""
    size = read_size(label)
    return None if size is None else Hardware(size, bytes_per_weight)
