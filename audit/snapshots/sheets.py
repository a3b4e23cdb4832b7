"""The snapshot of a system: its fact sheet with controls, the text and the hash, and what the rows show beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from audit.engine.facts import Control, FactSheet, JsonValue
from audit.snapshots.controls import FinishedControl
from audit.snapshots.finishing import Finished
from audit.snapshots.observations import Observations
from audit.snapshots.values import JsonObject, RawFact


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree on one fact, and the value that was judged."""

    key: str
    stated: tuple[RawFact, ...]
    used: RawFact

    def to_json(self) -> JsonObject:
        """For the report: the key, each value with its source, and the one used."""
        return {
            "key": self.key,
            "stated": [fact.to_json() for fact in self.stated],
            "used": self.used.value,
        }


@dataclass(slots=True)
class Content:
    """What a sheet holds, as JSON that is made when it is asked for: most sheets are judged and stored without it."""

    finished: Sequence[Finished]
    finished_controls: Sequence[FinishedControl]
    _facts: JsonObject | None = field(default=None)

    @property
    def facts(self) -> JsonObject:
        """The facts, by key."""
        if self._facts is None:
            self._facts = {fact.key: fact.entry for fact in self.finished}
        return self._facts

    @property
    def controls(self) -> JsonObject:
        """The controls, by obligation."""
        return {control.obligation: control.entry for control in self.finished_controls}


@dataclass(slots=True)
class Snapshot:
    """The fact sheet of one system on one day, its hash, and what the rows show beside it. Not to be changed.

    ``text`` is the canonical JSON of ``content``; ``sheet`` the facts as the engine takes them, in the order of their
    keys, or none where one of them cannot be read; ``given_controls`` the controls in the same way.
    """

    system_id: int
    reference: str
    as_of: date
    parts: Content
    text: str
    sha256: str
    conflicts: tuple[Conflict, ...]
    observations: Observations
    sheet: FactSheet | None = None
    given_controls: Mapping[str, Control] | None = None

    @property
    def content(self) -> JsonObject:
        """Facts and controls as JSON."""
        return {"facts": self.parts.facts, "controls": self.parts.controls}

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """The facts as JSON, by key."""
        return self.parts.facts

    @property
    def controls(self) -> Mapping[str, JsonValue]:
        """The controls as JSON, by obligation."""
        return self.parts.controls
