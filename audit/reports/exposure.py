"""The legal exposure of a result, typed: the band with its row, the maximum fines, the nearest day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.selectors.reading import Reading


@dataclass(frozen=True, slots=True)
class Fine:
    """A maximum fine with the duties behind it: the law's formula, and what it comes to; ``None`` is not told."""

    act: str
    basis: str
    text: str
    currency: str
    fixed: float | None
    percent: float | None
    which: str
    low: float | None
    high: float | None
    applies_from: date | None
    note: str
    of_entity: bool
    unmet: tuple[str, ...]
    unshown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalExposure:
    """The band at worst, which counts, and at best; each with what its row of the decision table says."""

    band: str = ""
    because: str = ""
    row: int = 0
    is_certain: bool = False
    band_at_best: str = ""
    because_at_best: str = ""
    row_at_best: int = 0
    fines: tuple[Fine, ...] = ()
    next_on: date | None = None
    next_duties: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def of_system(self) -> tuple[Fine, ...]:
        """The fines behind duties of the system itself; those of the legal entity stand on its own sheet."""
        return tuple(fine for fine in self.fines if not fine.of_entity)


def read_exposure(part: Reading | None) -> LegalExposure:
    """Read the exposure of a result; what an older engine did not give reads as not told."""
    if part is None:
        return LegalExposure()
    coming = part.inside("next") or Reading({})
    return LegalExposure(
        band=part.text("band"),
        because=part.text("because"),
        row=int(part.number("row") or 0),
        is_certain=part.flag("is_certain") is True,
        band_at_best=part.text("band_at_best"),
        because_at_best=part.text("because_at_best"),
        row_at_best=int(part.number("row_at_best") or 0),
        fines=tuple(_read_fine(fine) for fine in part.each("fines")),
        next_on=coming.day("on"),
        next_duties=coming.texts("duties"),
        missing=part.texts("missing_facts"),
    )


def _read_fine(fine: Reading) -> Fine:
    return Fine(
        act=fine.text("act"),
        basis=fine.text("basis"),
        text=fine.text("text"),
        currency=fine.text("currency"),
        fixed=fine.number("fixed"),
        percent=fine.number("turnover_percent"),
        which=fine.text("which"),
        low=fine.number("low"),
        high=fine.number("high"),
        applies_from=fine.day("applies_from"),
        note=fine.text("note"),
        of_entity=fine.text("scope") == "entity",
        unmet=fine.texts("unmet"),
        unshown=fine.texts("unshown"),
    )
