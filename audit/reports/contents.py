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


def list_parts(folder: str, *titles: tuple[str, str]) -> tuple[Part, ...]:
    """Give parts with their templates in a folder, ``01_cover.html`` first; the first is the cover."""
    return tuple(
        Part(at if at > 1 else 0, name, title, f"{folder}/{at:02d}_{name}.html")
        for at, (name, title) in enumerate(titles, 1)
    )


PARTS: Final = list_parts(
    "reports/sections",
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
