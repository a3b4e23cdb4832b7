"""The order of the report: its parts, their headings and their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the report; the cover has no number and no heading."""

    number: int
    anchor: str
    title: str
    template: str


def _parts(*titles: tuple[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(at if at > 1 else 0, name, title, f"reports/sections/{at:02d}_{name}.html")
        for at, (name, title) in enumerate(titles, 1)
    )


PARTS: Final = _parts(
    ("cover", "Cover"),
    ("control", "Document control"),
    ("conclusion", "Conclusion, and what could not be concluded"),
    ("scope", "Objectives, scope and cut-off"),
    ("criteria", "Criteria"),
    ("method", "Method"),
    ("reliance", "Limitations and reliance"),
    ("judgements", "The three judgements"),
    ("openness", "Openness dossier"),
    ("flows", "Data flows"),
    ("leaving", "Vendor chain and exit"),
    ("findings", "Findings"),
    ("response", "Management response"),
    ("follow_up", "Follow-up, and what works"),
    ("calendar", "Duties calendar"),
    ("changes", "Changes since the last report"),
    ("conduct", "Incidents, requests, evaluation and oversight"),
    ("evidence", "Evidence index"),
    ("closing", "Register history, glossary and signature page"),
)
"""The nineteen parts of the system audit report, in the order an auditor expects."""
