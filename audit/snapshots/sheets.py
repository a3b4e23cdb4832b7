"""The snapshot of a system: its fact sheet with controls, the text and the hash, and what the rows show beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from audit.engine.canonical import hash_text
from audit.engine.facts import Control, FactSheet, JsonValue
from audit.snapshots.controls import FinishedControl, write_controls
from audit.snapshots.finishing import Finished, write_content
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

    def write(self) -> str:
        """The canonical JSON of both."""
        return write_content(self.finished, write_controls(self.finished_controls))


@dataclass(slots=True)
class Snapshot:
    """The fact sheet of one system on one day, its hash, and what the rows show beside it. Not to be changed.

    ``sheet`` holds the facts as the engine takes them, in the order of their keys, or none where one of them cannot be
    read; ``given_controls`` the controls in the same way. Text, hash and observations are made when they are asked
    for: of a system whose rows did not move they are known.
    """

    system_id: int
    reference: str
    as_of: date
    parts: Content
    conflicts: tuple[Conflict, ...]
    observe: Callable[[], Observations]
    sheet: FactSheet | None = None
    given_controls: Mapping[str, Control] | None = None
    _text: str = ""
    _sha256: str = ""
    _observations: Observations | None = None

    def write_controls(self) -> str:
        """The canonical JSON of the controls."""
        return write_controls(self.parts.finished_controls)

    @property
    def text(self) -> str:
        """The canonical JSON of ``content``."""
        if not self._text:
            self._text = self.parts.write()
        return self._text

    @property
    def sha256(self) -> str:
        """The hash of ``text``."""
        if not self._sha256:
            self._sha256 = hash_text(self.text)
        return self._sha256

    @property
    def observations(self) -> Observations:
        """What the rows show beside the facts."""
        if self._observations is None:
            self._observations = self.observe()
        return self._observations

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
